import { Refusal } from '../credential/refusal.ts';
import type { ChangeDependencies } from './dependency.ts';

/** The tries of a deciding write: one that loses is judged again before the caller is refused. */
export const CONFLICT_TRIES = 10;
export const CONFLICT_RETRY_AFTER_SECONDS = 1;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 160;

/** Returns a random time up to a limit that doubles with each lost try, so that rivals part. */
function pauseMs(lost: number, [byte = 0]: Uint8Array): number {
  return (byte / 255) * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (lost - 1));
}

/**
 * Judges and writes again when another write came between; each try reads anew.
 * @throws {Refusal} `conflict` when the last try lost too
 */
export async function retryOnConflict<Result>(
  { pause, randomBytes }: Pick<ChangeDependencies, 'randomBytes' | 'pause'>,
  tryOnce: () => Promise<Result | 'conflict'>,
): Promise<Result> {
  for (let lost = 0; lost < CONFLICT_TRIES; lost += 1) {
    if (lost > 0) await pause(pauseMs(lost, randomBytes(1)));
    const result = await tryOnce();
    if (result !== 'conflict') return result;
  }
  throw new Refusal('conflict', { retryAfterSeconds: CONFLICT_RETRY_AFTER_SECONDS });
}
