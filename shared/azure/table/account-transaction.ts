import type { TransactionAction } from '@azure/data-tables';
import { isSameRights } from '../../credential/rights.ts';
import { indexedWords } from '../../credential/search-word.ts';
import type { AccountChange } from '../../port/store.ts';
import { authorityKey, credentialKey, idKey, userEventKey, userKey } from './account-key.ts';
import { idRow, tombstoneRow, userRow } from './account-row.ts';
import { adminsRow } from './admins-row.ts';
import { credentialRow, temporaryColumns } from './credential-row.ts';
import { eventRows } from './event-row.ts';
import { wordActions } from './word-row.ts';

/**
 * Returns the rows that a change writes, in one partition. At most 7 (user, credential, id, admins,
 * the authority that it ends, the caller's row and authority), 36 words (20 that a user has, and 16
 * that it had: those of the user name stay) and two an event, so that 28 events fill the 100 of a
 * transaction; a change has one to three.
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
    ...authorityActions(change),
    ...credentialActions(change),
    ...adminsActions(change),
    ...events.map((row): TransactionAction => ['create', row]),
  ];
}

/**
 * Returns the key of a row that only a change of this kind writes, to find its operation id in.
 * Events stay for ever, so the first of them proves a change whatever was written after it.
 */
export function proofKey({ events, isDelete, after }: AccountChange): string {
  const [event] = events;
  if (event !== undefined) return userEventKey(event);
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

/**
 * Ends the authority of a user whose rights change, and holds the change to the caller's. The row
 * of the caller's authority is merged with any tag: callers do not contend with each other or with
 * themselves, and once a revocation has removed it, the whole transaction fails. (Table Storage,
 * "Merge Entity": with `If-Match: *` the entity must exist; without the header it would be made.) A
 * caller without a row gets it here, under the tag of its own row, so that an earlier revocation
 * wins.
 */
function authorityActions(change: AccountChange): TransactionAction[] {
  const { before, after, authority } = change;
  const actions: TransactionAction[] = [];
  const rowOf = ({ tenant, userId }: typeof after, stamp: string) => {
    return { partitionKey: tenant, rowKey: authorityKey(userId, stamp) };
  };
  if (before?.authorityStamp !== undefined && keptStamp(change) === undefined) {
    actions.push(['delete', rowOf(before.value, before.authorityStamp)]);
  }
  if (authority === undefined) return actions;
  const { caller, newStamp } = authority;
  const { value: user, authorityStamp, etag } = caller;
  if (authorityStamp !== undefined) {
    return [...actions, ['update', rowOf(user, authorityStamp), 'Merge', { etag: '*' }]];
  }
  const key = { partitionKey: user.tenant, rowKey: userKey(user.userName) };
  return [
    ...actions,
    ['update', { ...key, authorityStamp: newStamp }, 'Merge', { etag }],
    ['create', rowOf(user, newStamp)],
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
