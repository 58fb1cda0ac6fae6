import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createDurably } from '../../infra/local/store/durable-file.ts';
import { dataOf10 } from '../fixture/store-1.0/store.ts';
import { runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks that a command ended by a signal leaves nothing useless behind. */

vi.setConfig({ testTimeout: 60_000 });
afterAll(removeTemporaryDirectories);

const moduleOf = (name: string) =>
  JSON.stringify(new URL(`../../infra/${name}.ts`, import.meta.url).href);

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '(%s) ends a command that makes a file, and leaves no part of it',
    async (signal) => {
      const folder = await temporaryDirectory();
      const script = `import { makeArchiveFile } from ${moduleOf('cli/archive-file')};
        import { endAtSignal } from ${moduleOf('local/store/interrupted')};
        endAtSignal();
        await makeArchiveFile(${JSON.stringify(join(folder, 'a.backup'))}, async (sink) => {
          await sink.write('half');
          process.stdout.write('at work');
          await new Promise((resolve) => setTimeout(resolve, 60_000));
        });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      await once(child.stdout, 'data');
      expect(await readdir(folder)).toEqual([expect.stringMatching(/\.unfinished$/)]);
      child.kill(signal);
      expect(await once(child, 'close')).toEqual([null, signal]);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    ['takes a data directory', 'rm', 'data-directory', 'openDataDirectory(folder)', 'lock'],
    ['replaces a file', 'rename', 'durable-file', 'writeDurably(folder + "/a", "x")', 'a.next'],
  ])(
    'ends a command that %s, and leaves no part of it',
    async (...[, step, module, call, file]) => {
      const folder = await temporaryDirectory();
      // The step before the last never ends, so the signal always meets the unfinished work.
      const script = `import fs from 'node:fs/promises';
      import { syncBuiltinESMExports } from 'node:module';
      fs.${step} = () => new Promise(() => {});
      syncBuiltinESMExports();
      const { endAtSignal } = await import(${moduleOf('local/store/interrupted')});
      const { openDataDirectory, writeDurably } = await import(
        ${moduleOf(`local/store/${module}`)});
      endAtSignal();
      const folder = ${JSON.stringify(folder)};
      setInterval(() => {}, 60_000);
      await ${call};`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      await vi.waitFor(async () => expect(await readdir(folder)).toContain(file), 30_000);
      child.kill('SIGINT');
      expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('ends portal-credentials import-users and unlocks the data directory', async () => {
    const data = await dataOf10(await temporaryDirectory());
    const before = await readdir(data);
    const pipe = join(await temporaryDirectory(), 'users.csv');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const local = runLocal('import-users', [pipe, '--data', data]);
    await vi.waitFor(async () => expect(await readdir(data)).toContain('lock'), {
      timeout: 30_000,
    });
    // It waits for a writer of the pipe.
    local.child.kill('SIGINT');
    expect((await local.finished).code).toBeNull();
    expect(local.child.signalCode).toBe('SIGINT');
    expect(await readdir(data)).toEqual(before);
  });
});

describe('the rest of a killed run', () => {
  it('is reported by the next run in that folder, and stays', async () => {
    const folder = await temporaryDirectory();
    const left = join(folder, 'b.backup.0b0e7f0e-7a52-4b5a-8f0c-6d2f3a1c9e11.unfinished');
    await writeFile(left, 'half');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await createDurably(join(folder, 'a'), 'whole');
    expect(write.mock.calls.map(([line]) => line)).toEqual([
      `${left} is of an earlier run; remove it if that has ended.\n`,
    ]);
    write.mockRestore();
    expect((await readdir(folder)).toSorted()).toEqual(['a', left.slice(folder.length + 1)]);
  });
});
