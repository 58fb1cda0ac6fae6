/** Notices on their way, as operations see them. */

import type { SentMinute } from '../credential/mail-share.ts';
import type { Tenant, UserId, UserName } from '../credential/name.ts';
import type { Notice } from '../credential/notice.ts';
import type { Pace } from '../credential/pace.ts';
import type { AccountChange } from './store.ts';

/** The notices of a look, the oldest of a queue. */
export const NOTICES_AT_ONCE = 90;
/**
 * The notices that are settled together with what is given up, so that all fits a transaction of
 * 100 rows: 30 of them, and the pace. For each of two that are given up: a user, at most 24 words,
 * two rows of the event, and one per webhook.
 */
export const SETTLED_AT_ONCE = 30;

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
  /** True if it is looked at after all others. */
  readonly isBulk?: boolean;
}

/** A queue as it is stored. */
export interface QueueContent {
  /** The oldest notices, at most {@link NOTICES_AT_ONCE}. */
  readonly notices: readonly QueuedNotice[];
  readonly pace: StoredPace;
}

/** The mails that were sent about the user of a queue; it stays when the queue is empty. */
export interface StoredPace {
  readonly value: Pace;
  /** The tag of its row; undefined: it is not stored yet. */
  readonly etag: string | undefined;
}

/** The result of a look at a queue. */
export interface Settlement {
  readonly queue: Queue;
  /** The pace as it is written, under the tag that it has; undefined: it is as it was. */
  readonly pace: StoredPace | undefined;
  /** The notices that every target accepted, or that were given up. */
  readonly done: readonly QueuedNotice[];
  /** The notices as they are written, under the tags that they have. */
  readonly changed: readonly QueuedNotice[];
  /** The events `notice.undeliverable`, each a change of its recipient. */
  readonly changes: readonly AccountChange[];
  /** The same of recipients who were deleted, and have no row. */
  readonly orphans: readonly OrphanEvents[];
  /** The notices that a webhook never accepted; an operator can send them again. */
  readonly dead: readonly DeadLetter[];
}

/** A notice that a webhook never accepted. */
export interface DeadLetter {
  readonly notice: Notice;
  readonly tries: number;
  readonly givenUpAtMs: number;
}

/** The state of a lane, which is kept in the store: every instance obeys it. */
export interface LaneState {
  /** The moment at which the target wanted no more; undefined: the lane is not stopped. */
  readonly stoppedAtMs: number | undefined;
  /** The moment until which the target wanted to be left alone; undefined: it did not. */
  readonly pausedUntilMs: number | undefined;
  /** The notices of the last hour, where the provider has a limit. */
  readonly sent: readonly SentMinute[];
}

/** The notices of one lane that wait, in numbers. */
export interface WaitingLane {
  readonly lane: string;
  /** The users, and tenants, that have notices waiting. */
  readonly queues: number;
  /** The moment of the oldest change of which something waits. */
  readonly oldestAtMs: number;
}

/** The events of a deleted user, with their notices. */
export type OrphanEvents = Pick<AccountChange, 'events' | 'notices' | 'operationId'>;

export interface Outbox {
  /** Lists announcements with `dueAtMs <= nowMs`, of one rank, in pages. */
  listDue(lane: string, nowMs: number, isBulk: boolean): AsyncIterable<readonly Announcement[]>;
  /** Puts an announcement; the same again changes nothing. */
  announce(announcement: Announcement): Promise<void>;
  /** Removes an announcement; a missing one counts as removed. */
  withdraw(announcement: Announcement): Promise<void>;
  /** Lists the oldest notices of a queue; one query. */
  listNotices(queue: Queue): Promise<QueueContent>;
  /** Lists the oldest notices behind one that are no edits: no number of edits hides them. */
  listUrgent(queue: Queue, afterSequence: number): Promise<readonly QueuedNotice[]>;
  /**
   * Takes a queue by its oldest notice.
   * @returns undefined if another dispatcher was first
   */
  lease(oldest: QueuedNotice, untilMs: number): Promise<QueuedNotice | undefined>;
  /** Writes a result in one transaction; `conflict`: the lease was lost, or a recipient changed. */
  settle(settlement: Settlement): Promise<'committed' | 'conflict'>;
  /** Returns the state of a lane; one point read. */
  findLaneState(lane: string): Promise<LaneState>;
  /** Stops a lane until an operator resumes it. */
  stopLane(lane: string, atMs: number): Promise<void>;
  /** Pauses a lane. */
  pauseLane(lane: string, untilMs: number): Promise<void>;
  /** Notes the notices of a lane in the last hour. */
  noteSent(lane: string, sent: readonly SentMinute[]): Promise<void>;
  /** Removes the dead letters of a lane that were given up before a moment. */
  forgetDead(lane: string, beforeMs: number): Promise<void>;
}

/** The part of the outbox that operators see. */
export interface OutboxReport {
  /** Counts what waits, on every lane that has something; reads every announcement. */
  countWaiting(): Promise<readonly WaitingLane[]>;
  /** Lists the dead letters of every lane, in pages. */
  listDead(): AsyncIterable<readonly DeadLetter[]>;
  /** Puts a dead letter back into its queue, and removes the letter. */
  resend(letter: DeadLetter, nowMs: number): Promise<void>;
  /** Resumes a lane that was stopped or paused. */
  resumeLane(lane: string): Promise<void>;
  /** Removes what waits on a lane, its dead letters and its state. */
  forgetLane(lane: string): Promise<void>;
  /** Removes the announcements and dead letters of a tenant, whose notices are removed. */
  forgetTenant(tenant: Tenant): Promise<void>;
}

/**
 * The outcome of a message: `later` and `refused` are its answers, for now and for good;
 * `unreachable` is a lane that does not answer at all, or not as one that works; `gone` a target
 * that wants no message ever again; `unrenderable` a defect of the service.
 */
export type SendResult = 'accepted' | 'later' | 'refused' | 'unreachable' | 'gone' | 'unrenderable';

/** A result with the time for which the target wants to be left alone. */
export type SendOutcome = SendResult | { readonly retryAfterMs: number };

/** One way on which notices go: mail, or one webhook. */
export interface Lane {
  readonly name: string;
  /** The name for logs and operators: `mail`, or the host of the webhook. */
  readonly label: string;
  /** The most messages that it takes at once. */
  readonly width: number;
  /** The messages that the provider takes in an hour, notices or not; undefined: no limit. */
  readonly perHour?: number | undefined;
  /** True if a target gets a limited number of messages about one user, and digests then. */
  readonly isPaced: boolean;
  /** Decides where a notice goes, when it is first looked at. @throws {Unavailable} */
  listTargets(notice: Notice): Promise<readonly Target[]>;
  /**
   * Sends a message. It never rejects, and ends within 20 s.
   * @param others the later notices of a digest
   */
  send(notice: Notice, target: Target, others?: readonly Notice[]): Promise<SendOutcome>;
}
