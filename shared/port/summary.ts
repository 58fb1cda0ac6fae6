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
  /** The time when the count began. */
  readonly asOfMs: number;
  /** False if there are more users than were read. */
  readonly isComplete: boolean;
}

/** The row that all instances read. */
export interface KeptSummary {
  /** The time when an instance last began to count. */
  readonly claimedAtMs: number;
  /** The result of the last count that ended; undefined: none did. */
  readonly counts: UserCounts | undefined;
}

/** The part of a user that is counted. */
export interface CountedUser extends StateOutline {
  readonly status: UserStatus;
  readonly isFrozen: boolean;
}

export interface SummaryStore {
  /** Lists users in the order of user names; one query of at most 1,000. */
  listCountedUsers(tenant: Tenant, page: PageRequest): Promise<Page<CountedUser>>;
  /** Finds the row; one point read. */
  find(tenant: Tenant): Promise<Stored<KeptSummary> | undefined>;
  /**
   * Writes the row if it is as of `etag`, or if there is none.
   * @returns its new tag, or undefined if another write won
   */
  keep(tenant: Tenant, etag: string | undefined, summary: KeptSummary): Promise<string | undefined>;
}
