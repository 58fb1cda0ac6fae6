import type { User } from '../../credential/user.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { userKey } from './account-key.ts';
import { isTombstone } from './account-row.ts';
import { RowReader } from './row.ts';
import type { Table } from './table-client.ts';

/**
 * Finds the tag of the tombstone of a deleted user.
 * @returns undefined if there is no row, or a user
 */
export async function findTombstone(
  table: Table,
  { tenant, userName }: User,
): Promise<string | undefined> {
  const row = await table.findRow(tenant, userKey(userName), ['status']);
  return row && isTombstone(row) ? new RowReader('tombstone', row).etag : undefined;
}

/**
 * Removes a tombstone, best effort: the user is deleted already, lists do not show a tombstone,
 * and a new user of the name replaces it. Under its tag, lest a new user of the name be removed.
 */
export async function removeTombstone(table: Table, user: User): Promise<void> {
  try {
    const etag = await findTombstone(table, user);
    if (etag === undefined) return;
    await table.remove(user.tenant, userKey(user.userName), etag);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
  }
}
