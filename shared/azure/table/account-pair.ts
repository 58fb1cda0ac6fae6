import { odata } from '@azure/data-tables';
import { pages } from '../../port/pages.ts';
import { allUsersRange } from './account-key.ts';
import type { Row } from './row.ts';
import { PAGE_ROW_LIMIT, type Table } from './table-client.ts';

/**
 * The tries to read both rows of one moment: a write between the two reads shows in the versions,
 * and so many in a row are no accident.
 */
const PAIR_TRIES = 5;

/** A user's row and, as of the same moment, the row of its hashes; columns are typed. */
type Pair = readonly Row[];

/**
 * Lists every user of every tenant by key, in pages. User and hashes are two rows, and a list reads
 * them at different times: if their versions differ, both are read again. A pair that never matches
 * is returned as it is.
 */
export async function* listAccountPairs(table: Table): AsyncGenerator<readonly Pair[], void> {
  const list = (after: string | undefined) =>
    table.listTypedRows(allUsersRange(), { limit: PAGE_ROW_LIMIT, after });
  for await (const rows of pages(list)) {
    const pairs: Pair[] = [];
    for (const users of byPartition(rows.filter((row) => !isTombstone(row)))) {
      const hashes = await findCredentials(table, users);
      for (const user of users) {
        const pair = await matched(table, user, hashes.get(credentialKeyOf(user)));
        if (pair !== undefined) pairs.push(pair);
      }
    }
    if (pairs.length > 0) yield pairs;
  }
}

/** Groups a page of users, which is in the order of its keys, by partition. */
function byPartition(rows: readonly Row[]): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, (row) => row.partitionKey).values()];
}

function credentialKeyOf(user: Row): string {
  return String(user.rowKey).replace(/^user:/, 'credential:');
}

function isTombstone(row: Row): boolean {
  return columnOf(row, 'status') === 'deleted';
}

function columnOf(row: Row, column: string): unknown {
  return (row[column] as { readonly value?: unknown } | undefined)?.value;
}

/**
 * Finds credentials by key; the range of names from the first to the last of the users, who share a
 * tenant.
 */
async function findCredentials(
  table: Table,
  users: readonly Row[],
): Promise<ReadonlyMap<string, Row>> {
  const [first, last] = [users[0] as Row, users.at(-1) as Row];
  const filter = [
    odata`PartitionKey eq ${String(first.partitionKey)}`,
    odata`RowKey ge ${credentialKeyOf(first)} and RowKey le ${credentialKeyOf(last)}`,
  ].join(' and ');
  const found = new Map<string, Row>();
  const list = (after: string | undefined) =>
    table.listTypedRows(filter, { limit: PAGE_ROW_LIMIT, after });
  for await (const rows of pages(list)) {
    for (const row of rows) found.set(String(row.rowKey), row);
  }
  return found;
}

function isConsistent(user: Row, hashes: Row | undefined): boolean {
  return ['userId', 'credentialVersion'].every(
    (column) => hashes !== undefined && columnOf(user, column) === columnOf(hashes, column),
  );
}

/**
 * Reads both rows until they match.
 * @returns undefined if the user was deleted in between
 */
async function matched(
  table: Table,
  user: Row,
  hashes: Row | undefined,
): Promise<Pair | undefined> {
  const { partitionKey, rowKey } = user;
  let pair: { user: Row; hashes: Row | undefined } = { user, hashes };
  for (let tries = 0; !isConsistent(pair.user, pair.hashes) && tries < PAIR_TRIES; tries += 1) {
    const [userNow, hashesNow] = await Promise.all([
      table.findTypedRow(String(partitionKey), String(rowKey)),
      table.findTypedRow(String(partitionKey), credentialKeyOf(user)),
    ]);
    if (userNow === undefined || isTombstone(userNow)) return undefined;
    pair = { user: userNow, hashes: hashesNow };
  }
  return pair.hashes === undefined ? [pair.user] : [pair.user, pair.hashes];
}
