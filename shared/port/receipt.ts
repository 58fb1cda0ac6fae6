import type { Tenant } from '../credential/name.ts';
import type { ResetRecord } from '../credential/reset-record.ts';

/** The facts of a reset, which never change. */
export type ResetFacts = Pick<
  ResetRecord,
  'eventId' | 'atMs' | 'actor' | 'userId' | 'expiresAtMs' | 'terms'
>;

/** Signs the receipt of a reset (CONTRACT.md "Receipt"). It holds the key, and needs no vault. */
export type SignReceipt = (tenant: Tenant, reset: ResetFacts) => Promise<string>;

export interface Receipts {
  /**
   * Obtains the key to sign with, before anything is spent.
   * @throws {Unavailable} no key can be read
   */
  obtainSigner(): Promise<SignReceipt>;
  /**
   * Returns all enabled public keys, as an RFC 7517 key set.
   * @throws {Unavailable} no keys can be read
   */
  publicKeys(): Promise<{ readonly keys: readonly object[] }>;
}
