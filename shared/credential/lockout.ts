/**
 * NIST SP 800-63B-4 section 3.2.2 allows 100 failures in a row with one authenticator. They are
 * shared out, so that no series can use up another's: 80 for strangers, 10 for the user's own
 * devices, 10 for current passwords tried in sessions.
 */
export const STRANGER_LIMIT = 80;
export const DEVICE_LIMIT = 10;
export const SESSION_LIMIT = 10;
/**
 * The wait that a locked caller is asked for. Only a reset or a change ends a lock, so it merely
 * spaces the retries.
 */
export const LOCKED_RETRY_AFTER_SECONDS = 900;
/**
 * The age at which a series that did not reach the lock is forgotten: 30 days after its last
 * failure.
 */
export const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1000;
/**
 * Longer than any request runs: the process that counted an attempt this old will never settle it,
 * so it is a failure.
 */
export const UNDER_WAY_MAX_MS = 5 * 60 * 1000;
/** The wait of an attempt beyond the limit until the attempts under way are settled. */
const SETTLING_RETRY_SECONDS = 1;

const MAX_WAIT_SECONDS = 900;
/**
 * The number of new passwords that one user may submit to the policy within
 * {@link POLICY_WINDOW_MS}.
 */
const POLICY_CALLS = 20;
const POLICY_WINDOW_MS = 15 * 60 * 1000;

/** The failures in a row that one row counts. */
export interface Series {
  /** The failures with the attempts under way: until an attempt succeeds it is a failure. */
  readonly failures: number;
  /** The time when the series began. */
  readonly startedAtMs: number;
  /** The time when the latest attempt was counted. */
  readonly lastFailureAtMs: number;
  /** The attempts that are counted and not yet settled. */
  readonly underWay: readonly { readonly id: string; readonly atMs: number }[];
}

/** The moments in a user's row that decide about the series of that user. */
export interface SeriesMoments {
  /** The time when the user was created, reset, or last completed a change. */
  readonly attemptsClearedAtMs: number;
  /** The {@link seriesTag} of each series whose wait an admin's unlock ended. */
  readonly waitsEnded: readonly string[];
}

interface Wait {
  readonly verdict: 'wait';
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

export type AttemptVerdict =
  /** `isNewSeries`: the recorded series no longer counts. */
  | { readonly verdict: 'allowed'; readonly isNewSeries: boolean }
  | Wait
  /** The series has as many verified failures as it may have. */
  | { readonly verdict: 'full' };

export type CallsVerdict =
  /** `callsAtMs`: the calls to keep, oldest first: those of the window and this one. */
  { readonly verdict: 'allowed'; readonly callsAtMs: number[] } | Wait;

/**
 * Returns for how many ms the next attempt is refused after so many failures in a row: 0 below the
 * free attempts, then 1 s, 2 s, 4 s … up to 15 minutes.
 */
export function waitMsAfter(failures: number, freeAttempts: number): number {
  if (failures < freeAttempts) return 0;
  return Math.min(2 ** (failures - freeAttempts), MAX_WAIT_SECONDS) * 1000;
}

/** Counts the failures that are no longer under way. Only these can reach the limit. */
export function verifiedFailures({ failures, underWay }: Series, nowMs: number): number {
  const pending = underWay.filter(({ atMs }) => Math.abs(nowMs - atMs) < UNDER_WAY_MAX_MS);
  return failures - pending.length;
}

/**
 * Judges whether a series counts nothing because it began at or before the last reset, change or
 * creation. So no crash between the two rows can leave a lock behind.
 */
export function isVoid(
  series: Pick<Series, 'startedAtMs'>,
  user: Pick<SeriesMoments, 'attemptsClearedAtMs'> | undefined,
): boolean {
  return user !== undefined && series.startedAtMs <= user.attemptsClearedAtMs;
}

/**
 * Names a series at one count, so that an unlock ends the wait of that count and of no later one.
 */
export function seriesTag({ startedAtMs, failures }: Series): string {
  return `${startedAtMs}.${failures}`;
}

/**
 * Returns the moment at which the next attempt is allowed.
 * @returns undefined if it is allowed now, or never will be
 */
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
 * Judges whether an attempt may be counted and verified now.
 * @param series undefined: no failure is recorded
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

/** The moments to use before the user's row is read, which may void a series or end a wait. */
const NO_MOMENTS: SeriesMoments = { attemptsClearedAtMs: 0, waitsEnded: [] };

/**
 * Judges whether one more call fits the window. `callsAtMs` are the earlier ones, in any order.
 */
export function judgeCalls(
  callsAtMs: readonly number[],
  nowMs: number,
  { most, windowMs }: { readonly most: number; readonly windowMs: number },
): CallsVerdict {
  const recent = callsAtMs
    .filter((atMs) => leftOf(windowMs, atMs, nowMs) > 0)
    .sort((a, b) => a - b);
  // The call that must leave the window before there is room for one more.
  const blocking = recent[recent.length - most];
  if (blocking !== undefined) return wait(leftOf(windowMs, blocking, nowMs));
  return { verdict: 'allowed', callsAtMs: [...recent, nowMs].sort((a, b) => a - b) };
}

/** Judges whether one more call may reach the policy. */
export function judgePolicyCalls(callsAtMs: readonly number[], nowMs: number): CallsVerdict {
  return judgeCalls(callsAtMs, nowMs, { most: POLICY_CALLS, windowMs: POLICY_WINDOW_MS });
}

/**
 * Returns the rest of a span that began at `sinceMs`, never more than the span. Clocks of instances
 * differ a little, so a beginning in the future counts as now. A beginning that is further ahead
 * than the span itself was written by a wrong clock and counts as long ago: it would hold until the
 * other clocks reach it.
 */
function leftOf(spanMs: number, sinceMs: number, nowMs: number): number {
  const elapsedMs = nowMs - sinceMs;
  return elapsedMs < -spanMs ? 0 : Math.min(spanMs, spanMs - elapsedMs);
}

function wait(leftMs: number): Wait {
  return { verdict: 'wait', retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) };
}
