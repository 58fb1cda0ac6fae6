/**
 * NIST SP 800-63B-4 section 3.2.2 allows 100 failures in a row with one authenticator. They are
 * shared out, so that no series can use up another's: 80 for strangers, 10 for the user's own
 * devices, 10 for current passwords tried in sessions.
 */
export const STRANGER_LIMIT = 80;
export const DEVICE_LIMIT = 10;
export const SESSION_LIMIT = 10;
/** Only a reset or a change ends a lock; this spaces the questions of a client. */
export const LOCKED_RETRY_AFTER_SECONDS = 900;
/** 30 days after its last failure a series that did not reach the lock is forgotten. */
export const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1000;
/**
 * Longer than any request runs: an attempt this old will never be settled by the process that
 * counted it, so it is a failure.
 */
export const UNDER_WAY_MAX_MS = 5 * 60 * 1000;
/** An attempt beyond the limit waits until those under way are settled. */
const SETTLING_RETRY_SECONDS = 1;

const MAX_WAIT_SECONDS = 900;
/** New passwords that one user may put to the policy within {@link POLICY_WINDOW_MS}. */
const POLICY_CALLS = 20;
const POLICY_WINDOW_MS = 15 * 60 * 1000;

/** Failures in a row, as one row counts them. */
export interface Series {
  /** Those under way included: until an attempt succeeds it is a failure. */
  readonly failures: number;
  /** When the series began. */
  readonly startedAtMs: number;
  /** When the latest attempt was counted. */
  readonly lastFailureAtMs: number;
  /** Attempts that are counted and not yet settled. */
  readonly underWay: readonly { readonly id: string; readonly atMs: number }[];
}

/** What the user's row says about the series of that user. */
export interface SeriesMoments {
  /** When the user was created, reset, or last completed a change. */
  readonly attemptsClearedAtMs: number;
  /** {@link seriesTag} of each series whose wait an admin's unlock ended. */
  readonly waitsEnded: readonly string[];
}

interface Wait {
  readonly verdict: 'wait';
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

export type AttemptVerdict =
  /** `isNewSeries`: what is on record no longer counts. */
  | { readonly verdict: 'allowed'; readonly isNewSeries: boolean }
  | Wait
  /** So many failures were verified as the series may have. */
  | { readonly verdict: 'full' };

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

/** Failures that are no longer under way. Only these can make the limit. */
export function verifiedFailures({ failures, underWay }: Series, nowMs: number): number {
  const pending = underWay.filter(({ atMs }) => Math.abs(nowMs - atMs) < UNDER_WAY_MAX_MS);
  return failures - pending.length;
}

/**
 * A series that began at or before the last reset, change or creation counts nothing. So no crash
 * between the two rows can leave a lock behind.
 */
export function isVoid(
  series: Pick<Series, 'startedAtMs'>,
  user: Pick<SeriesMoments, 'attemptsClearedAtMs'> | undefined,
): boolean {
  return user !== undefined && series.startedAtMs <= user.attemptsClearedAtMs;
}

/** Names a series at one count, so that an unlock ends the wait of that count and of no later. */
export function seriesTag({ startedAtMs, failures }: Series): string {
  return `${startedAtMs}.${failures}`;
}

/** The moment at which the next attempt is allowed; undefined: it is allowed, or never will be. */
export function waitsUntilMs(
  series: Series,
  user: SeriesMoments,
  { nowMs, freeAttempts }: { readonly nowMs: number; readonly freeAttempts: number },
): number | undefined {
  if (user.waitsEnded.includes(seriesTag(series))) return undefined;
  const waitMs = waitMsAfter(series.failures, freeAttempts);
  const leftMs = leftOf(waitMs, series.lastFailureAtMs, nowMs);
  return leftMs > 0 ? nowMs + leftMs : undefined;
}

/**
 * Whether an attempt may be counted and verified now.
 * @param series undefined: no failure is on record
 * @param user undefined: not read yet, or no user has the name
 */
export function judgeAttempt(
  series: Series | undefined,
  rule: { readonly nowMs: number; readonly freeAttempts: number; readonly limit: number },
  user?: SeriesMoments,
): AttemptVerdict {
  if (series === undefined || isVoid(series, user)) {
    return { verdict: 'allowed', isNewSeries: true };
  }
  const { nowMs, freeAttempts, limit } = rule;
  if (verifiedFailures(series, nowMs) >= limit) return { verdict: 'full' };
  if (nowMs - series.lastFailureAtMs >= FORGET_AFTER_MS) {
    return { verdict: 'allowed', isNewSeries: true };
  }
  if (series.failures >= limit) return wait(SETTLING_RETRY_SECONDS * 1000);
  const untilMs = waitsUntilMs(series, user ?? NO_MOMENTS, { nowMs, freeAttempts });
  return untilMs === undefined ? { verdict: 'allowed', isNewSeries: false } : wait(untilMs - nowMs);
}

/** Before the user's row is read: it may still say that a series is void or a wait is over. */
const NO_MOMENTS: SeriesMoments = { attemptsClearedAtMs: 0, waitsEnded: [] };

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
