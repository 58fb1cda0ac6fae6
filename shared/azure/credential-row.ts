import type { TableEntity } from '@azure/data-tables';
import { parseUserId, type Tenant, tenantOf, type UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import type {
  CredentialParameters,
  CredentialSecret,
  HashParameters,
  PasswordHash,
  Stored,
} from '../port.ts';
import { credentialKey } from './account-key.ts';
import { isObject, type Row, RowReader } from './row.ts';

type Columns = Record<string, string | undefined>;

/** Modular crypt form: the two digits before the salt. */
const COST = /^\$2b\$(\d{2})\$/;

function keyOf(userName: UserName): { partitionKey: string; rowKey: string } {
  return { partitionKey: tenantOf(userName), rowKey: credentialKey(userName) };
}

function hashColumns(slot: 'permanent' | 'temporary', hash: PasswordHash | undefined): Columns {
  return { [`${slot}Bcrypt`]: hash?.bcrypt, [`${slot}PepperVersion`]: hash?.pepperVersion };
}

/** The whole row. */
export function credentialRow(
  user: User,
  hashes: Pick<CredentialSecret, 'permanent' | 'temporary' | 'history'>,
): TableEntity {
  return {
    ...keyOf(user.userName),
    userId: user.userId,
    credentialVersion: user.credentialVersion,
    ...hashColumns('permanent', hashes.permanent),
    ...hashColumns('temporary', hashes.temporary),
    // At most 24 hashes of some 130 characters (PASSWORD_HISTORY), far from 64 KiB.
    history: JSON.stringify(
      hashes.history.map(({ bcrypt, pepperVersion }) => ({ bcrypt, pepperVersion })),
    ),
  };
}

/** To be merged: the permanent password and the history stay. */
export function temporaryColumns(user: User, temporary: PasswordHash): TableEntity {
  return {
    ...keyOf(user.userName),
    credentialVersion: user.credentialVersion,
    ...hashColumns('temporary', temporary),
  };
}

/** To be merged: the same password, hashed anew, so the version stays. */
export function permanentColumns(userName: UserName, permanent: PasswordHash): TableEntity {
  return { ...keyOf(userName), ...hashColumns('permanent', permanent) };
}

/** @throws {Unavailable} when the row is not as {@link credentialRow} writes it */
export function parseCredentialRow(row: Row): Stored<CredentialSecret> {
  const reader = new RowReader('credential', row);
  const value: CredentialSecret = {
    userId: reader.parsed('userId', parseUserId),
    credentialVersion: reader.count('credentialVersion'),
    permanent: parseHash(reader, 'permanent'),
    temporary: parseHash(reader, 'temporary'),
    history: parseHistory(reader),
  };
  return { value, etag: reader.etag };
}

/**
 * What the hashes were made with; no hash leaves this function.
 * @throws {Unavailable} as {@link parseCredentialRow}
 */
export function parseCredentialParameters(row: Row): CredentialParameters {
  const reader = new RowReader('credential', row);
  const [permanent, temporary] = [parseHash(reader, 'permanent'), parseHash(reader, 'temporary')];
  return {
    // The store's own key: it was made by tenantOf.
    tenant: reader.string('partitionKey') as Tenant,
    permanent: permanent && parametersOf(reader, permanent, 'permanentBcrypt'),
    temporary: temporary && parametersOf(reader, temporary, 'temporaryBcrypt'),
    history: parseHistory(reader).map((hash) => parametersOf(reader, hash, 'history')),
  };
}

function parametersOf(
  reader: RowReader,
  { bcrypt, pepperVersion }: PasswordHash,
  column: string,
): HashParameters {
  const cost = COST.exec(bcrypt)?.[1];
  return cost === undefined ? reader.fail(column) : { pepperVersion, cost: Number(cost) };
}

function parseHash(reader: RowReader, slot: 'permanent' | 'temporary'): PasswordHash | undefined {
  const [bcrypt, pepperVersion] = [`${slot}Bcrypt`, `${slot}PepperVersion`] as const;
  if (!reader.has(bcrypt) && !reader.has(pepperVersion)) return undefined;
  return { bcrypt: reader.string(bcrypt), pepperVersion: reader.string(pepperVersion) };
}

function parseHistory(reader: RowReader): readonly PasswordHash[] {
  const list = reader.json('history');
  if (!Array.isArray(list)) return reader.fail('history');
  return list.map((entry: unknown) => {
    if (!isObject(entry)) return reader.fail('history');
    const { bcrypt, pepperVersion } = entry;
    const isHash = typeof bcrypt === 'string' && typeof pepperVersion === 'string';
    return isHash ? { bcrypt, pepperVersion } : reader.fail('history');
  });
}
