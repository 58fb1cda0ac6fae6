import type { TableEntity } from '@azure/data-tables';
import { parseUserId, type Tenant, tenantOf, type UserName } from '../../credential/name.ts';
import type { User } from '../../credential/user.ts';
import type { HashParameters, PasswordHash } from '../../port/hasher.ts';
import type { CredentialParameters, CredentialSecret, Stored } from '../../port/store.ts';
import { credentialKey } from './account-key.ts';
import { isObject, type Row, RowReader } from './row.ts';

type Columns = Record<string, string | undefined>;

/** The modular crypt form: the two digits before the salt. */
const COST = /^\$2b\$(\d{2})\$/;

function keyOf(userName: UserName): { partitionKey: string; rowKey: string } {
  return { partitionKey: tenantOf(userName), rowKey: credentialKey(userName) };
}

function hashColumns(slot: 'permanent' | 'temporary', hash: PasswordHash | undefined): Columns {
  return {
    [`${slot}Bcrypt`]: hash?.bcrypt,
    [`${slot}PepperVersion`]: hash?.pepperVersion,
    [`${slot}Wrapping`]: hash?.wrapping,
  };
}

/** Returns the whole row. */
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
    // At most 24 hashes (PASSWORD_HISTORY) of some 130 characters, far from 64 KiB. At most one of
    // them is imported.
    history: JSON.stringify(
      hashes.history.map(({ bcrypt, pepperVersion, wrapping }) => {
        return { bcrypt, pepperVersion, wrapping };
      }),
    ),
  };
}

/** Returns columns to merge: the permanent password and the history stay. */
export function temporaryColumns(user: User, temporary: PasswordHash): TableEntity {
  return {
    ...keyOf(user.userName),
    credentialVersion: user.credentialVersion,
    ...hashColumns('temporary', temporary),
  };
}

/** Returns columns to merge: the same password, hashed anew, so the version stays. */
export function permanentColumns(userName: UserName, permanent: PasswordHash): TableEntity {
  const columns = hashColumns('permanent', permanent);
  // A merge removes no column, so that of an imported scheme becomes empty when it ends.
  return { ...keyOf(userName), ...columns, permanentWrapping: permanent.wrapping ?? '' };
}

/**
 * Parses the row of hashes.
 * @throws {Unavailable} the row is not as {@link credentialRow} writes it
 */
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
 * Parses the parameters of the hashes; no hash leaves this function.
 * @throws {Unavailable} as {@link parseCredentialRow}
 */
export function parseCredentialParameters(row: Row): CredentialParameters {
  const reader = new RowReader('credential', row);
  const [permanent, temporary] = [parseHash(reader, 'permanent'), parseHash(reader, 'temporary')];
  return {
    // The store's own key: tenantOf made it.
    tenant: reader.string('partitionKey') as Tenant,
    permanent: permanent && parametersOf(reader, permanent, 'permanentBcrypt'),
    temporary: temporary && parametersOf(reader, temporary, 'temporaryBcrypt'),
    history: parseHistory(reader).map((hash) => parametersOf(reader, hash, 'history')),
  };
}

function parametersOf(
  reader: RowReader,
  { bcrypt, pepperVersion, wrapping }: PasswordHash,
  column: string,
): HashParameters {
  const cost = COST.exec(bcrypt)?.[1];
  if (cost === undefined) return reader.fail(column);
  const parameters = { pepperVersion, cost: Number(cost) };
  if (wrapping === undefined) return parameters;
  const scheme = wrapping.split('$')[1] ?? '';
  return { ...parameters, wraps: scheme === '2b' ? 'bcrypt' : scheme };
}

function parseHash(reader: RowReader, slot: 'permanent' | 'temporary'): PasswordHash | undefined {
  const [bcrypt, pepperVersion] = [`${slot}Bcrypt`, `${slot}PepperVersion`] as const;
  if (!reader.has(bcrypt) && !reader.has(pepperVersion)) return undefined;
  const wrapping = reader.optionalString(`${slot}Wrapping`);
  return {
    bcrypt: reader.string(bcrypt),
    pepperVersion: reader.string(pepperVersion),
    ...(wrapping !== undefined && wrapping !== '' && { wrapping }),
  };
}

function parseHistory(reader: RowReader): readonly PasswordHash[] {
  const list = reader.json('history');
  if (!Array.isArray(list)) return reader.fail('history');
  return list.map((entry: unknown) => {
    if (!isObject(entry)) return reader.fail('history');
    const { bcrypt, pepperVersion, wrapping } = entry;
    const isHash = typeof bcrypt === 'string' && typeof pepperVersion === 'string';
    if (!isHash) return reader.fail('history');
    if (wrapping === undefined) return { bcrypt, pepperVersion };
    return typeof wrapping === 'string'
      ? { bcrypt, pepperVersion, wrapping }
      : reader.fail('history');
  });
}
