import type { AccountEvent, EventType } from './event.ts';
import type { Tenant, UserId, UserName } from './name.ts';
import type { MailKind } from './pace.ts';

/** The events of a user that the user gets a mail about: CONTRACT.md "Notices". */
const OWN_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.deleted',
  'password.reset',
  'password.changed',
  'credential.locked',
  'credential.frozen',
  'support-code.issued',
  'temporary-password.used-by-issuer',
]);

/** The events whose mail to the user always has a freeze link. */
const WITH_FREEZE_LINK: ReadonlySet<EventType> = new Set<EventType>([
  'password.reset',
  'password.changed',
  'support-code.issued',
]);

/** The events that every other global admin gets a mail about, whichever user it is. */
const TELLING_ADMINS: ReadonlySet<EventType> = new Set<EventType>([
  'tenant.settings-changed',
  'credential.frozen',
  'temporary-password.used-by-issuer',
]);

const ADDRESS_MEMBERS: readonly string[] = ['email', 'secondEmail'];
const RANKED_ROLES: readonly string[] = ['globalAdmin', 'userManagementAdmin'];

/** The user of an event, as of its change: a later change takes none of the addresses away. */
export interface NoticePerson {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly displayName: string;
  readonly locale: string | undefined;
  /** True if the user is a global admin before the change or after it. */
  readonly isGlobalAdmin: boolean;
  /** The addresses before and after the change, and earlier ones of the last 14 days. */
  readonly addresses: readonly string[];
  /** The addresses among them that get a freeze link. */
  readonly trustedAddresses: readonly string[];
  /** The last reset as of the change: a later one ends the freeze link. */
  readonly lastResetSequence: number;
}

/** The part of an event that a notice has: no reasons, tickets or references. */
export type NoticeEvent = Omit<AccountEvent, 'requestId'>;

/** The notice of one event on one lane. */
export interface Notice {
  readonly tenant: Tenant;
  /** The name of the lane, such as `mail`. */
  readonly lane: string;
  readonly event: NoticeEvent;
  /** The user of the event; undefined: the event is of the tenant. */
  readonly person: NoticePerson | undefined;
  /** True for one of thousands, as of a mass reset: to the user alone, and after all others. */
  readonly isBulk?: boolean;
}

const NOTICE_DETAILS: readonly string[] = ['changed', 'rolesBefore', 'rolesAfter', 'roles'];

/** Returns the event without the details that are for the log of events alone. */
export function toNoticeEvent({ requestId: _, details, ...event }: AccountEvent): NoticeEvent {
  const told = Object.entries(details).filter(([name]) => NOTICE_DETAILS.includes(name));
  return { ...event, details: Object.fromEntries(told) };
}

function listOf(event: NoticeEvent, name: string): readonly string[] {
  const value = event.details[name];
  return Array.isArray(value) ? value : [];
}

/** Judges if the user of the event gets a mail. */
export function tellsUser(event: NoticeEvent): boolean {
  const { type, actor, subject } = event;
  if (!('userId' in subject)) return false;
  if (type === 'sessions.ended') return !('userId' in actor) || actor.userId !== subject.userId;
  if (type !== 'user.updated') return OWN_EVENTS.has(type);
  return listOf(event, 'changed').some((name) => [...ADDRESS_MEMBERS, 'roles'].includes(name));
}

/** Judges if the mail to the user has a freeze link. */
export function offersFreeze(event: NoticeEvent): boolean {
  const { type } = event;
  if (WITH_FREEZE_LINK.has(type)) return true;
  if (type !== 'user.updated') return false;
  return listOf(event, 'changed').some((name) => ADDRESS_MEMBERS.includes(name));
}

/** Judges if every other global admin gets a mail. */
export function tellsAdmins({
  event,
  person,
  isBulk,
}: Pick<Notice, 'event' | 'person' | 'isBulk'>): boolean {
  const { type } = event;
  if (isBulk) return false;
  if (TELLING_ADMINS.has(type)) return true;
  if (type === 'user.updated') {
    const [before, after] = [listOf(event, 'rolesBefore'), listOf(event, 'rolesAfter')];
    return RANKED_ROLES.some((role) => before.includes(role) !== after.includes(role));
  }
  return person?.isGlobalAdmin === true && tellsUser(event);
}

const isWarning = ({ type }: NoticeEvent) =>
  /^(password|credential|temporary-password|support-code)\./.test(type) ||
  ['user.disabled', 'user.deleted'].includes(type);

/**
 * Returns the limit that a mail about the event counts for.
 * @returns undefined for the welcome, which comes once
 */
export function mailKindOf(event: NoticeEvent): MailKind | undefined {
  if (event.type === 'user.created') return undefined;
  const changed = listOf(event, 'changed');
  const isOfAddress = ADDRESS_MEMBERS.some((name) => changed.includes(name));
  return isWarning(event) || isOfAddress ? 'warning' : 'edit';
}

/** The waits before the second try and each later one: CONTRACT.md "Notices". */
const RETRY_AFTER_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** The time from the first try to the last. */
const GIVEN_UP_AFTER_MS = RETRY_AFTER_SECONDS.reduce<number>((sum, each) => sum + each, 0) * 1000;
/** The fewest tries of a message that waited behind another for so long. */
const TRIES_AT_LEAST = 3;

interface FailedTries {
  /** The failed tries, from 1. */
  readonly tries: number;
  /** The time since the message was due; behind others of its target it waits untried. */
  readonly waitedMs: number;
  /** A random part of the jitter, 0–1, so that many do not fail together again. */
  readonly part: number;
}

/**
 * Returns the wait until the next try.
 * @returns undefined if the message is given up
 */
export function retryDelayMs({ tries, waitedMs, part }: FailedTries): number | undefined {
  const seconds = RETRY_AFTER_SECONDS[tries - 1];
  const isLate = tries >= TRIES_AT_LEAST && waitedMs >= GIVEN_UP_AFTER_MS;
  if (seconds === undefined || isLate) return undefined;
  return Math.round(seconds * 1000 * (1 + part / 10));
}

/** The looks at an announced queue that is still empty, since its announcement. */
const EMPTY_LOOKS_MS = [15_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/**
 * Returns the moment of the next look at an empty queue.
 * @returns undefined after the last look
 */
export function nextLookAtMs(announcedAtMs: number, nowMs: number): number | undefined {
  const wait = EMPTY_LOOKS_MS.find((ms) => announcedAtMs + ms > nowMs);
  return wait === undefined ? undefined : announcedAtMs + wait;
}
