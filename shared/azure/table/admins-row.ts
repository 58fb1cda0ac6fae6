import type { TableEntity } from '@azure/data-tables';
import { parseUserId, parseUserName, type Tenant } from '../../credential/name.ts';
import type { Admin } from '../../credential/user.ts';
import type { Stored } from '../../port/store.ts';
import { ADMINS_KEY } from './account-key.ts';
import { isObject, type Row, RowReader } from './row.ts';

/**
 * The prefix of one column for each admin, so that no column nears its 64 KiB; see
 * {@link ADMINS_PER_TENANT}.
 */
const COLUMN_PREFIX = 'admin_';

export function adminsRow(
  tenant: Tenant,
  admins: readonly Admin[],
  operationId: string,
): TableEntity {
  const columns = admins.map(
    ({ userId, userName, displayName, isGlobal, isEffective, isLocked }) => [
      COLUMN_PREFIX + userId,
      JSON.stringify({ userName, displayName, isGlobal, counts: isEffective, isLocked }),
    ],
  );
  return {
    partitionKey: tenant,
    rowKey: ADMINS_KEY,
    operationId,
    ...Object.fromEntries(columns),
  };
}

/**
 * Parses the admins, by user name.
 * @throws {Unavailable} the row is not as {@link adminsRow} writes it
 */
export function parseAdminsRow(row: Row): Stored<readonly Admin[]> {
  const reader = new RowReader('admins', row);
  const columns = Object.keys(row).filter((column) => column.startsWith(COLUMN_PREFIX));
  const admins = columns.map((column) => parseAdmin(reader, column));
  admins.sort((one, other) => (one.userName < other.userName ? -1 : 1));
  return { value: admins, etag: reader.etag };
}

function parseAdmin(reader: RowReader, column: string): Admin {
  const userId = parseUserId(column.slice(COLUMN_PREFIX.length));
  const entry = reader.json(column);
  if (userId === undefined || !isObject(entry)) return reader.fail(COLUMN_PREFIX);
  // An entry of version 1.0 has no member for the lock.
  const { displayName, isGlobal, counts, isLocked = false } = entry;
  const userName = typeof entry.userName === 'string' ? parseUserName(entry.userName) : undefined;
  const isAdmin =
    userName !== undefined &&
    typeof displayName === 'string' &&
    typeof isGlobal === 'boolean' &&
    typeof counts === 'boolean' &&
    typeof isLocked === 'boolean';
  if (!isAdmin) return reader.fail(COLUMN_PREFIX);
  return { userId, userName, displayName, isGlobal, isEffective: counts, isLocked };
}
