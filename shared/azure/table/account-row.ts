import { odata, type TableEntity } from '@azure/data-tables';
import {
  type AddressHistory,
  type AddressTerm,
  NO_ADDRESS_HISTORY,
} from '../../credential/address.ts';
import {
  parseEmail,
  parseUserId,
  parseUserName,
  tenantOf,
  type UserName,
} from '../../credential/name.ts';
import { ROLES } from '../../credential/role.ts';
import type { CredentialState } from '../../credential/state.ts';
import type { SupportCode } from '../../credential/support-code.ts';
import type { Credential, User } from '../../credential/user.ts';
import type { StoredUser, UserFilter } from '../../port/store.ts';
import type { CountedUser } from '../../port/summary.ts';
import { idKey, parseUserKey, userKey } from './account-key.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';
import { joinWords, splitWords } from './word-row.ts';

const STATUSES = ['active', 'disabled', 'deleted'] as const;
const CREDENTIAL_KINDS = ['none', 'temporary', 'expired', 'permanent'] as const;

/**
 * Returns the row of a user, whose key holds the name and the tenant. Each filter of a list has a
 * column.
 * @param stands the rows that exist beside it: of words, and of an authority
 */
export function userRow(
  user: User,
  operationId: string,
  { authorityStamp, words }: Partial<Pick<StoredUser, 'authorityStamp' | 'words'>>,
): TableEntity {
  return {
    partitionKey: user.tenant,
    rowKey: userKey(user.userName),
    operationId,
    authorityStamp,
    words: words && joinWords(words),
    userId: user.userId,
    displayName: user.displayName,
    email: user.email,
    secondEmail: user.secondEmail,
    ...addressColumns(user.addressHistory),
    locale: user.locale,
    ...Object.fromEntries(user.roles.map((role) => [`role_${role}`, true])),
    adminUntilMs: toInt64(user.adminUntilMs),
    status: user.status,
    ...credentialColumns(user.credential),
    profileVersion: user.profileVersion,
    credentialVersion: user.credentialVersion,
    sessionEpoch: user.sessionEpoch,
    isLocked: user.isLocked,
    isFrozen: user.isFrozen || undefined,
    disownedResetBy: user.disownedResetBy,
    lastResetSequence: user.lastResetSequence || undefined,
    attemptsClearedAtMs: toInt64(user.attemptsClearedAtMs),
    waitsEnded: user.waitsEnded.join(' ') || undefined,
    usedByIssuer: user.usedByIssuer,
    supportCode: user.supportCode && JSON.stringify(user.supportCode),
    supportCodesAtMs: user.supportCodesAtMs.join(' ') || undefined,
    partsAtMs: user.partsAtMs.join(' ') || undefined,
    createdAtMs: toInt64(user.createdAtMs),
    lastSignInAtMs: toInt64(user.lastSignInAtMs),
    eventSequence: user.eventSequence,
    lastEventAtMs: toInt64(user.lastEventAtMs),
  };
}

function addressColumns({ terms, hadAny }: AddressHistory): object {
  return {
    addressTerms: terms.length === 0 ? undefined : JSON.stringify(terms),
    hadAddress: hadAny,
  };
}

function credentialColumns(credential: Credential): object {
  const { kind } = credential;
  if (kind === 'none') return { credentialKind: kind };
  if (kind === 'permanent') {
    return { credentialKind: kind, changedAtMs: toInt64(credential.changedAtMs) };
  }
  return {
    credentialKind: kind,
    issueId: credential.issueId,
    issuedAtMs: toInt64(credential.issuedAtMs),
    expiresAtMs: toInt64(credential.expiresAtMs),
    issuedBy: credential.issuedBy,
    changedAtMs: toInt64(credential.changedAtMs),
  };
}

/** Returns the row in place of a deleted user: nothing personal beyond the key. */
export function tombstoneRow(user: User, operationId: string): TableEntity {
  return {
    partitionKey: user.tenant,
    rowKey: userKey(user.userName),
    operationId,
    status: 'deleted',
  };
}

export function isTombstone(row: Row): boolean {
  return row.status === 'deleted';
}

