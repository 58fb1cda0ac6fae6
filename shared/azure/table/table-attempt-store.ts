import { odata, type TableEntity } from '@azure/data-tables';
import * as z from 'zod';
import type { RandomBytes } from '../../port/clock.ts';
import type { AttemptKey, AttemptRecord, AttemptStore, Stored } from '../../port/store.ts';
import { type Row, RowReader, toInt64 } from './row.ts';
import { PAGE_ROW_LIMIT, type Table, type WriteOutcome } from './table-client.ts';

/** 128 bits: no two writes share one. */
const OPERATION_ID_BYTES = 16;
/**
 * The number of rows removed at a time: the service takes 2,000 writes/s a partition, and the sweep
 * shares them.
 */
const REMOVALS_AT_ONCE = 16;
/** The number of pages read by one call; a page may be empty, and the next sweep continues. */
const FORGOTTEN_PAGES = 20;

/**
 * The store of counted attempts: the key's first two hex digits are the partition, the key is the
 * row.
 */
export class TableAttemptStore implements AttemptStore {
  readonly #table: Table;
  readonly #randomBytes: RandomBytes;

  constructor(table: Table, randomBytes: RandomBytes) {
    this.#table = table;
    this.#randomBytes = randomBytes;
  }

  async find(key: AttemptKey): Promise<Stored<AttemptRecord> | undefined> {
    const row = await this.#table.findRow(partitionOf(key), key);
    return row && parseAttemptRow(row);
  }

  insert(key: AttemptKey, record: AttemptRecord): Promise<Stored<AttemptRecord> | undefined> {
    return this.#write(key, record, (row) => this.#table.insert(row));
  }

  replace(
    key: AttemptKey,
    etag: string,
    record: AttemptRecord,
  ): Promise<Stored<AttemptRecord> | undefined> {
    return this.#write(key, record, (row) => this.#table.replace(row, etag));
  }

  async remove(key: AttemptKey, etag: string): Promise<boolean> {
    return (await this.#table.remove(partitionOf(key), key, etag)) !== 'conflict';
  }

  async removeForgotten(request: {
    readonly firstPartition: number;
    readonly lastPartition: number;
    readonly beforeMs: number;
    readonly lockedFailures: number;
    readonly limit: number;
  }): Promise<number> {
    const [first, last] = [toPartition(request.firstPartition), toPartition(request.lastPartition)];
    const filter = [
      odata`PartitionKey ge ${first} and PartitionKey le ${last}`,
      odata`lastFailureAtMs le ${request.beforeMs}L and failures lt ${request.lockedFailures}`,
    ].join(' and ');
    let removed = 0;
    let after: string | undefined;
    for (let pages = 0; pages < FORGOTTEN_PAGES && removed < request.limit; pages += 1) {
      const limit = Math.min(request.limit - removed, PAGE_ROW_LIMIT);
      const select = ['partitionKey', 'rowKey'];
      const { items: rows, next } = await this.#table.listRows(filter, { limit, after }, select);
      removed += await this.#removeRows(rows);
      if (next === undefined) break;
      after = next;
    }
    return removed;
  }

  /** Writes a row. A write sent again because its answer was lost finds its own row in the way. */
  async #write(
    key: AttemptKey,
    record: AttemptRecord,
    send: (row: TableEntity) => Promise<WriteOutcome>,
  ): Promise<Stored<AttemptRecord> | undefined> {
    const operationId = Buffer.from(this.#randomBytes(OPERATION_ID_BYTES)).toString('hex');
    const outcome = await send(attemptRow(key, record, operationId));
    if (outcome.kind === 'written') return { value: record, etag: outcome.etag };
    if (outcome.kind === 'missing') return undefined;
    const row = await this.#table.findRow(partitionOf(key), key);
    return row?.operationId === operationId ? parseAttemptRow(row) : undefined;
  }

  /** Removes rows under their tags: a row that failed again since stays. */
  async #removeRows(rows: readonly Row[]): Promise<number> {
    let removed = 0;
    for (let start = 0; start < rows.length; start += REMOVALS_AT_ONCE) {
      const outcomes = await Promise.all(
        rows.slice(start, start + REMOVALS_AT_ONCE).map((row) => {
          const reader = new RowReader('attempt', row);
          const rowKey = reader.string('rowKey');
          return this.#table.remove(reader.string('partitionKey'), rowKey, reader.etag);
        }),
      );
      removed += outcomes.filter((outcome) => outcome === 'removed').length;
    }
    return removed;
  }
}

function partitionOf(key: AttemptKey): string {
  return key.slice(0, 2);
}

function toPartition(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

export function attemptRow(
  key: AttemptKey,
  record: AttemptRecord,
  operationId: string,
): TableEntity {
  return {
    partitionKey: partitionOf(key),
    rowKey: key,
    operationId,
    failures: record.failures,
    startedAtMs: toInt64(record.startedAtMs),
    lastFailureAtMs: toInt64(record.lastFailureAtMs),
    isLockNoted: record.isLockNoted,
    scope: record.scope,
    policyCallsAtMs: JSON.stringify(record.policyCallsAtMs),
    underWay: JSON.stringify(record.underWay),
    networks: record.networks.join(' '),
  };
}

const UNDER_WAY = z.array(z.strictObject({ id: z.string(), atMs: z.int() }));

/**
 * Parses a row of attempts.
 * @throws {Unavailable} the row is not as {@link attemptRow} writes it
 */
function parseAttemptRow(row: Row): Stored<AttemptRecord> {
  const reader = new RowReader('attempt', row);
  const calls = reader.json('policyCallsAtMs');
  // A row of 1.0 does not have the columns of attempts under way and of networks.
  const underWay = UNDER_WAY.safeParse(reader.has('underWay') ? reader.json('underWay') : []);
  const areTimes = Array.isArray(calls) && calls.every((call) => Number.isSafeInteger(call));
  const value: AttemptRecord = {
    failures: reader.count('failures'),
    startedAtMs: reader.ms('startedAtMs'),
    lastFailureAtMs: reader.ms('lastFailureAtMs'),
    isLockNoted: reader.boolean('isLockNoted'),
    scope: reader.string('scope'),
    policyCallsAtMs: areTimes ? calls : reader.fail('policyCallsAtMs'),
    underWay: underWay.success ? underWay.data : reader.fail('underWay'),
    networks: reader.optionalString('networks')?.split(' ').filter(Boolean) ?? [],
  };
  return { value, etag: reader.etag };
}
