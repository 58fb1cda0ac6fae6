import { createHmac } from 'node:crypto';
import { normalizePassword } from '../../credential/policy/password-policy.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';

/** The vault secret that keys password hashes, and from which the cursor key is derived. */
export const PEPPER_SECRET = 'password-pepper';

/**
 * The least number of characters. NIST SP 800-63B-4 section 3.1.1.2 wants at least 112 bits in the
 * key; 32 characters hold 128 even as hexadecimal.
 */
export const PEPPER_MIN_LENGTH = 32;

/**
 * Returns why a pepper cannot be used; for the cache of peppers.
 * @returns undefined if it can
 */
export async function findPepperFlaw({ value }: SecretVersion): Promise<string | undefined> {
  const isLong = value.length >= PEPPER_MIN_LENGTH;
  return isLong ? undefined : `is shorter than ${PEPPER_MIN_LENGTH} characters`;
}

/**
 * Returns the key material of a pepper: its characters as UTF-8.
 * @throws {Unavailable} it is too short to keep anything secret
 */
export function pepperBytes(pepper: SecretVersion): Buffer {
  if (pepper.value.length >= PEPPER_MIN_LENGTH) return Buffer.from(pepper.value, 'utf8');
  throw new Unavailable(
    'vault',
    `${PEPPER_SECRET} version ${pepper.version} is shorter than ${PEPPER_MIN_LENGTH} characters.`,
  );
}

/**
 * Computes `base64(HMAC-SHA-384(pepper, NFC(password)))`, 64 characters (OWASP Password Storage
 * cheat sheet). bcrypt reads 72 bytes: the 48 of SHA-384 become 64 characters and fit, the 64 of
 * SHA-512 would become 88 and be cut. In base64 because a raw digest can hold NUL, where bcrypt
 * implementations stop. The password must be well-formed: in UTF-8 each lone surrogate becomes
 * U+FFFD, and different passwords would hash alike.
 */
export function preHash(password: string, pepper: SecretVersion): string {
  if (!password.isWellFormed()) throw new TypeError('A password with a lone surrogate got here.');
  return createHmac('sha384', pepperBytes(pepper))
    .update(normalizePassword(password), 'utf8')
    .digest('base64');
}
