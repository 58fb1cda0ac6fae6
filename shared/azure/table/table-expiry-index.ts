import { createHash } from 'node:crypto';
import { odata, type TableEntity } from '@azure/data-tables';
import { parseUserId, parseUserName } from '../../credential/name.ts';
import type { ExpiryEntry, ExpiryIndex } from '../../port/expiry.ts';
import { pages } from '../../port/pages.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { type Row, RowReader, toInt64 } from './row.ts';
import type { Table } from './table-client.ts';

const HOUR_MS = 3_600_000;
/** The rows of a page: one batch of the sweep. */
const OVERDUE_PAGE_ROWS = 200;

/**
 * The index: one row per issued temporary password or call under a key, in partitions
 * `<UTC hour of expiry>-<shard>` such as `2026-01-31T09-c`. All expiries of an hour would share one
 * partition (2,000 writes/s); 16 shards spread them. Due entries are below the next hour, so their
 * range never contains a later one.
 */
export class TableExpiryIndex implements ExpiryIndex {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async add(entry: ExpiryEntry): Promise<void> {
    const row = expiryRow(entry);
    if ((await this.#table.insert(row)).kind === 'written') return;
    // An insert sent again because its answer was lost finds its own row in the way.
    const found = await this.#table.findRow(row.partitionKey, row.rowKey);
    if (found === undefined || !isSameEntry(parseExpiryRow(found), entry)) {
      throw new Unavailable('tables', 'an issue id in the expiry index belongs to another entry');
    }
  }

  async has(entry: ExpiryEntry): Promise<boolean> {
    const { partitionKey, rowKey } = expiryRow(entry);
    return (await this.#table.findRow(partitionKey, rowKey, ['userId'])) !== undefined;
  }

  async *listOverdue(nowMs: number): AsyncGenerator<readonly ExpiryEntry[], void> {
    const end = hourOf(nowMs + HOUR_MS);
    const filter = odata`PartitionKey lt ${end} and expiresAtMs le ${nowMs}L`;
    const list = (after: string | undefined) =>
      this.#table.listRows(filter, { limit: OVERDUE_PAGE_ROWS, after });
    for await (const rows of pages(list)) yield rows.map(parseExpiryRow);
  }

  /** Removes an entry under any tag: rows of the index never change. */
  async remove(entry: ExpiryEntry): Promise<void> {
    const { partitionKey, rowKey } = expiryRow(entry);
    await this.#table.remove(partitionKey, rowKey, '*');
  }
}

function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 'yyyy-mm-ddThh'.length);
}

/**
 * Returns a hex digit of a hash, so that shards are even whatever alphabet issue ids are written
 * in.
 */
function shardOf(issueId: string): string {
  return createHash('sha256').update(issueId).digest('hex').slice(0, 1);
}

/** Begins the keys of calls under a key, which a backup leaves out; no issue id has a colon. */
export const DONE_CALL_ENTRY_PREFIX = 'idem:';

/** A version before 1.1 reads an entry of a call as one of a temporary password, and removes it. */
export function expiryRow(entry: ExpiryEntry): TableEntity {
  const { doneCall, issueId } = entry;
  return {
    partitionKey: `${hourOf(entry.expiresAtMs)}-${shardOf(issueId)}`,
    rowKey: doneCall === undefined ? issueId : DONE_CALL_ENTRY_PREFIX + issueId,
    doneCall,
    userId: entry.userId,
    userName: entry.userName,
    expiresAtMs: toInt64(entry.expiresAtMs),
    credentialVersion: entry.credentialVersion,
  };
}

/**
 * Parses an entry.
 * @throws {Unavailable} the row is not as {@link expiryRow} writes it
 */
function parseExpiryRow(row: Row): ExpiryEntry {
  const reader = new RowReader('expiry', row);
  const doneCall = reader.optionalString('doneCall');
  const key = reader.string('rowKey');
  return {
    userId: reader.parsed('userId', parseUserId),
    userName: reader.parsed('userName', parseUserName),
    ...(doneCall !== undefined && { doneCall }),
    issueId: doneCall === undefined ? key : key.slice(DONE_CALL_ENTRY_PREFIX.length),
    expiresAtMs: reader.ms('expiresAtMs'),
    credentialVersion: reader.count('credentialVersion'),
  };
}

function isSameEntry(one: ExpiryEntry, other: ExpiryEntry): boolean {
  return (
    one.userId === other.userId &&
    one.userName === other.userName &&
    one.issueId === other.issueId &&
    one.doneCall === other.doneCall &&
    one.expiresAtMs === other.expiresAtMs &&
    one.credentialVersion === other.credentialVersion
  );
}
