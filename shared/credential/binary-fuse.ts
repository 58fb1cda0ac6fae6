/**
 * A 3-wise binary fuse filter with 16-bit fingerprints: a set that answers "surely not in it" or
 * "in it, with an error of 2^-16", in about 18 bits an entry.
 *
 * Thomas Mueller Graf and Daniel Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
 * Filters", ACM Journal of Experimental Algorithmics 27 (2022), arXiv:2201.01174. Every key has
 * one slot in each of three consecutive segments, and the slots' values xor to its fingerprint.
 * Construction is in infra/build/binary-fuse.ts; here is what both sides must agree on.
 */
import { hash } from 'node:crypto';

/** Slots of one key. */
export const ARITY = 3;
/** 2^18, the paper's bound, keeps three segments of 16 bits in a second-level cache. */
const MAX_SEGMENT_LENGTH = 2 ** 18;

export interface FuseGeometry {
  /** Slots of a segment, a power of two. */
  readonly segmentLength: number;
  /** Segments in which the first of a key's three can be. */
  readonly segmentCount: number;
}

/** Where a key is looked up, and the 16-bit value that it must find there. */
export interface FuseProbe {
  readonly slots: readonly [number, number, number];
  readonly fingerprint: number;
}

/** The paper's sizes (section 4): segments grow with the set, and space shrinks towards 1.125. */
export function fuseGeometry(keyCount: number): FuseGeometry {
  const size = Math.max(2, keyCount);
  const segmentLength = Math.min(
    MAX_SEGMENT_LENGTH,
    2 ** Math.floor(Math.log(size) / Math.log(3.33) + 2.25),
  );
  const sizeFactor = Math.max(1.125, 0.875 + (0.25 * Math.log(1e6)) / Math.log(size));
  const capacity = Math.round(size * sizeFactor);
  const segmentCount = Math.max(1, Math.ceil(capacity / segmentLength) - (ARITY - 1));
  return { segmentLength, segmentCount };
}

/** All slots; there are two segments more than first ones. */
export function slotCount({ segmentLength, segmentCount }: FuseGeometry): number {
  return (segmentCount + ARITY - 1) * segmentLength;
}

/**
 * The three slots and the fingerprint of a key under a seed (32 bits). SHA-256 gives independent
 * words for each of them, where the paper stretches one 64-bit hash; it is paid for a few
 * lookups a password, and nobody can choose keys that collide.
 */
export function fuseProbe(
  key: string,
  seed: number,
  { segmentLength, segmentCount }: FuseGeometry,
): FuseProbe {
  const digest = hash('sha256', `${seed}:${key}`, 'buffer');
  // A product below 2^53 is exact; the quotient by 2^32 spreads evenly over the first segments.
  const first = Math.floor((digest.readUInt32LE(0) * segmentCount * segmentLength) / 2 ** 32);
  const second = flipOffset(first + segmentLength, digest.readUInt32LE(4), segmentLength);
  const third = flipOffset(first + 2 * segmentLength, digest.readUInt32LE(8), segmentLength);
  return { slots: [first, second, third], fingerprint: digest.readUInt16LE(12) };
}

/** Another slot of the same segment: only bits below the segment's length change. */
function flipOffset(slot: number, random: number, segmentLength: number): number {
  return slot ^ (random & (segmentLength - 1));
}
