/** The parts of a cold start that can be measured alone. */
import { readdir, readFile, stat } from 'node:fs/promises';
import Module from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { createHashQueue, hashWorkerUrl } from '../../../shared/crypto/password/hash-queue.ts';
import { median } from '../part.ts';

/** Returns the sizes of the files in a folder. */
export async function filesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = new Map<string, number>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    sizes.set(file.slice(folder.length + 1), (await stat(file)).size);
  }
  return sizes;
}

export const megabytes = (sizes: Iterable<number>) =>
  `${([...sizes].reduce((sum, size) => sum + size, 0) / 1e6).toFixed(2)} MB`;

/** Measures the time in which V8 compiles a bundle, before any of it runs. */
export async function compileMs(file: string): Promise<number> {
  const source = Module.wrap(await readFile(file, 'utf8'));
  const durations = Array.from({ length: 9 }, (_, turn) => {
    const startedAtMs = performance.now();
    // Another text each time, or V8 would remember.
    new Script(`${source}\n//${turn}`);
    return performance.now() - startedAtMs;
  });
  return median(durations);
}

/** Measures one verification by the engine of this machine, on a thread that runs already. */
export async function hashMs(cost: number): Promise<number> {
  const queue = createHashQueue({
    workerUrl: hashWorkerUrl(),
    clock: performance,
    threads: 1,
    engine: () => 'auto',
  });
  const slot = queue.acquire();
  if (slot === undefined) throw new Error('no slot');
  const preHash = 'A'.repeat(64);
  const { bcrypt } = await slot.run({ kind: 'hash', preHash, cost });
  const durations: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    const startedAtMs = performance.now();
    await slot.run({ kind: 'verify', preHash, bcrypt, topUpCosts: [] });
    durations.push(performance.now() - startedAtMs);
  }
  slot.release();
  await queue.close();
  return median(durations);
}
