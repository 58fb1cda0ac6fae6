/**
 * The share of notices in what a mail provider takes. Mailed parts of passwords wait for no timer,
 * and a fifth is left to them: at 100 an hour 20 parts, however many notices wait.
 */

/** The notices that went in one minute, from all instances. */
export interface SentMinute {
  /** The minutes since 1970. */
  readonly minute: number;
  readonly count: number;
}

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const NOTICES_SHARE = 4 / 5;
/** Communication Services take 30 in a minute of the 100 of an hour. */
const MINUTE_SHARE = 3 / 10;

const minuteOf = (atMs: number) => Math.floor(atMs / MINUTE_MS);

function countSince(sent: readonly SentMinute[], minute: number): number {
  return sent.reduce((sum, each) => sum + (each.minute >= minute ? each.count : 0), 0);
}

/**
 * Returns the number of notices that may go now. The minute in which the time began counts as a
 * whole, so no hour has more than the share.
 * @param perHour the mails that the provider takes in an hour
 */
export function noticesLeft(perHour: number, sent: readonly SentMinute[], nowMs: number): number {
  const hourly = Math.floor(perHour * NOTICES_SHARE);
  const perMinute = Math.max(1, Math.floor(hourly * MINUTE_SHARE));
  const minute = minuteOf(nowMs);
  const ofHour = hourly - countSince(sent, minute - HOUR_MINUTES);
  const ofMinute = perMinute - countSince(sent, minute - 1);
  return Math.max(0, Math.min(ofHour, ofMinute));
}

/** Adds notices that went by now, and removes what no longer counts. */
export function noteNotices(
  sent: readonly SentMinute[],
  count: number,
  nowMs: number,
): readonly SentMinute[] {
  const minute = minuteOf(nowMs);
  const recent = sent.filter((each) => each.minute >= minute - HOUR_MINUTES);
  const others = recent.filter((each) => each.minute !== minute);
  const ofMinute = countSince(recent, minute) - countSince(recent, minute + 1);
  return [...others, { minute, count: ofMinute + count }];
}
