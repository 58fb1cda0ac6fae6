import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { readCompactHeader } from './jose-header.ts';

/**
 * RFC 7518 sections 4.5 and 5.3: the derived key encrypts at once, with a random 96-bit IV. NIST
 * SP 800-38D section 8.3 allows 2^32 texts under one key.
 */
const KEY_MANAGEMENT = 'dir';
const ENCRYPTION = 'A256GCM';
const KEY_BYTES = 32;

/** The header of a box: the version of its secret, and its other members. */
type Header<Name extends string> = Readonly<Record<Name | 'kid', string>>;

/**
 * Derives the key of a box.
 * @param info RFC 5869 section 3.2: binds the key to its purpose
 */
export function deriveBoxKey(secret: Uint8Array, salt: string, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, KEY_BYTES));
}

/** Encrypts the text as a compact JWE; the header is readable, and protected. */
export function closeBox(text: string, header: Header<string>, key: Uint8Array): Promise<string> {
  return new CompactEncrypt(Buffer.from(text, 'utf8'))
    .setProtectedHeader({ alg: KEY_MANAGEMENT, enc: ENCRYPTION, ...header })
    .encrypt(key);
}

/**
 * Reads the header of a box that we may have closed; it is not yet proven.
 * @returns undefined if the text is not as {@link closeBox} writes it, with just these members
 */
export function readBoxHeader<Name extends string>(
  box: string,
  { maxLength, members }: { readonly maxLength: number; readonly members: readonly Name[] },
): Header<Name> | undefined {
  const header = readCompactHeader(box, {
    parts: 5,
    maxLength,
    members: ['alg', 'enc', 'kid', ...members],
  });
  return header?.alg === KEY_MANAGEMENT && header.enc === ENCRYPTION ? header : undefined;
}

/** @returns undefined if the box was changed, or closed with another key */
export async function openBox(box: string, key: Uint8Array): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(box, key, {
      keyManagementAlgorithms: [KEY_MANAGEMENT],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    return Buffer.from(plaintext).toString('utf8');
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