/**
 * Parses the row of a user.
 * @throws {Unavailable} the row is not as {@link userRow} writes it; a tombstone neither
 */
export function parseUserRow(row: Row): StoredUser {
  const reader = new RowReader('user', row);
  const userName = reader.parsed('rowKey', parseUserKey);
  const tenant = tenantOf(userName);
  if (row.partitionKey !== tenant) reader.fail('partitionKey');
  const status = reader.choice('status', STATUSES);
  if (status === 'deleted') return reader.fail('status');
  const roles = ROLES.filter((role) => row[`role_${role}`] === true);
  if (roles.length === 0) reader.fail('role_');
  // Version 1.0 accepted texts that are not addresses; none was proven, so such a text counts as
  // absent.
  const email = parseEmail(reader.optionalString('email') ?? '');
  const value: User = {
    userId: reader.parsed('userId', parseUserId),
    userName,
    tenant,
    displayName: reader.string('displayName'),
    email,
    secondEmail: reader.optionalParsed('secondEmail', parseEmail),
    addressHistory: parseAddressHistory(reader, email),
    locale: reader.optionalString('locale'),
    roles,
    // A version before 1.1 kept none.
    adminUntilMs: reader.optionalMs('adminUntilMs'),
    status,
    credential: parseCredential(reader),
    profileVersion: reader.count('profileVersion'),
    credentialVersion: reader.count('credentialVersion'),
    sessionEpoch: reader.count('sessionEpoch'),
    isLocked: reader.boolean('isLocked'),
    // Only a frozen user has the column.
    isFrozen: reader.has('isFrozen') && reader.boolean('isFrozen'),
    disownedResetBy: reader.optionalParsed('disownedResetBy', parseUserId),
    // A user has none before the first reset by this version.
    lastResetSequence: reader.has('lastResetSequence') ? reader.count('lastResetSequence') : 0,
    attemptsClearedAtMs: reader.ms('attemptsClearedAtMs'),
    waitsEnded: reader.optionalString('waitsEnded')?.split(' ').filter(Boolean) ?? [],
    partsAtMs: reader.moments('partsAtMs'),
    usedByIssuer: reader.optionalString('usedByIssuer'),
    supportCode: parseSupportCode(reader),
    supportCodesAtMs: reader.moments('supportCodesAtMs'),
    createdAtMs: reader.ms('createdAtMs'),
    lastSignInAtMs: reader.optionalMs('lastSignInAtMs'),
    eventSequence: reader.count('eventSequence'),
    lastEventAtMs: reader.ms('lastEventAtMs'),
  };
  const authorityStamp = reader.optionalString('authorityStamp');
  const words = reader.has('words') ? splitWords(reader.string('words')) : undefined;
  return { value, etag: reader.etag, authorityStamp, words };
}

/** Parses the history of addresses. An address of 1.0 counts as in force since the creation. */
function parseAddressHistory(reader: RowReader, email: string | undefined): AddressHistory {
  if (!reader.has('hadAddress')) {
    if (email === undefined) return NO_ADDRESS_HISTORY;
    const sinceMs = reader.ms('createdAtMs');
    return {
      terms: [{ address: email, sinceMs, untilMs: undefined, isFirst: true }],
      hadAny: true,
    };
  }
  const terms = reader.has('addressTerms') ? reader.json('addressTerms') : [];
  if (!Array.isArray(terms) || !terms.every(isAddressTerm)) return reader.fail('addressTerms');
  return { terms, hadAny: reader.boolean('hadAddress') };
}

function isAddressTerm(term: unknown): term is AddressTerm {
  if (!isObject(term)) return false;
  const { address, sinceMs, untilMs, isFirst } = term;
  return (
    typeof address === 'string' &&
    parseEmail(address) === address &&
    typeof sinceMs === 'number' &&
    (untilMs === undefined || typeof untilMs === 'number') &&
    typeof isFirst === 'boolean'
  );
}

