/** The stores, as operations see them. */

import type { AccountEvent, EventType } from '../credential/event.ts';
import type { Series } from '../credential/lockout.ts';
import type { Tenant, UserId, UserName } from '../credential/name.ts';
import type { Notice } from '../credential/notice.ts';
import type { ResetWrites } from '../credential/reset-record.ts';
import type { Role } from '../credential/role.ts';
import type { CredentialState } from '../credential/state.ts';
import type { TenantSettings } from '../credential/tenant-settings.ts';
import type { Admin, User, UserStatus } from '../credential/user.ts';
import type { DoneCall, DoneCalls } from './done-call.ts';
import type { HashParameters, PasswordHash } from './hasher.ts';
import type { ResetRecords } from './reset.ts';

/** A row as it was read, with the tag that a conditional write needs. */
export interface Stored<Value> {
  readonly value: Value;
  readonly etag: string;
}

/** A user's row. */
export interface StoredUser extends Stored<User> {
  /**
   * The name of the row `authority:<userId>:<stamp>`, which exists as long as the rights last that
   * this user was judged by as a caller. Undefined: there is no such row, as for a user who never
   * changed any user, or whose rights have changed since.
   */
  readonly authorityStamp: string | undefined;
  /**
   * The words that have rows in the index (search.ts). Undefined: a version that knew no index
   * wrote the row.
   */
  readonly words: readonly string[] | undefined;
}

/**
 * The parameters that the hashes of one credential were made with; each slot as in
 * {@link CredentialSecret}.
 */
export interface CredentialParameters {
  readonly tenant: Tenant;
  readonly permanent: HashParameters | undefined;
  readonly temporary: HashParameters | undefined;
  readonly history: readonly HashParameters[];
}

/** The one row that holds hashes. `User.credential` decides which of them counts. */
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

/** The conditions of a list of users; an absent member lets every user pass. */
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

/** The conditions of a list of events; an absent member lets every event pass. */
export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  /** The event was caused by this user. */
  readonly actorId?: UserId | undefined;
  /** The first moment that counts. */
  readonly fromMs?: number | undefined;
  /** The first moment after it that does not. */
  readonly toMs?: number | undefined;
}

/** The effect of a change on the row of hashes. */
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

/** A decided change: all of it is written in one transaction, or nothing. */
export interface AccountChange {
  /** The user before the change; undefined when the user is created. */
  readonly before: StoredUser | undefined;
  /** The user after the change. For a delete: as of its last event; the row is then removed. */
  readonly after: User;
  readonly isDelete: boolean;
  readonly credential: CredentialWrite | undefined;
  /** The tenant row, if an admin's role, status, name or credential kind changes. */
  readonly admins:
    | { readonly etag: string | undefined; readonly list: readonly Admin[] }
    | undefined;
  /**
   * The caller by whose rights this was judged, of the same tenant: nothing is written once they
   * have changed. Undefined: a change of oneself, which `before` guards, or one by the system.
   */
  readonly authority: { readonly caller: StoredUser; readonly newStamp: string } | undefined;
  readonly events: readonly AccountEvent[];
  /** The call under a key that this does, and the tag of the forgotten one that it replaces. */
  readonly done?: { readonly call: DoneCall; readonly etag: string | undefined } | undefined;
  /** The reset that this is, and the end of the one before. */
  readonly resets?: ResetWrites;
  /** The notices of the events. */
  readonly notices: readonly Notice[];
  /** Unique to this change: a retried write that had succeeded is recognised by it. */
  readonly operationId: string;
}

/** A decided change of a tenant's settings: all in one transaction, or nothing. */
export interface SettingsChange {
  readonly tenant: Tenant;
  /** The tag of the row that it replaces; undefined: there is no row. */
  readonly etag: string | undefined;
  readonly after: TenantSettings;
  readonly event: AccountEvent;
  readonly notices: readonly Notice[];
  readonly authority: AccountChange['authority'];
  /** The id of this change alone. */
  readonly operationId: string;
}

/** A user's id and name, which belong together for ever. */
export interface NamedId {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly isDeleted: boolean;
}

