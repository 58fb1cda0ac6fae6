import type { UserId, UserName } from '../credential/name.ts';

/**
 * An issued temporary password, written before its credential; or a call under a key, written
 * before its row, with the caller as the user.
 */
export interface ExpiryEntry {
  /** The id of the call; undefined: it is of a temporary password. */
  readonly doneCall?: string | undefined;
  readonly userId: UserId;
  readonly userName: UserName;
  readonly issueId: string;
  readonly expiresAtMs: number;
  /** The version of the credential after its write. */
  readonly credentialVersion: number;
}

export interface ExpiryIndex {
  add(entry: ExpiryEntry): Promise<void>;
  /** Judges whether there is an entry of this issue; one point read. */
  has(entry: ExpiryEntry): Promise<boolean>;
  /** Lists all entries with `expiresAtMs <= nowMs`, by hour, in pages; others are not returned. */
  listOverdue(nowMs: number): AsyncIterable<readonly ExpiryEntry[]>;
  /** Removes an entry. A missing row counts as removed. */
  remove(entry: ExpiryEntry): Promise<void>;
}
