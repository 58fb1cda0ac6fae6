/** A table server with a population, and what the product costs on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { TablePolicies } from '../../../shared/azure/table/table-client.ts';
import { createTableStores, type TableStores } from '../../../shared/azure/table/table-store.ts';
import { type Citizen, writePopulation } from './population.ts';

/** When all populations are as they were made. */
export const NOW_MS = Date.UTC(2026, 0, 1);
const SERVER = fileURLToPath(new URL('./table-server.ts', import.meta.url));

/** Counts the calls and rows of the store. */
export class Meter {
  calls = 0;
  rows = 0;

  readonly policies: TablePolicies = [
    {
      position: 'perRetry',
      policy: {
        name: 'meter',
        sendRequest: async (request, next) => {
          const answer = await next(request);
          this.calls += 1;
          if (request.method === 'GET') {
            const { value } = JSON.parse(answer.bodyAsText ?? '{}');
            this.rows += Array.isArray(value) ? value.length : 1;
          }
          return answer;
        },
      },
    },
  ];

  reset(): void {
    this.calls = 0;
    this.rows = 0;
  }
}

export interface Stage {
  readonly stores: TableStores;
  readonly meter: Meter;
  readonly connectionString: string;
}

/** A population in a table server of its own, for as long as `work` takes. */
export async function onPopulation<Result>(
  citizens: Iterable<Citizen>,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'scale-'));
  let server: ChildProcess | undefined;
  try {
    await writePopulation(directory, citizens, NOW_MS);
    server = spawn(process.execPath, [SERVER, directory], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const [connectionString] = await once(
      createInterface({ input: server.stdout as Readable }),
      'line',
    );
    const meter = new Meter();
    const options = { additionalPolicies: meter.policies };
    const stores = createTableStores({ connectionString }, options);
    return await work({ stores, meter, connectionString });
  } finally {
    server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}

export interface Cost {
  readonly calls: number;
  readonly rows: number;
  readonly durationMs: number;
  /** Processor time of this process, which is the product's and the client's. */
  readonly ownMs: number;
}

export async function costOf(meter: Meter, work: () => Promise<unknown>): Promise<Cost> {
  meter.reset();
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  await work();
  const durationMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpu);
  return { calls: meter.calls, rows: meter.rows, durationMs, ownMs: (user + system) / 1000 };
}
