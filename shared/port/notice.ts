/** Notices on their way, as operations see them. */

import type { Tenant, UserId, UserName } from '../credential/name.ts';
import type { Notice } from '../credential/notice.ts';
import type { AccountChange } from './store.ts';

/**
 * The notices of a look, so that settling them fits a transaction of 100 rows: 30 of them. For each
 * of two that are given up: a user, at most 24 words, two rows of the event, and one per webhook.
 */
export const NOTICES_AT_ONCE = 30;

/** The lane of mail, by the name that its rows have in the store. */
export const MAIL_LANE = 'mail';

/** The person who gets a mail. */
export interface Recipient {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly displayName: string;
  readonly locale: string | undefined;
}

/** The target of a notice: a mail address, or the URL of a webhook. */
export interface Target {
  /** The address or the URL; the notices of a user reach each in their order. */
  readonly address: string;
  /** The reader of a mail; undefined: a webhook. */
  readonly recipient: Recipient | undefined;
}

/** A target that has not accepted the notice yet. */
export interface Delivery {
  readonly target: Target;
  /** The moment at which it was first due. */
  readonly sinceMs: number;
  /** The number of tries that failed. */
  readonly tries: number;
  readonly nextAtMs: number;
}

/** A notice as it is stored until every target has accepted it or was given up. */
export interface QueuedNotice extends Notice {
  /** The targets that are left; undefined: they are not decided yet. */
  readonly deliveries: readonly Delivery[] | undefined;
  readonly leasedUntilMs: number;
  readonly etag: string;
}

/** The notices of one user, or of the tenant itself, on one lane, in the order of their events. */
export interface Queue {
  readonly tenant: Tenant;
  readonly lane: string;
  /** The user's id, or `tenant`. */
  readonly subject: string;
}

/** The note that a queue has something due; written before the notice itself. */
export interface Announcement {
  /** The id of the change that announced it, or of the notice that is left. */
  readonly id: string;
  readonly queue: Queue;
  /** The number of the first event of the change. */
  readonly sequence: number;
  readonly announcedAtMs: number;
  readonly dueAtMs: number;
}

/** The result of a look at a queue. */
export interface Settlement {
  readonly queue: Queue;
  /** The notices that every target accepted, or that were given up. */
  readonly done: readonly QueuedNotice[];
  /** The notices as they are written, under the tags that they have. */
  readonly changed: readonly QueuedNotice[];
  /** The events `notice.undeliverable`, each a change of its recipient. */
  readonly changes: readonly AccountChange[];
  /** The same of recipients who were deleted, and have no row. */
  readonly orphans: readonly OrphanEvents[];
}

/** The events of a deleted user, with their notices. */
export type OrphanEvents = Pick<AccountChange, 'events' | 'notices' | 'operationId'>;

export interface Outbox {
  /** Lists announcements with `dueAtMs <= nowMs`, in pages. */
  listDue(lane: string, nowMs: number): AsyncIterable<readonly Announcement[]>;
  /** Puts an announcement; the same again changes nothing. */
  announce(announcement: Announcement): Promise<void>;
  /** Removes an announcement; a missing one counts as removed. */
  withdraw(announcement: Announcement): Promise<void>;
  /** Lists the oldest notices of a queue, at most {@link NOTICES_AT_ONCE}; one query. */
  listNotices(queue: Queue): Promise<readonly QueuedNotice[]>;
  /**
   * Takes a queue by its oldest notice.
   * @returns undefined if another dispatcher was first
   */
  lease(oldest: QueuedNotice, untilMs: number): Promise<QueuedNotice | undefined>;
  /** Writes a result in one transaction; `conflict`: the lease was lost, or a recipient changed. */
  settle(settlement: Settlement): Promise<'committed' | 'conflict'>;
}

/**
 * The outcome of a message: `later` and `refused` are its answers, for now and for good;
 * `unreachable` is a lane that does not answer at all; `unrenderable` a defect of the service.
 */
export type SendOutcome = 'accepted' | 'later' | 'refused' | 'unreachable' | 'unrenderable';

/** One way on which notices go: mail, or one webhook. */
export interface Lane {
  readonly name: string;
  /** The most messages that it takes at once. */
  readonly width: number;
  /** Decides where a notice goes, when it is first looked at. @throws {Unavailable} */
  listTargets(notice: Notice): Promise<readonly Target[]>;
  /** Sends a message. It never rejects, and ends within 20 s. */
  send(notice: Notice, target: Target): Promise<SendOutcome>;
}
