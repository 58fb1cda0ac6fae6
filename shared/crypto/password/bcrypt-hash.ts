import { timingSafeEqual } from 'node:crypto';
import type { PasswordHash } from '../../port/hasher.ts';

/** bcrypt's own lower bound; the setting's, of OWASP ASVS 11.4.2, is higher. */
export const WORK_FACTOR_MIN = 4;
/** A stored cost above the setting's upper bound is nonsense, and could keep a thread for days. */
export const WORK_FACTOR_MAX = 15;
/** Modular crypt form: cost, then 22 characters of salt and 31 of digest. */
const BCRYPT = /^\$2b\$(\d{2})\$([./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/;

/**
 * Reads cost and salt of a hash.
 * @throws {Error} the stored form is not as we write it; the message does not contain the hash
 */
export function parametersOf(hash: PasswordHash): { readonly cost: number; readonly salt: string } {
  const [, digits, salt = ''] = BCRYPT.exec(hash.bcrypt) ?? [];
  const cost = Number(digits);
  if (cost >= WORK_FACTOR_MIN && cost <= WORK_FACTOR_MAX) return { cost, salt };
  throw new Error('A stored password hash is malformed.');
}

export function costOf(hash: PasswordHash): number {
  return parametersOf(hash).cost;
}

/** Judges whether two texts, hashed so, have equal hashes exactly if they are equal. */
export function isComparable(one: PasswordHash, other: PasswordHash): boolean {
  const [mine, theirs] = [parametersOf(one), parametersOf(other)];
  return (
    one.pepperVersion === other.pepperVersion &&
    mine.cost === theirs.cost &&
    mine.salt === theirs.salt
  );
}

/**
 * Returns the costs to hash at besides a failed verify at `cost` c, so that it takes as long as
 * one at today's cost t while the two differ. A bcrypt at cost n is 2^n rounds, and verifying at
 * c, then hashing at c, c+1, …, t-1 is
 *
 *     2^c + (2^c + 2^(c+1) + … + 2^(t-1)) = 2^c + (2^t - 2^c) = 2^t
 *
 * rounds, exactly those of one bcrypt at t. Empty when c is t or above.
 */
export function topUpCosts(cost: number, workFactor: number): readonly number[] {
  return Array.from({ length: Math.max(0, workFactor - cost) }, (_, step) => cost + step);
}

/** Compares in a time that does not depend on where two hashes differ. */
export function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Returns a hash at this cost that matches no password: its result is discarded in any case. */
export function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
