import * as crypto from 'node:crypto';
import type { LegacyHashScheme } from './imported-hash.ts';

/** The memory beyond that of the parameters, for the library's own use. */
const SCRYPT_SPARE_BYTES = 1024 * 1024;

/**
 * Judges whether argon2 is there: Node 24.7 has it; the bundle runs on 22 too, where imports of
 * argon2 are refused.
 */
export function hasArgon2(): boolean {
  return typeof crypto.argon2Sync === 'function';
}

/** The bytes that bcrypt reads, the zero byte behind a shorter password among them. */
const BCRYPT_READS_BYTES = 72;

/**
 * Returns false if other texts may have the same digest as this one. bcrypt reads no further than
 * 72 bytes, and repeats what is shorter behind a zero byte. HMAC, in PBKDF2 and scrypt, fills its
 * key with zero bytes. Only argon2 reads every text whole.
 */
export function readsWhole(password: string, { kind }: LegacyHashScheme): boolean {
  if (kind.startsWith('argon2')) return true;
  const isCut = kind === 'bcrypt' && Buffer.byteLength(password) >= BCRYPT_READS_BYTES;
  return !isCut && !password.includes('\0');
}

/**
 * Computes the digest that another system would have stored for this password, exactly as typed: in
 * base64, for bcrypt in its own. Takes as long as the scheme demands, so it is for a hash thread.
 * @param bcrypt hashes under a given setting; of a password it reads the first 72 bytes
 */
export function importedDigest(
  password: string,
  wrapping: LegacyHashScheme,
  bcrypt: (password: string, setting: string) => string,
): string {
  if (wrapping.kind === 'bcrypt') {
    return bcrypt(password, wrapping.setting).slice(wrapping.setting.length);
  }
  const { salt, bytes } = wrapping;
  switch (wrapping.kind) {
    case 'pbkdf2': {
      const { iterations, hash } = wrapping;
      return crypto.pbkdf2Sync(password, salt, iterations, bytes, hash).toString('base64');
    }
    case 'scrypt': {
      const { logN, r, p } = wrapping;
      const N = 2 ** logN;
      const maxmem = 128 * (N + p) * r + SCRYPT_SPARE_BYTES;
      return crypto.scryptSync(password, salt, bytes, { N, r, p, maxmem }).toString('base64');
    }
    default: {
      const { kind, memoryKiB: memory, passes, parallelism } = wrapping;
      const options = { message: password, nonce: salt, tagLength: bytes };
      const settings = { ...options, memory, passes, parallelism };
      return Buffer.from(crypto.argon2Sync(kind, settings)).toString('base64');
    }
  }
}