export interface AccountStore extends DoneCalls, ResetRecords {
  /** Finds a user; one point read. */
  findUser(userName: UserName): Promise<StoredUser | undefined>;
  /**
   * Finds the name of a user; one point read. A deleted user's id is still found, with `isDeleted`.
   */
  findUserName(
    tenant: Tenant,
    userId: UserId,
  ): Promise<{ readonly userName: UserName; readonly isDeleted: boolean } | undefined>;
  /** Finds the hashes of a user; one point read. */
  findCredential(userName: UserName): Promise<Stored<CredentialSecret> | undefined>;
  /** Finds the tenant row; one point read. */
  findAdmins(tenant: Tenant): Promise<Stored<readonly Admin[]> | undefined>;
  /**
   * Lists the admins for display, never to decide by: as of at most 10 s ago, with every write of
   * this instance. One point read, or none.
   */
  listRecentAdmins(tenant: Tenant): Promise<readonly Admin[]>;
  /**
   * Finds the settings of a tenant; one point read.
   * @returns undefined if the tenant never changed a setting
   */
  findSettings(tenant: Tenant): Promise<Stored<TenantSettings> | undefined>;
  /** Finds the contact of the settings, as old as {@link listRecentAdmins}. */
  findRecentContact(tenant: Tenant): Promise<string | undefined>;
  /** Writes a change of settings in one transaction; `conflict` as for {@link commit}. */
  commitSettings(change: SettingsChange): Promise<'committed' | 'conflict'>;
  /** Lists users in the order of user names; one query. */
  listUsers(tenant: Tenant, filter: UserFilter, page: PageRequest): Promise<Page<User>>;
  /**
   * Lists events of one user or of the whole tenant, newest first; one query. In the list of the
   * tenant, times narrow the rows that are read; other filters skip rows.
   */
  listEvents(
    tenant: Tenant,
    userId: UserId | undefined,
    page: PageRequest,
    filter?: EventFilter,
  ): Promise<Page<AccountEvent>>;
  /**
   * Commits a change in one transaction. It ends the authority of a user whose rights change.
   * `conflict`: a condition did not hold and nothing was written. A retried write that finds its
   * own earlier success is `committed`.
   */
  commit(change: AccountChange): Promise<'committed' | 'conflict'>;
  /**
   * Records a sign-in, best effort: changes no version and loses silently against any other write.
   */
  recordSignIn(user: Stored<User>, atMs: number): Promise<void>;
  /** Notes the mailed parts of a user; changes no version, and loses against any other write. */
  noteParts(user: Stored<User>, partsAtMs: readonly number[]): Promise<'noted' | 'conflict'>;
  /** Replaces the permanent hash by one of the same password; loses against any other write. */
  replacePermanentHash(
    userName: UserName,
    credential: Stored<CredentialSecret>,
    permanent: PasswordHash,
  ): Promise<'replaced' | 'conflict'>;
  /**
   * Lists the names of the tenant's deleted users, in pages, including names that were taken again.
   */
  listDeletedUserNames(tenant: Tenant): AsyncIterable<readonly UserName[]>;
  /**
   * Lists every user of every tenant, a tenant's together, in pages; for operators. Reads the whole
   * table: it may miss a user who is created during the read.
   */
  listAllUsers(): AsyncIterable<readonly StoredUser[]>;
  /** Lists every tenant that has any row, in order: also one whose users are all deleted. */
  listTenants(): AsyncIterable<Tenant>;
  /** Lists every id that the tenant ever issued, with its name, in pages; one query a page. */
  listNames(tenant: Tenant): AsyncIterable<readonly NamedId[]>;
  /**
   * Lists every credential of every tenant, in pages; for operators. Reads the whole table: a
   * tenant's credentials are together, and one that is written during the read is seen as before or
   * after.
   */
  listCredentialParameters(): AsyncIterable<readonly CredentialParameters[]>;
}

/** A hash of the counted name, 64 hex digits; its first two are the partition. */
export type AttemptKey = string;

export interface AttemptRecord extends Series {
  /** True if the lock is on the user's row too, with its event (or there is no such user). */
  readonly isLockNoted: boolean;
  /** The scope of the series, e.g. a credential version; another scope is another series. */
  readonly scope: string;
  /** The times of the latest calls that reached the password policy, oldest first. */
  readonly policyCallsAtMs: readonly number[];
  /**
   * A short digest of each client network that attempts came from; no address can be derived from
   * it.
   */
  readonly networks: readonly string[];
}

export interface AttemptStore {
  find(key: AttemptKey): Promise<Stored<AttemptRecord> | undefined>;
  /** @returns undefined if there is a row already */
  insert(key: AttemptKey, record: AttemptRecord): Promise<Stored<AttemptRecord> | undefined>;
  /** @returns undefined if another writer changed or removed it */
  replace(
    key: AttemptKey,
    etag: string,
    record: AttemptRecord,
  ): Promise<Stored<AttemptRecord> | undefined>;
  /**
   * Removes a row; `*` removes it in any state. Missing counts as removed.
   * @returns false if another writer changed it
   */
  remove(key: AttemptKey, etag: string): Promise<boolean>;
  /**
   * Removes rows of the partitions `first`..`last` (0–255) whose last failure was at or before
   * `beforeMs` and that did not reach `lockedFailures`; at most `limit`.
   * @returns the number of removed rows
   */
  removeForgotten(request: {
    readonly firstPartition: number;
    readonly lastPartition: number;
    readonly beforeMs: number;
    readonly lockedFailures: number;
    readonly limit: number;
  }): Promise<number>;
}
