import { hash } from 'node:crypto';
import { type FuseGeometry, fuseProbe, slotCount } from './binary-fuse.ts';

/**
 * The file, little endian. Nothing of it is parsed or copied when it is opened.
 *
 *   0  magic, 8 bytes                 20  segment length, u32
 *   8  version of this layout, u32    24  segment count, u32
 *  12  entries, u32                   28  first 4 bytes of SHA-256 over the other header bytes
 *  16  seed, u32                      32  SHA-256 that names what it was made of, 32 bytes
 *                                     64  slots, u16 each
 */
const MAGIC = 'PWDFUSE3';
/** Also of how entries are folded and keys are hashed. */
export const COMMON_PASSWORDS_VERSION = 1;
const HEADER_BYTES = 64;
const CHECKSUM_AT = 28;
const CHECKSUM_BYTES = 4;
const SOURCE_AT = 32;
const SOURCE_BYTES = 32;
const SLOT_BYTES = 2;

export interface CommonPasswordsHeader extends FuseGeometry {
  /** Different entries. */
  readonly count: number;
  readonly seed: number;
  /** 64 hex digits: SHA-256 of the list and of the version. */
  readonly source: string;
}

export interface CommonPasswords {
  /** Whether the text, as it is but for its case, is listed. Wrongly yes once in 2^16. */
  has(text: string): boolean;
  readonly count: number;
  /** See {@link CommonPasswordsHeader.source}. */
  readonly source: string;
}

/** The one spelling of an entry: NFC, lower case, no white space around it. */
export function foldCommonPassword(text: string): string {
  return text.toLowerCase().normalize('NFC').trim();
}

/**
 * A filter over the bytes of the file, which it goes on using.
 * @throws {Error} the bytes are no such file, or not all of it
 */
export function openCommonPasswords(bytes: Uint8Array): CommonPasswords {
  const header = readHeader(bytes);
  // A DataView reads little endian at any offset: neither the machine's order nor the place of
  // the bytes in a larger buffer matters, as it would for a Uint16Array.
  const slots = new DataView(bytes.buffer, bytes.byteOffset + HEADER_BYTES);
  const valueAt = (slot: number) => slots.getUint16(slot * SLOT_BYTES, true);
  return {
    count: header.count,
    source: header.source,
    has(text) {
      const probe = fuseProbe(foldCommonPassword(text), header.seed, header);
      const [first, second, third] = probe.slots;
      return (valueAt(first) ^ valueAt(second) ^ valueAt(third)) === probe.fingerprint;
    },
  };
}

/** The file of a filter whose slots were computed under the header's seed and geometry. */
export function encodeCommonPasswords(
  header: CommonPasswordsHeader,
  slots: Uint16Array,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + slots.length * SLOT_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  const numbers = [
    COMMON_PASSWORDS_VERSION,
    header.count,
    header.seed,
    header.segmentLength,
    header.segmentCount,
  ];
  for (const [index, number] of numbers.entries()) view.setUint32(8 + 4 * index, number, true);
  bytes.set(Buffer.from(header.source, 'hex'), SOURCE_AT);
  bytes.set(headerChecksum(bytes), CHECKSUM_AT);
  for (const [index, slot] of slots.entries()) {
    view.setUint16(HEADER_BYTES + index * SLOT_BYTES, slot, true);
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): CommonPasswordsHeader {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new Error('the file of common passwords is not one: it does not begin like it');
  }
  const version = header.readUInt32LE(8);
  if (version !== COMMON_PASSWORDS_VERSION) {
    throw new Error(
      `the file of common passwords has version ${version}, not ${COMMON_PASSWORDS_VERSION}`,
    );
  }
  const checksum = header.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES);
  if (!headerChecksum(bytes).equals(checksum)) {
    throw new Error('the file of common passwords is broken: its header does not add up');
  }
  const geometry = {
    segmentLength: header.readUInt32LE(20),
    segmentCount: header.readUInt32LE(24),
  };
  const expectedBytes = HEADER_BYTES + slotCount(geometry) * SLOT_BYTES;
  if (bytes.length !== expectedBytes) {
    throw new Error(
      `the file of common passwords is broken: ${bytes.length} bytes, not ${expectedBytes}`,
    );
  }
  return {
    ...geometry,
    count: header.readUInt32LE(12),
    seed: header.readUInt32LE(16),
    source: header.toString('hex', SOURCE_AT, SOURCE_AT + SOURCE_BYTES),
  };
}

function headerChecksum(bytes: Uint8Array): Buffer {
  const covered = [bytes.subarray(0, CHECKSUM_AT), bytes.subarray(SOURCE_AT, HEADER_BYTES)];
  return hash('sha256', Buffer.concat(covered), 'buffer').subarray(0, CHECKSUM_BYTES);
}
