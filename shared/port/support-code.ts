import type { UserId } from '../credential/name.ts';
import type { CodeHash } from '../credential/support-code.ts';

/** The keyed hash of support codes: 40 bits are few for a reader of the table without the key. */
export interface SupportCodes {
  /** @throws {Unavailable} there is no key */
  hash(userId: UserId, code: string): Promise<CodeHash>;
  /** @throws {Unavailable} the key of the hash cannot be read */
  matches(userId: UserId, code: string, hash: CodeHash): Promise<boolean>;
}
