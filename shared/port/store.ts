/** The stores, as operations see them. */

import type { AccountEvent, EventType } from '../credential/event.ts';
import type { Series } from '../credential/lockout.ts';
import type { Tenant, UserId, UserName } from '../credential/name.ts';
import type { Role } from '../credential/role.ts';
import type { CredentialState } from '../credential/state.ts';
import type { Admin, User, UserStatus } from '../credential/user.ts';
import type { HashParameters, PasswordHash } from './hasher.ts';

/** A row as it was read, with the tag that a conditional write needs. */
export interface Stored<Value> {
  readonly value: Value;
  readonly etag: string;
}

/** A user's row. */
export interface StoredUser extends Stored<User> {
  /**
   * Names the row `authority:<userId>:<stamp>`, which stands as long as the rights do that this
   * user was judged by as a caller. Undefined: there is no such row, as for a user who never
   * changed anybody, or whose rights have changed since.
   */
  readonly authorityStamp: string | undefined;
  /**
   * The words that have rows in the index (search.ts). Undefined: a version that knew no index
   * wrote the row.
   */
  readonly words: readonly string[] | undefined;
}

/** What the hashes of one credential were made with; each slot as in {@link CredentialSecret}. */
export interface CredentialParameters {
  readonly tenant: Tenant;
  readonly permanent: HashParameters | undefined;
  readonly temporary: HashParameters | undefined;
  readonly history: readonly HashParameters[];
}

/** The one row that holds hashes. Which of them counts is said by `User.credential`. */
export interface CredentialSecret {
  readonly userId: UserId;
  /** Equal to `User.credentialVersion` of the same moment; unequal: the two reads were torn. */
  readonly credentialVersion: number;
  /** The last password that the user chose. */
  readonly permanent: PasswordHash | undefined;
  /** The last temporary password that was issued. */
  readonly temporary: PasswordHash | undefined;
  /** Passwords before `permanent`, newest first. */
  readonly history: readonly PasswordHash[];
}

export interface PageRequest {
  /** 1–200. */
  readonly limit: number;
  /** `Page.next` of the page before, as the store gave it. */
  readonly after: string | undefined;
}

export interface Page<Item> {
  /** At most `limit` items; possibly none though `next` is there. */
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** What a user must be to be listed; without a member, everybody passes. */
export interface UserFilter {
  /** Lower case; each user name starts with it. */
  readonly userNamePrefix?: string | undefined;
  readonly role?: Role | undefined;
  readonly status?: UserStatus | undefined;
  readonly credentialState?: CredentialState | undefined;
  /** Users with a temporary password that expires, or expired, before this moment. */
  readonly expiresBeforeMs?: number | undefined;
  readonly isFrozen?: true | undefined;
  /** Decides between `temporary` and `expired`. */
  readonly nowMs: number;
}

/** What an event must be to be listed; without a member, every event passes. */
export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  /** The event was caused by this user. */
  readonly actorId?: UserId | undefined;
  /** The first moment that counts. */
  readonly fromMs?: number | undefined;
  /** The first moment after it that does not. */
  readonly toMs?: number | undefined;
}

/** What a change does to the row of hashes. */
export type CredentialWrite =
  /** Leaves `permanent` and `history` alone, so that a reset need not read them. */
  | { readonly kind: 'issueTemporary'; readonly temporary: PasswordHash }
  /** Replaces the row, conditional on its tag; the temporary hash goes. */
  | {
      readonly kind: 'setPermanent';
      readonly etag: string;
      readonly permanent: PasswordHash;
      readonly history: readonly PasswordHash[];
    };

/** One decided change: all of it is written in one transaction, or nothing. */
export interface AccountChange {
  /** Undefined when the user is created. */
  readonly before: StoredUser | undefined;
  /** The user after the change. For a delete: as of its last event; the row then goes. */
  readonly after: User;
  readonly isDelete: boolean;
  readonly credential: CredentialWrite | undefined;
  /** The tenant row, where an admin's role, status, name or credential kind changes. */
  readonly admins:
    | { readonly etag: string | undefined; readonly list: readonly Admin[] }
    | undefined;
  /**
   * The caller by whose rights this was judged, of the same tenant: nothing is written once they
   * have changed. Undefined: a change of oneself, which `before` guards, or one by the system.
   */
  readonly authority: { readonly caller: StoredUser; readonly newStamp: string } | undefined;
  readonly events: readonly AccountEvent[];
  /** Unique to this change: a retried write that had succeeded is recognised by it. */
  readonly operationId: string;
}

/** A user's id and name, which belong together for ever. */
export interface NamedId {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly isDeleted: boolean;
}

