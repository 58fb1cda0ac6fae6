import type { TransactionAction } from '@azure/data-tables';
import type { Notice } from '../../credential/notice.ts';
import { isSameRights } from '../../credential/rights.ts';
import { indexedWords } from '../../credential/search-word.ts';
import type { User } from '../../credential/user.ts';
import type { AccountChange, SettingsChange } from '../../port/store.ts';
import {
  authorityKey,
  credentialKey,
  idKey,
  tenantEventKey,
  userEventKey,
  userKey,
} from './account-key.ts';
import { idRow, tombstoneRow, userRow } from './account-row.ts';
import { adminsRow } from './admins-row.ts';
import { credentialRow, temporaryColumns } from './credential-row.ts';
import { doneCallActions } from './done-call-row.ts';
import { eventRows } from './event-row.ts';
import { noticeRow } from './outbox-row.ts';
import { resetActions } from './reset-row.ts';
import { settingsRow } from './settings-row.ts';
import { wordActions } from './word-row.ts';

/**
 * Returns the rows that a change writes, in one partition. At most 10 are of the change (user,
 * credential, id, admins, the authority that it ends, the caller's row and authority, the reset
 * that it is and the one that it ends, its idempotency key). Words are at most 44 (24 that a user
 * has, and 20 that it had: those of the user name stay). Each event has two rows, and one for each
 * of at most six lanes, so that 5 events fit the 100 of a transaction: 10 + 44 + 5 × 8 = 94. A
 * change has one to three.
 *
 * @param userEtag of the user row that is replaced; undefined inserts it
 */
export function changeActions(
  change: AccountChange,
  userEtag: string | undefined,
): readonly TransactionAction[] {
  const { after, operationId } = change;
  const events = change.events.flatMap((event) => eventRows(after.tenant, event, operationId));
  return [
    ...userActions(change, userEtag),
    ...wordActions(change.before, after, change.isDelete),
    ...endedAuthority(change),
    ...heldAuthority(change.authority),
    ...credentialActions(change),
    ...adminsActions(change),
    ...doneCallActions(after.tenant, change.done),
    ...resetActions(after.tenant, change.resets ?? {}),
    ...events.map((row): TransactionAction => ['create', row]),
    ...noticeActions(change.notices),
  ];
}

/** Conditional by their keys: the events that they are of are made in the same transaction. */
function noticeActions(notices: readonly Notice[]): readonly TransactionAction[] {
  return notices.map((notice): TransactionAction => ['create', noticeRow(notice)]);
}

/** The rows of a change of a tenant's settings: its own, the caller's authority and the event. */
export function settingsActions(change: SettingsChange): readonly TransactionAction[] {
  const { tenant, after, etag, event, authority, operationId } = change;
  const row = settingsRow(tenant, after, operationId);
  return [
    etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag }],
    ...heldAuthority(authority),
    ...eventRows(tenant, event, operationId).map((one): TransactionAction => ['create', one]),
    ...noticeActions(change.notices),
  ];
}

/**
 * Returns the key of a row that only a change of this kind writes, to find its operation id in.
 * Events stay for ever, so the first of them proves a change whatever was written after it.
 */
export function proofKey({ events, isDelete, after }: AccountChange): string {
  const [event] = events;
  if (event !== undefined) return userEventKey(event) ?? tenantEventKey(event);
  return isDelete ? idKey(after.userId) : userKey(after.userName);
}

function userActions(
  { after, before, isDelete, operationId }: AccountChange,
  userEtag: string | undefined,
): readonly TransactionAction[] {
  const authorityStamp = keptStamp({ after, before, isDelete });
  const stands = { authorityStamp, words: indexedWords(after) };
  const row = isDelete ? tombstoneRow(after, operationId) : userRow(after, operationId, stands);
  const write: TransactionAction =
    userEtag === undefined ? ['create', row] : ['update', row, 'Replace', { etag: userEtag }];
  const id = idRow(after, operationId, isDelete);
  if (isDelete) return [write, ['update', id, 'Replace', { etag: '*' }]];
  return before === undefined ? [write, ['create', id]] : [write];
}

/** Returns the user's authority after the change: none if rights change. */
function keptStamp({
  before,
  after,
  isDelete,
}: Pick<AccountChange, 'before' | 'after' | 'isDelete'>): string | undefined {
  if (before === undefined || isDelete || !isSameRights(before.value, after)) return undefined;
  return before.authorityStamp;
}

function authorityRow({ tenant, userId }: User, stamp: string) {
  return { partitionKey: tenant, rowKey: authorityKey(userId, stamp) };
}

/** Ends the authority of a user whose rights change. */
function endedAuthority(change: AccountChange): TransactionAction[] {
  const { before } = change;
  if (before?.authorityStamp === undefined || keptStamp(change) !== undefined) return [];
  return [['delete', authorityRow(before.value, before.authorityStamp)]];
}

/**
 * Holds a change to the caller's authority. Its row is merged with any tag: callers do not contend
 * with each other or with themselves, and once a revocation has removed it, the whole transaction
 * fails. (Table Storage, "Merge Entity": with `If-Match: *` the entity must exist; without the
 * header it would be made.) A caller without a row gets it here, under the tag of its own row, so
 * that an earlier revocation wins.
 */
function heldAuthority(authority: AccountChange['authority']): TransactionAction[] {
  if (authority === undefined) return [];
  const { caller, newStamp } = authority;
  const { value: user, authorityStamp, etag } = caller;
  if (authorityStamp !== undefined) {
    return [['update', authorityRow(user, authorityStamp), 'Merge', { etag: '*' }]];
  }
  const key = { partitionKey: user.tenant, rowKey: userKey(user.userName) };
  return [
    ['update', { ...key, authorityStamp: newStamp }, 'Merge', { etag }],
    ['create', authorityRow(user, newStamp)],
  ];
}

/**
 * Writes the credential row: a live user always has one, even without a hash, and a deleted user
 * none.
 */
function credentialActions(change: AccountChange): readonly TransactionAction[] {
  const { after, before, isDelete, credential } = change;
  if (isDelete) {
    const rowKey = credentialKey(after.userName);
    return [['delete', { partitionKey: after.tenant, rowKey }]];
  }
  if (before === undefined) {
    const hashes = {
      permanent: credential?.kind === 'setPermanent' ? credential.permanent : undefined,
      temporary: credential?.kind === 'issueTemporary' ? credential.temporary : undefined,
      history: credential?.kind === 'setPermanent' ? credential.history : [],
    };
    return [['upsert', credentialRow(after, hashes), 'Replace']];
  }
  switch (credential?.kind) {
    case undefined:
      return [];
    case 'issueTemporary':
      // Any tag will do: each change of a password replaces the user row in its transaction, and
      // this one does so under the tag of the user row, which therefore guards the credential too.
      return [['update', temporaryColumns(after, credential.temporary), 'Merge', { etag: '*' }]];
    case 'setPermanent': {
      const { permanent, history, etag } = credential;
      const row = credentialRow(after, { permanent, temporary: undefined, history });
      return [['update', row, 'Replace', { etag }]];
    }
  }
}

function adminsActions({ admins, after, operationId }: AccountChange): TransactionAction[] {
  if (admins === undefined) return [];
  const row = adminsRow(after.tenant, admins.list, operationId);
  if (admins.etag === undefined) return [['create', row]];
  return [['update', row, 'Replace', { etag: admins.etag }]];
}
