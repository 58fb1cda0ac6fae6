import type { AttemptsSeen } from '../client/index.ts';

/** The longest wait of the contract. */
const LONGEST_WAIT_MS = 900_000;
/** From so many failures on each wait is the longest, whatever the service's setting is. */
const LONGEST_FROM = 30;
const RECENT_MS = 60_000;

/** Returns true if the next attempt from an unknown device must wait. */
export function isWaiting(attempts: AttemptsSeen | undefined, nowMs: number): boolean {
  return attempts?.waitUntil !== undefined && Date.parse(attempts.waitUntil) > nowMs;
}

/**
 * Returns true if there were wrong attempts in the last minute, so that an unlock would not hold.
 * The end of a wait says when the last attempt was: the waits are at most as long as the time in
 * which fewer than {@link LONGEST_FROM} failures are made, so up to there a wait alone says it.
 */
export function isGoingOn(attempts: AttemptsSeen | undefined, nowMs: number): boolean {
  if (attempts?.waitUntil === undefined || !isWaiting(attempts, nowMs)) return false;
  const leftMs = Date.parse(attempts.waitUntil) - nowMs;
  return attempts.failures < LONGEST_FROM || leftMs > LONGEST_WAIT_MS - RECENT_MS;
}
