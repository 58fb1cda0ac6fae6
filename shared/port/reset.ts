import type { Tenant, UserId } from '../credential/name.ts';
import type { ResetRecord } from '../credential/reset-record.ts';

/** The records of resets, which the transactions of changes write. */
export interface ResetRecords {
  /**
   * Finds the record of a reset by the number of its event; one point read.
   * @returns undefined if there is none, as of a reset by a version before 1.1
   */
  findReset(tenant: Tenant, userId: UserId, sequence: number): Promise<ResetRecord | undefined>;
  /** Lists the records of a user with numbers from `first` to `last`, newest first; one query. */
  listResets(
    tenant: Tenant,
    userId: UserId,
    numbers: { readonly first: number; readonly last: number },
  ): Promise<readonly ResetRecord[]>;
}
