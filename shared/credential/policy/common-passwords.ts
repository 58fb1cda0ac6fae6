import { hash } from 'node:crypto';
import { fold } from './folding.ts';

/**
 * The file of common passwords, big endian. Nothing of it is parsed or copied when it is opened.
 *
 *   0  magic, 8 bytes                 16  SHA-256 that names its sources, 32 bytes
 *   8  version of this layout, u32    48  digests, 5 bytes each, in ascending order
 *  12  digests, u32
 */
const MAGIC = 'PWDLIST1';
/** The version of the layout, and of how entries are folded and digested. */
export const COMMON_PASSWORDS_VERSION = 2;
const HEADER_BYTES = 48;
const SOURCE_AT = 16;
/**
 * The first 40 bits of SHA-256: among 440,000 digests a text that is not listed is found once in
 * 2.5 million lookups. With 32 bits it would be once in 10,000, and a password takes up to 16
 * lookups.
 */
const DIGEST_BYTES = 5;

export interface CommonPasswords {
  /** Judges whether the text is listed, whatever its case, accents and width. */
  has(text: string): boolean;
  /** The number of different entries, after folding. */
  readonly count: number;
  /** 64 hex digits: SHA-256 of the sources and of the version. */
  readonly source: string;
}

/** Returns the one spelling of an entry, or of a text that is looked up. */
export function foldCommonPassword(text: string): string {
  return fold(text).trim();
}

function digestOf(folded: string): number {
  // In hex, which takes half the time of a buffer.
  return Number.parseInt(hash('sha256', folded, 'hex').slice(0, 2 * DIGEST_BYTES), 16);
}

/**
 * Opens the bytes of the file, which it keeps using.
 * @throws {Error} the bytes are not such a file, or not all of it
 */
export function openCommonPasswords(bytes: Uint8Array): CommonPasswords {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new Error('the file of common passwords does not begin like one');
  }
  const version = file.readUInt32BE(8);
  if (version !== COMMON_PASSWORDS_VERSION) {
    throw new Error(
      `the file of common passwords has version ${version}, not ${COMMON_PASSWORDS_VERSION}`,
    );
  }
  const count = file.readUInt32BE(12);
  const expectedBytes = HEADER_BYTES + count * DIGEST_BYTES;
  if (file.length !== expectedBytes) {
    throw new Error(
      `the file of common passwords is broken: ${file.length} bytes, not ${expectedBytes}`,
    );
  }
  const digestAt = (index: number) =>
    file.readUIntBE(HEADER_BYTES + index * DIGEST_BYTES, DIGEST_BYTES);
  return {
    count,
    source: file.toString('hex', SOURCE_AT, HEADER_BYTES),
    has: (text) => isAmong(digestOf(foldCommonPassword(text)), count, digestAt),
  };
}

/** Searches the ascending digests by halves. */
function isAmong(digest: number, count: number, digestAt: (index: number) => number): boolean {
  let first = 0;
  let end = count;
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (digestAt(middle) < digest) first = middle + 1;
    else end = middle;
  }
  return first < count && digestAt(first) === digest;
}

/**
 * Returns the bytes of the file. The order of the entries, and whether one is there twice, makes
 * no difference.
 *
 * @param entries folded, by {@link foldCommonPassword}
 * @param source 64 hex digits
 */
export function encodeCommonPasswords(entries: Iterable<string>, source: string): Uint8Array {
  const digests = Float64Array.from(new Set(Array.from(entries, digestOf))).sort();
  const file = Buffer.alloc(HEADER_BYTES + digests.length * DIGEST_BYTES);
  file.write(MAGIC, 'latin1');
  file.writeUInt32BE(COMMON_PASSWORDS_VERSION, 8);
  file.writeUInt32BE(digests.length, 12);
  file.write(source, SOURCE_AT, 'hex');
  for (const [index, digest] of digests.entries()) {
    file.writeUIntBE(digest, HEADER_BYTES + index * DIGEST_BYTES, DIGEST_BYTES);
  }
  return file;
}