export interface AccountStore {
  /** One point read. */
  findUser(userName: UserName): Promise<StoredUser | undefined>;
  /** One point read. A deleted user's id still answers, with `isDeleted`. */
  findUserName(
    tenant: Tenant,
    userId: UserId,
  ): Promise<{ readonly userName: UserName; readonly isDeleted: boolean } | undefined>;
  /** One point read. */
  findCredential(userName: UserName): Promise<Stored<CredentialSecret> | undefined>;
  /** One point read of the tenant row. */
  findAdmins(tenant: Tenant): Promise<Stored<readonly Admin[]> | undefined>;
  /**
   * For people to read, never to decide by: as of at most 10 s ago, with every write of this
   * instance. One point read, or none.
   */
  listRecentAdmins(tenant: Tenant): Promise<readonly Admin[]>;
  /** In the order of user names; one query. */
  listUsers(tenant: Tenant, filter: UserFilter, page: PageRequest): Promise<Page<User>>;
  /**
   * Newest first, of one user or of the whole tenant; one query. In the list of the tenant, times
   * narrow the rows that are looked at; other filters pass over rows.
   */
  listEvents(
    tenant: Tenant,
    userId: UserId | undefined,
    page: PageRequest,
    filter?: EventFilter,
  ): Promise<Page<AccountEvent>>;
  /**
   * One transaction. It ends the authority of a user whose rights change. `conflict`: a
   * condition did not hold and nothing was written. A write of our own that had succeeded before
   * it was retried is `committed`.
   */
  commit(change: AccountChange): Promise<'committed' | 'conflict'>;
  /** Best effort, changes no version; loses silently against any other write. */
  recordSignIn(user: Stored<User>, atMs: number): Promise<void>;
  /** Replaces the permanent hash by one of the same password; loses against any other write. */
  replacePermanentHash(
    userName: UserName,
    credential: Stored<CredentialSecret>,
    permanent: PasswordHash,
  ): Promise<'replaced' | 'conflict'>;
  /** The names of the tenant's deleted users, in pages, those that were taken again too. */
  listDeletedUserNames(tenant: Tenant): AsyncIterable<readonly UserName[]>;
  /**
   * Every user of every tenant, a tenant's together, in pages; for operators. Reads the whole
   * table: who is created meanwhile may be missed.
   */
  listAllUsers(): AsyncIterable<readonly StoredUser[]>;
  /** Every tenant that has any row, in order: also one whose users are all deleted. */
  listTenants(): AsyncIterable<Tenant>;
  /** Every id that the tenant ever gave, with its name, in pages; one query a page. */
  listNames(tenant: Tenant): AsyncIterable<readonly NamedId[]>;
  /**
   * Every credential of every tenant, in pages; for operators. Reads the whole table: a tenant's
   * stand together, and one that is written meanwhile is seen as before or after.
   */
  listCredentialParameters(): AsyncIterable<readonly CredentialParameters[]>;
}

/** A hash of what is counted; its first two hex digits are the partition. 64 hex digits. */
export type AttemptKey = string;

export interface AttemptRecord extends Series {
  /** The lock is written on the user's row too, with its event (or there is no such user). */
  readonly isLockNoted: boolean;
  /** What the series belongs to, e.g. a credential version; another scope is another series. */
  readonly scope: string;
  /** Times of the latest calls that reached the password policy, oldest first. */
  readonly policyCallsAtMs: readonly number[];
  /** A short digest of each client network that attempts came from; no address can be read off. */
  readonly networks: readonly string[];
}

export interface AttemptStore {
  find(key: AttemptKey): Promise<Stored<AttemptRecord> | undefined>;
  /** Undefined: there is a row already. */
  insert(key: AttemptKey, record: AttemptRecord): Promise<Stored<AttemptRecord> | undefined>;
  /** Undefined: somebody else changed or removed it. */
  replace(
    key: AttemptKey,
    etag: string,
    record: AttemptRecord,
  ): Promise<Stored<AttemptRecord> | undefined>;
  /** `*` removes whatever is there. False: somebody else changed it. Missing counts as removed. */
  remove(key: AttemptKey, etag: string): Promise<boolean>;
  /**
   * Removes rows of the partitions `first`..`last` (0–255) whose last failure was at or before
   * `beforeMs` and that did not reach `lockedFailures`; at most `limit`. Returns how many.
   */
  removeForgotten(request: {
    readonly firstPartition: number;
    readonly lastPartition: number;
    readonly beforeMs: number;
    readonly lockedFailures: number;
    readonly limit: number;
  }): Promise<number>;
}

/** One issued temporary password, written before its credential. */
export interface ExpiryEntry {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly issueId: string;
  readonly expiresAtMs: number;
  /** The version that the credential has once it is written. */
  readonly credentialVersion: number;
}

export interface ExpiryIndex {
  add(entry: ExpiryEntry): Promise<void>;
  /** One point read: whether there is an entry of this issue. */
  has(entry: ExpiryEntry): Promise<boolean>;
  /** All entries with `expiresAtMs <= nowMs`, by hour, in pages; others are not returned. */
  listOverdue(nowMs: number): AsyncIterable<readonly ExpiryEntry[]>;
  /** A missing row counts as removed. */
  remove(entry: ExpiryEntry): Promise<void>;
}