/** Parses the last support code; a version before 1.1 issued none. */
function parseSupportCode(reader: RowReader): SupportCode | undefined {
  if (!reader.has('supportCode')) return undefined;
  const code = reader.json('supportCode');
  if (!isObject(code)) return reader.fail('supportCode');
  const { digest, expiresAtMs, credentialVersion, sessionEpoch } = code;
  const isWhole =
    typeof digest === 'string' &&
    typeof expiresAtMs === 'number' &&
    typeof credentialVersion === 'number' &&
    typeof sessionEpoch === 'number';
  if (!isWhole) return reader.fail('supportCode');
  return { digest, expiresAtMs, credentialVersion, sessionEpoch };
}

/** The columns of {@link parseCountedUser}. */
export const COUNTED_COLUMNS = ['status', 'isLocked', 'isFrozen', 'credentialKind', 'expiresAtMs'];

/**
 * Parses the part of a user that is counted.
 * @throws {Unavailable} as {@link parseUserRow}, and on a tombstone
 */
export function parseCountedUser(row: Row): CountedUser {
  const reader = new RowReader('user', row);
  const status = reader.choice('status', STATUSES);
  if (status === 'deleted') return reader.fail('status');
  const kind = reader.choice('credentialKind', CREDENTIAL_KINDS);
  return {
    status,
    isLocked: reader.boolean('isLocked'),
    isFrozen: reader.has('isFrozen') && reader.boolean('isFrozen'),
    credential:
      kind === 'none' || kind === 'permanent'
        ? { kind }
        : { kind, expiresAtMs: reader.ms('expiresAtMs') },
  };
}

function parseCredential(reader: RowReader): Credential {
  const kind = reader.choice('credentialKind', CREDENTIAL_KINDS);
  if (kind === 'none') return { kind };
  if (kind === 'permanent') return { kind, changedAtMs: reader.ms('changedAtMs') };
  return {
    kind,
    issueId: reader.string('issueId'),
    issuedAtMs: reader.ms('issuedAtMs'),
    expiresAtMs: reader.ms('expiresAtMs'),
    issuedBy: reader.optionalParsed('issuedBy', parseUserId),
    changedAtMs: reader.optionalMs('changedAtMs'),
  };
}

/** Returns OData over the columns of {@link userRow}. The caller adds the range of names. */
export function userClauses(filter: UserFilter): readonly string[] {
  const { role, status, credentialState, expiresBeforeMs, isFrozen, nowMs } = filter;
  const clauses = [
    status === undefined ? odata`status ne ${'deleted'}` : odata`status eq ${status}`,
  ];
  // The role is from the closed list, so it is a column's name and needs no quotes.
  if (role !== undefined) clauses.push(`role_${role} eq true`);
  if (credentialState !== undefined) clauses.push(...stateClauses(credentialState, nowMs));
  // Only a user with a temporary password has the column.
  if (expiresBeforeMs !== undefined) clauses.push(odata`expiresAtMs lt ${expiresBeforeMs}L`);
  if (isFrozen) clauses.push('isFrozen eq true');
  return clauses;
}

/**
 * Returns OData for a state. `locked` is shown over every other state; `now >= expiresAt` is
 * expired, swept or not.
 */
function stateClauses(state: CredentialState, nowMs: number): readonly string[] {
  switch (state) {
    case 'locked':
      return ['isLocked eq true'];
    case 'temporary':
      return [
        'isLocked eq false',
        odata`credentialKind eq ${'temporary'} and expiresAtMs gt ${nowMs}L`,
      ];
    case 'expired': {
      const swept = odata`credentialKind eq ${'expired'}`;
      const lapsed = odata`(credentialKind eq ${'temporary'} and expiresAtMs le ${nowMs}L)`;
      return ['isLocked eq false', `(${swept} or ${lapsed})`];
    }
    default:
      return ['isLocked eq false', odata`credentialKind eq ${state}`];
  }
}

export function idRow(user: User, operationId: string, isDeleted: boolean): TableEntity {
  return {
    partitionKey: user.tenant,
    rowKey: idKey(user.userId),
    operationId,
    userName: user.userName,
    isDeleted,
  };
}

export function parseIdRow(row: Row): { userName: UserName; isDeleted: boolean } {
  const reader = new RowReader('id', row);
  return {
    userName: reader.parsed('userName', parseUserName),
    isDeleted: reader.boolean('isDeleted'),
  };
}
