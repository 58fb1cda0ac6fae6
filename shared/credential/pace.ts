/** Limits of mails, each for one user and one address: CONTRACT.md "Notices". */

/** Mails about edits and roles, and those that warn of an intruder. Neither puts off the other. */
export type MailKind = 'edit' | 'warning';

const HOUR_MS = 3_600_000;
/** The mails in a window; those beyond it go together, once an hour. */
export const MAILS_IN_WINDOW = 20;
const WINDOW_MS: Readonly<Record<MailKind, number>> = { edit: 24 * HOUR_MS, warning: HOUR_MS };
const DIGEST_EVERY_MS = HOUR_MS;

/** The moments of the last mails of one kind to one address, at most {@link MAILS_IN_WINDOW}. */
type Times = readonly number[];

/** The mails about one user, by a hash of the address: the row outlives the address. */
export type Pace = Readonly<Record<string, Readonly<Partial<Record<MailKind, Times>>>>>;

export interface PlannedMail {
  /** The moment from which the mail may go. */
  readonly atMs: number;
  /** True if all that waits goes in one mail. */
  readonly isDigest: boolean;
}

/** Plans the mail about a change that was made at `changedAtMs`. */
export function planMail(
  kind: MailKind,
  times: Times,
  { changedAtMs, nowMs }: { readonly changedAtMs: number; readonly nowMs: number },
): PlannedMail {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const wasFull = times.length >= MAILS_IN_WINDOW && last - first < WINDOW_MS[kind];
  const isFull = wasFull && nowMs - first < WINDOW_MS[kind];
  const heldUntilMs = last + DIGEST_EVERY_MS;
  // What was held goes in one mail, also once the window has passed.
  if (!isFull && !(wasFull && changedAtMs < heldUntilMs)) return { atMs: nowMs, isDigest: false };
  return { atMs: Math.max(heldUntilMs, nowMs), isDigest: true };
}

/** Adds a mail that was accepted. */
export function noteMail(pace: Pace, key: string, kind: MailKind, nowMs: number): Pace {
  const times = [...(pace[key]?.[kind] ?? []), nowMs].slice(-MAILS_IN_WINDOW);
  return { ...pace, [key]: { ...pace[key], [kind]: times } };
}

/** Removes what no longer limits anything. */
export function prunePace(pace: Pace, nowMs: number): Pace {
  const isRecent = ([, kinds]: [string, Pace[string]]) =>
    Object.values(kinds).some((times) => nowMs - (times.at(-1) ?? 0) < WINDOW_MS.edit);
  return Object.fromEntries(Object.entries(pace).filter(isRecent));
}
