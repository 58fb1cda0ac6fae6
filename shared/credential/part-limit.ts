/** The limit of mailed parts of split temporary passwords: CONTRACT.md "Split delivery". */

/** The most parts for one user in 24 h: no reset floods a mailbox. */
export const PARTS_IN_WINDOW = 10;
const WINDOW_MS = 24 * 60 * 60 * 1000;

/** Returns the wait until a user may get a part; 0: now. */
export function partWaitMs(partsAtMs: readonly number[], nowMs: number): number {
  const first = partsAtMs.at(-PARTS_IN_WINDOW);
  return first === undefined ? 0 : Math.max(0, first + WINDOW_MS - nowMs);
}

/** Adds a part to those of a user, of which the last ten count. */
export function notePart(partsAtMs: readonly number[], nowMs: number): readonly number[] {
  return [...partsAtMs, nowMs].slice(-PARTS_IN_WINDOW);
}
