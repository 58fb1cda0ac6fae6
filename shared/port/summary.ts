/** The counts of a tenant's users, as operations see their store. */

import type { Tenant } from '../credential/name.ts';
import type { CredentialState, StateOutline } from '../credential/state.ts';
import type { UserStatus } from '../credential/user.ts';
import type { Page, PageRequest, Stored } from './store.ts';

/** The contract's summary of a tenant's users. */
export interface UserCounts {
  readonly total: number;
  readonly disabled: number;
  readonly frozen: number;
  readonly states: Readonly<Record<CredentialState, number>>;
  /** Users of the state `temporary` whose password expires within a day. */
  readonly expiringWithinADay: number;
  readonly globalAdminsWhoCount: number;
  /** When the count began. */
  readonly asOfMs: number;
  /** False: there are more users than were read. */
  readonly isComplete: boolean;
}

/** The row that all instances read. */
export interface KeptSummary {
  /** When an instance last began to count. */
  readonly claimedAtMs: number;
  /** Of the last count that ended; undefined: none did. */
  readonly counts: UserCounts | undefined;
}

/** As much of a user as is counted. */
export interface CountedUser extends StateOutline {
  readonly status: UserStatus;
  readonly isFrozen: boolean;
}

export interface SummaryStore {
  /** One query of at most 1,000 users, in the order of user names. */
  listCountedUsers(tenant: Tenant, page: PageRequest): Promise<Page<CountedUser>>;
  /** One point read. */
  find(tenant: Tenant): Promise<Stored<KeptSummary> | undefined>;
  /**
   * Writes the row if it is as of `etag`, or if there is none.
   * @returns its new tag, or undefined if another write came first
   */
  keep(tenant: Tenant, etag: string | undefined, summary: KeptSummary): Promise<string | undefined>;
}
