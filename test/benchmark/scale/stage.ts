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
import { median, type Part, spread } from '../part.ts';
import { type Citizen, writePopulation } from './population.ts';

/** When all populations are as they were made. */
export const NOW_MS = Date.UTC(2026, 0, 1);
const SERVER = fileURLToPath(new URL('./table-server.ts', import.meta.url));

/** Counts the calls of the store, the queries among them, and the rows that they returned. */
export class Meter {
  calls = 0;
  queries = 0;
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
            const isQuery = Array.isArray(value);
            this.queries += isQuery ? 1 : 0;
            this.rows += isQuery ? value.length : 1;
          }
          return answer;
        },
      },
    },
  ];

  reset(): void {
    this.calls = 0;
    this.queries = 0;
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
  readonly queries: number;
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
  const { calls, queries, rows } = meter;
  return { calls, queries, rows, durationMs, ownMs: (user + system) / 1000 };
}

export const SILENT = { info() {}, warn() {}, error() {} };

export const number = (value: number) => value.toLocaleString('en');
export const only = (sample: readonly number[]) => [...new Set(sample)].join(' or ');

/** Requires the same calls and rows of every cost, whatever the size. */
export function sameTarget(what: string, costs: readonly Cost[]): Part['targets'][number] {
  const calls = only(costs.map((cost) => cost.calls));
  const rows = only(costs.map((cost) => cost.rows));
  const isMet = !`${calls}${rows}`.includes('or');
  const text = `${what}: 1 × the calls and rows, whatever the size`;
  const reason = 'The table has them for each size.';
  return { text, measured: `${calls} calls, ${rows} rows`, isMet, reason };
}

/** The cells of a row: calls, rows, processor time, time. */
export function costCells(costs: readonly Cost[]): readonly string[] {
  const of = (what: keyof Cost) => costs.map((cost) => cost[what]);
  return [
    ...[String(median(of('calls'))), String(median(of('rows')))],
    ...[spread(of('ownMs'), 1), spread(of('durationMs'), 1)],
  ];
}

export const COST_HEAD = ['calls', 'rows', 'own processor ms', 'ms with Azurite'];
