import type { AccountEvent, Actor } from './event.ts';
import type { UserId } from './name.ts';
import type { ResetTerms } from './reset.ts';
import { isTemporary } from './state.ts';
import type { Credential, User } from './user.ts';

export const RESET_OUTCOMES = [
  'open',
  'used',
  'expired',
  'superseded',
  'frozen',
  'deleted',
] as const;

export type ResetOutcome = (typeof RESET_OUTCOMES)[number];

/** The outcome of a reset, as of a moment. */
export interface ResetEnd {
  readonly outcome: ResetOutcome;
  /** The moment of the outcome; undefined: it is open. */
  readonly outcomeAtMs: number | undefined;
}

/** One reset as it was made, with what became of it. List and receipt are made from it. */
export interface ResetRecord extends ResetEnd {
  /** The id of the event `password.reset`. */
  readonly eventId: string;
  readonly atMs: number;
  readonly actor: Actor;
  readonly userId: UserId;
  /** The number of the event. */
  readonly sequence: number;
  readonly expiresAtMs: number;
  readonly terms: ResetTerms;
}

/** The effect of a change on the records of resets. */
export interface ResetWrites {
  /** The reset that the change is. */
  readonly made?: ResetRecord | undefined;
  /** The end of the reset whose password was open before the change. */
  readonly ended?: (ResetEnd & Pick<ResetRecord, 'userId' | 'sequence'>) | undefined;
}

/** Makes the record of the reset that an event is of; the user is as of after it. */
export function recordReset(
  { eventId, atMs, actor, sequence }: AccountEvent,
  { userId, credential }: User,
  terms: ResetTerms,
): ResetRecord {
  if (!isTemporary(credential)) throw new Error('a reset issues a temporary password');
  const { expiresAtMs } = credential;
  const end = { outcome: 'open', outcomeAtMs: undefined } as const;
  return { eventId, atMs, actor, userId, sequence, expiresAtMs, terms, ...end };
}

interface ChangedUser {
  readonly before: User | undefined;
  readonly after: User;
  readonly isDelete: boolean;
  readonly events: readonly Pick<AccountEvent, 'type'>[];
}

function outcomeOf({ after, isDelete, events }: ChangedUser, issueId: string): ResetOutcome {
  if (events.some(({ type }) => type === 'temporary-password.used')) return 'used';
  if (isDelete) return 'deleted';
  const { credential } = after;
  if (!isTemporary(credential) || credential.issueId !== issueId) return 'superseded';
  if (credential.kind === 'temporary') return 'open';
  return after.isFrozen ? 'frozen' : 'expired';
}

function endAt(outcome: ResetOutcome, atMs: number, expiresAtMs: number): ResetEnd {
  // A password that was used was not expired when it was proven.
  if (outcome === 'used' || atMs < expiresAtMs) return { outcome, outcomeAtMs: atMs };
  return { outcome: 'expired', outcomeAtMs: expiresAtMs };
}

/**
 * Returns the end that a change puts to the reset before it.
 * @returns undefined if no reset of this version was open, or it stays open
 */
export function endedReset(change: ChangedUser, atMs: number): ResetWrites['ended'] {
  const { before } = change;
  const credential: Credential | undefined = before?.credential;
  // An expired one has its outcome. A user who was never reset by this version has no record.
  if (before === undefined || credential?.kind !== 'temporary') return undefined;
  if (before.lastResetSequence === 0) return undefined;
  const outcome = outcomeOf(change, credential.issueId);
  if (outcome === 'open') return undefined;
  const { userId, lastResetSequence: sequence } = before;
  return { userId, sequence, ...endAt(outcome, atMs, credential.expiresAtMs) };
}

/** Returns the end that is shown: from its expiry on an open reset is expired, swept or not. */
export function endShown(
  { outcome, outcomeAtMs, expiresAtMs }: ResetEnd & Pick<ResetRecord, 'expiresAtMs'>,
  nowMs: number,
): ResetEnd {
  if (outcome !== 'open' || nowMs < expiresAtMs) return { outcome, outcomeAtMs };
  return { outcome: 'expired', outcomeAtMs: expiresAtMs };
}
