import type { Tenant, UserId } from '../credential/name.ts';

/** A call that was done under an `Idempotency-Key`; it holds neither the key nor the body. */
export interface DoneCall {
  /** The hash of caller and key, which names the row. */
  readonly id: string;
  /** The digest of call, target and body, under a key of the pepper. */
  readonly digest: string;
  /** The id of the entry of the expiry index by which the sweep finds the row. */
  readonly issueId: string;
  /** The user who was reset or created. */
  readonly userId: UserId;
  /** The number of the event, which names the reset. */
  readonly sequence: number;
  readonly atMs: number;
}

export interface StoredDoneCall {
  readonly value: DoneCall;
  readonly etag: string;
}

export interface DoneCalls {
  /** Finds a call that was done; one point read. */
  findDoneCall(tenant: Tenant, id: string): Promise<StoredDoneCall | undefined>;
  /**
   * Removes a call. Missing counts as removed.
   * @returns false if another writer changed it
   */
  removeDoneCall(tenant: Tenant, id: string, etag: string): Promise<boolean>;
}
