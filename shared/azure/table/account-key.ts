import { odata } from '@azure/data-tables';
import type { AccountEvent, Subject } from '../../credential/event.ts';
import { parseUserName, type Tenant, type UserId, type UserName } from '../../credential/name.ts';
import type { Queue } from '../../port/notice.ts';
import type { EventFilter } from '../../port/store.ts';

/**
 * Keys of table `accounts`. The partition is the tenant; the rows are
 * - `tenant`: the admins
 * - `settings`: the settings of the tenant
 * - `summary`: the counts of the users
 * - `user:<userName>`: the user, or a tombstone
 * - `credential:<userName>`: the hashes
 * - `id:<userId>`: the name of an id, deleted ones too
 * - `authority:<userId>:<stamp>`: exists as long as the rights by which a caller was judged
 * - `word:<key of a word>.<userName>`: a word by which the user is found
 * - `outbox:<lane>:<userId or tenant>:<sequence>`: the notices that are not sent yet, oldest first;
 *   with `-` for the sequence: the mails of the last day, which limit the next ones
 * - `idem:<hash of a caller and its key>`: a call that was done under an `Idempotency-Key`
 * - `reset:<userId>:<inverted sequence>`: the resets, newest first, with what became of each
 * - `event:user:<userId>:<inverted sequence>` and `event:tenant:<inverted time>:<userId or
 *   tenant>:<inverted sequence>`: the events, newest first
 *
 * Keys may not hold `#`. `$`, which no name has, stands for it: between the same neighbours in
 * ASCII (`!` and `'`), so names keep their order.
 */
export const ADMINS_KEY = 'tenant';
export const SETTINGS_KEY = 'settings';
export const SUMMARY_KEY = 'summary';

/**
 * The partition of the mark of an unfinished restore. No tenant has this name: a domain has a dot.
 */
export const RESTORE_PARTITION = 'restore';

