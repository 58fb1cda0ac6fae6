/** NIST SP 800-63B-4 section 3.2.2: no more than 100 failures in a row for one authenticator. */
export const LOCK_AT_FAILURES = 100;
/** A lock ends when an admin ends it; this only spaces the questions of a client. */
export const LOCKED_RETRY_AFTER_SECONDS = 900;
/** 30 days after its last failure a series that did not reach the lock is forgotten. */
export const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1000;
/** Wrong current passwords in a row, in sessions of one user, that end all of them. */
export const SESSION_FAILURES_END_SESSIONS = 10;

const MAX_WAIT_SECONDS = 900;
/** New passwords that one user may put to the policy within {@link POLICY_WINDOW_MS}. */
const POLICY_CALLS = 20;
const POLICY_WINDOW_MS = 15 * 60 * 1000;

interface Wait {
  readonly verdict: 'wait';
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

export type AttemptVerdict =
  /** `isForgotten`: the record no longer counts; the attempt begins a new series. */
  | { readonly verdict: 'allowed'; readonly isForgotten: boolean }
  | Wait
  | { readonly verdict: 'locked'; readonly retryAfterSeconds: typeof LOCKED_RETRY_AFTER_SECONDS };

export type PolicyCallsVerdict =
  /** `callsAtMs`: what to keep, oldest first: the calls of the window and this one. */
  { readonly verdict: 'allowed'; readonly callsAtMs: number[] } | Wait;

/**
 * How long the next attempt is refused after so many failures in a row, in ms: nothing below the
 * free attempts, then 1 s, 2 s, 4 s … up to 15 minutes.
 */
export function waitMsAfter(failures: number, freeAttempts: number): number {
  if (failures < freeAttempts) return 0;
  return Math.min(2 ** (failures - freeAttempts), MAX_WAIT_SECONDS) * 1000;
}

/** Whether an attempt may be counted and verified now. Undefined: no failure is on record. */
export function judgeAttempt(
  record: { readonly failures: number; readonly lastFailureAtMs: number } | undefined,
  nowMs: number,
  freeAttempts: number,
): AttemptVerdict {
  if (record === undefined) return { verdict: 'allowed', isForgotten: false };
  if (record.failures >= LOCK_AT_FAILURES) {
    return { verdict: 'locked', retryAfterSeconds: LOCKED_RETRY_AFTER_SECONDS };
  }
  if (nowMs - record.lastFailureAtMs >= FORGET_AFTER_MS) {
    return { verdict: 'allowed', isForgotten: true };
  }
  const waitMs = waitMsAfter(record.failures, freeAttempts);
  const leftMs = leftOf(waitMs, record.lastFailureAtMs, nowMs);
  return leftMs > 0 ? wait(leftMs) : { verdict: 'allowed', isForgotten: false };
}

/** Whether one more call may reach the policy. `callsAtMs` are the earlier ones, in any order. */
export function judgePolicyCalls(callsAtMs: readonly number[], nowMs: number): PolicyCallsVerdict {
  const recent = callsAtMs
    .filter((atMs) => leftOf(POLICY_WINDOW_MS, atMs, nowMs) > 0)
    .sort((a, b) => a - b);
  // The call that must leave the window before there is room for one more.
  const blocking = recent[recent.length - POLICY_CALLS];
  if (blocking !== undefined) return wait(leftOf(POLICY_WINDOW_MS, blocking, nowMs));
  return { verdict: 'allowed', callsAtMs: [...recent, nowMs].sort((a, b) => a - b) };
}

/**
 * What is left of a span that began at `sinceMs`, never more than the span. Clocks of instances
 * differ a little, so a beginning in the future counts as now; one that is further ahead than the
 * span itself was written by a wrong clock, and would otherwise hold until the clock is there.
 */
function leftOf(spanMs: number, sinceMs: number, nowMs: number): number {
  const elapsedMs = nowMs - sinceMs;
  return elapsedMs < -spanMs ? 0 : Math.min(spanMs, spanMs - elapsedMs);
}

function wait(leftMs: number): Wait {
  return { verdict: 'wait', retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) };
}
