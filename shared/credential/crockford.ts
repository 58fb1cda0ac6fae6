import { parseUserId, type UserId } from './name.ts';

/** A source of cryptographically secure bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/**
 * Crockford base32: digits and letters without I, L, O (read as 1, 1, 0) and U (spells words).
 * A symbol is worth its place here, 0–31.
 */
export const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const BITS_PER_SYMBOL = 5;
/** 128 bits: no two users ever share an id, and no id can be guessed (RFC 9562 uses 122). */
const USER_ID_BYTES = 16;

/**
 * Encodes the bytes as one string of bits, five to a symbol, in lower case; the last symbol is
 * filled up with zero bits. 16 bytes give 26 symbols.
 */
export function encodeCrockford(bytes: Uint8Array): string {
  let symbols = '';
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= BITS_PER_SYMBOL) {
      pendingBits -= BITS_PER_SYMBOL;
      symbols += CROCKFORD_ALPHABET.charAt((pending >> pendingBits) & 31);
    }
    pending &= (1 << pendingBits) - 1;
  }
  if (pendingBits > 0) {
    symbols += CROCKFORD_ALPHABET.charAt((pending << (BITS_PER_SYMBOL - pendingBits)) & 31);
  }
  return symbols.toLowerCase();
}

/** Draws 128 random bits and returns them in the one spelling that {@link parseUserId} takes. */
export function newUserId(randomBytes: RandomBytes): UserId {
  const userId = parseUserId(encodeCrockford(randomBytes(USER_ID_BYTES)));
  if (userId === undefined) {
    throw new RangeError(`the generator did not give ${USER_ID_BYTES} bytes`);
  }
  return userId;
}