/** 15 digits: times to the year 33658, and sequences (32 bits) with room. */
const INVERTED_DIGITS = 15;
const INVERTED_MAX = 10 ** INVERTED_DIGITS - 1;
/** Every character that a user name can have, lower case. */
const NAME_TEXT = /^[a-z0-9'._!#^~@-]*$/;
const USER_PREFIX = 'user:';
const OUTBOX_PREFIX = 'outbox:';
const WORD_PREFIX = 'word:';
const DONE_CALL_PREFIX = 'idem:';
const TENANT_EVENT_PREFIX = 'event:tenant:';

export const userKey = (userName: UserName) => USER_PREFIX + userName.replaceAll('#', '$');
export const credentialKey = (userName: UserName) => `credential:${userName.replaceAll('#', '$')}`;
export const idKey = (userId: UserId) => `id:${userId}`;
export const authorityKey = (userId: UserId, stamp: string) => `authority:${userId}:${stamp}`;

export const doneCallKey = (id: string) => DONE_CALL_PREFIX + id;

/** Returns the id in a key of {@link idKey}. */
export const parseIdKey = (key: string) => key.slice('id:'.length) as UserId;

/**
 * Parses the name in a key of {@link userKey}.
 * @returns undefined if the key is not one
 */
export function parseUserKey(key: string): UserName | undefined {
  if (!key.startsWith(USER_PREFIX)) return undefined;
  const userName = key.slice(USER_PREFIX.length).replaceAll('$', '#');
  return parseUserName(userName) === userName ? (userName as UserName) : undefined;
}

/** Inverts the order: the greater the number, the lesser the text. */
function invert(value: number): string {
  return String(INVERTED_MAX - value).padStart(INVERTED_DIGITS, '0');
}

/**
 * Returns the key of an event in the list of its user.
 * @returns undefined if the event is of the tenant
 */
export function userEventKey({ subject, sequence }: AccountEvent): string | undefined {
  if (!('userId' in subject)) return undefined;
  return `event:user:${subject.userId}:${invert(sequence)}`;
}

/** Returns the key of a reset, by the sequence of its event. */
export const resetKey = (userId: UserId, sequence: number) => `reset:${userId}:${invert(sequence)}`;

/** Returns the range of the resets of a user from one sequence to another, both included. */
export function resetRange(
  tenant: Tenant,
  userId: UserId,
  { first, last }: { readonly first: number; readonly last: number },
): string {
  return keyRange(tenant, resetKey(userId, last), endOfPrefix(resetKey(userId, first)));
}

/** Returns the part of a key that names a subject; no id is `tenant`. */
const subjectKey = (subject: Subject) => ('userId' in subject ? subject.userId : 'tenant');

/**
 * Returns the key by which events of one user in the same millisecond are together, newest first.
 */
export function tenantEventKey({ subject, sequence, atMs }: AccountEvent): string {
  return `${TENANT_EVENT_PREFIX}${invert(atMs)}:${subjectKey(subject)}:${invert(sequence)}`;
}

export const isTenantEventKey = (key: string) => key.startsWith(TENANT_EVENT_PREFIX);

/**
 * Returns the least key above all that start with the prefix. `~` is the greatest character of any
 * key, so a `~` at the end is dropped rather than raised to a control character.
 */
function endOfPrefix(prefix: string): string {
  const end = prefix.replace(/~+$/, '');
  return end.slice(0, -1) + String.fromCharCode(end.charCodeAt(end.length - 1) + 1);
}

/**
 * Returns OData for the rows of the partition from one key up to another, which no longer counts.
 */
function keyRange(tenant: Tenant, begin: string, end: string): string {
  return odata`PartitionKey eq ${tenant} and RowKey ge ${begin} and RowKey lt ${end}`;
}

/**
 * Returns OData for the rows of the partition whose key starts with the prefix, one contiguous
 * range.
 */
const prefixRange = (tenant: Tenant, prefix: string) =>
  keyRange(tenant, prefix, endOfPrefix(prefix));

/** Returns the key of a notice. A sequence has 32 bits, so at most 10 digits. */
export function outboxKey({ lane, subject }: Pick<Queue, 'lane' | 'subject'>, sequence: number) {
  return `${OUTBOX_PREFIX}${lane}:${subject}:${String(sequence).padStart(10, '0')}`;
}

/** Returns the key of the pace of a queue, before all of its notices. */
export function paceKey({ lane, subject }: Queue): string {
  return `${OUTBOX_PREFIX}${lane}:${subject}:-`;
}

export const isPaceKey = (key: string) => key.startsWith(OUTBOX_PREFIX) && key.endsWith(':-');

/** Returns the range of the notices of one user on one lane, and of their pace. */
export function outboxRange({ tenant, lane, subject }: Queue): string {
  return prefixRange(tenant, `${OUTBOX_PREFIX}${lane}:${subject}:`);
}

/** The range of the ids of the tenant's users, of the deleted ones too. */
export const idRange = (tenant: Tenant) => prefixRange(tenant, 'id:');

/**
 * Returns the range of users by the start of their names.
 * @returns undefined if no user name can start so
 */
export function userRange(tenant: Tenant, namePrefix: string): string | undefined {
  if (!NAME_TEXT.test(namePrefix)) return undefined;
  return prefixRange(tenant, USER_PREFIX + namePrefix.replaceAll('#', '$'));
}

/** Returns the range of one kind of row, of every tenant. The service skips rows of other kinds. */
function kindRange(prefix: string): string {
  return odata`RowKey ge ${prefix} and RowKey lt ${endOfPrefix(prefix)}`;
}

export const credentialRange = () => kindRange('credential:');
export const allUsersRange = () => kindRange(USER_PREFIX);
/** The range of the events of users by user, newest first; not of those by tenant. */
export const allUserEventsRange = () => kindRange('event:user:');

/**
 * The rows that a backup keeps beside users and hashes: no authority, words or counts, which are
 * made anew, no notices, which a restore would send again, no calls under a key, which are worth
 * nothing after a day, and not the mark of a restore.
 */
export const OTHER_ROWS = [
  ...[
    ...[USER_PREFIX, 'credential:', 'authority:', WORD_PREFIX, SUMMARY_KEY, OUTBOX_PREFIX],
    DONE_CALL_PREFIX,
  ].map(outsideOf),
  odata`PartitionKey ne ${RESTORE_PARTITION}`,
].join(' and ');

/** The range of every row whose key does not begin with the prefix. */
export function outsideOf(prefix: string): string {
  return odata`(RowKey lt ${prefix} or RowKey ge ${endOfPrefix(prefix)})`;
}

/** `.` is less than every character of a word's key, so a word comes before those it begins. */
export const wordRowKey = (key: string, userName: UserName) =>
  `${WORD_PREFIX}${key}.${userName.replaceAll('#', '$')}`;

export const isWordRowKey = (text: string) => text.startsWith(WORD_PREFIX);

/**
 * Parses a key of {@link wordRowKey}.
 * @returns undefined if the key is not one
 */
export function parseWordRowKey(
  text: string,
): { readonly key: string; readonly userName: UserName } | undefined {
  const [, key, name = ''] = /^word:([0-9a-z~]+)\.(.+)$/.exec(text) ?? [];
  const userName = name.replaceAll('$', '#');
  if (key === undefined || parseUserName(userName) !== userName) return undefined;
  return { key, userName: userName as UserName };
}

/**
 * The rows of the index whose word's key begins with `key`, in the order of their keys.
 * @param after leaves out the rows up to this one
 */
export function wordRange(tenant: Tenant, key: string, after: string | undefined): string {
  const prefix = WORD_PREFIX + key;
  if (after === undefined) return prefixRange(tenant, prefix);
  const end = endOfPrefix(prefix);
  return odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt ${end}`;
}

/** The range of every row of a tenant. */
export const tenantRange = (tenant: Tenant) => odata`PartitionKey eq ${tenant}`;
/** The range of every row of the tenants after this one; an empty text: of every tenant. */
export const laterTenantsRange = (tenant: string) => odata`PartitionKey gt ${tenant}`;

/** The range of the events of one user. */
export const userEventRange = (tenant: Tenant, userId: UserId) =>
  prefixRange(tenant, `event:user:${userId}:`);

/**
 * Returns the range of the events of a tenant from one moment up to another, which no longer
 * counts.
 * @returns undefined if no event can be between them
 */
export function tenantEventRange(
  tenant: Tenant,
  { fromMs = 0, toMs = INVERTED_MAX }: Pick<EventFilter, 'fromMs' | 'toMs'>,
): string | undefined {
  const firstMs = Math.max(fromMs, 0);
  if (firstMs >= toMs) return undefined;
  // The later the event, the lesser its key.
  const begin = TENANT_EVENT_PREFIX + invert(toMs - 1);
  const end = endOfPrefix(`${TENANT_EVENT_PREFIX}${invert(firstMs)}:`);
  return keyRange(tenant, begin, end);
}
