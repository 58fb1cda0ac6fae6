import { noteNotices, noticesLeft } from '../credential/mail-share.ts';
import { nextLookAtMs } from '../credential/notice.ts';
import {
  type Announcement,
  type Lane,
  NOTICES_AT_ONCE,
  type Outbox,
  type Queue,
  type QueueContent,
  type QueuedNotice,
} from '../port/notice.ts';
import { concurrently } from './concurrently.ts';
import type { ChangeDependencies } from './dependency.ts';
import { LaneGate } from './lane-gate.ts';
import { sendQueue } from './send-queue.ts';
import { settle } from './settle.ts';

export interface DeliverDependencies extends ChangeDependencies {
  readonly outbox: Outbox;
}

export interface DeliveryReport {
  readonly accepted: number;
  /** The messages that were given up. */
  readonly undeliverable: number;
  /** The messages that were not accepted this time. */
  readonly failed: number;
  /**
   * The lag of the oldest notice: of one that was due, since then; of one that the lane did not
   * take because it did not answer, since its event. Undefined: there was none, or the lane is
   * stopped, so that nothing is expected of it.
   */
  readonly oldestLagMs: number | undefined;
  /** True if the lane did not answer, or the time ran out; the next run continues. */
  readonly isUnfinished: boolean;
  /** True if the target wants no message ever again: the lane is stopped from now on. */
  readonly isStopped: boolean;
}

/** The time of a run: the platform ends one after 5 minutes. */
const RUN_MS = 150_000;
/** The time of a run for notices in bulk: the next run, after 15 s, begins with the others. */
const BULK_MS = 10_000;
/** The queues that a run looks at side by side. */
const QUEUES_AT_ONCE = 16;
/**
 * The time of a lease. A look at a queue begins no message after 20 s, a message ends within 20 s,
 * and settling takes a few calls of 5 s: less than this, so no other dispatcher takes the queue.
 */
const LEASE_MS = 60_000;
const LOOK_MS = 20_000;
/** The time for which a dead letter is kept. */
const DEAD_LETTER_KEPT_MS = 30 * 24 * 3_600_000;

interface Run {
  readonly dependencies: DeliverDependencies;
  readonly lane: Lane;
  readonly gate: LaneGate;
  readonly requestId: string;
  readonly count: { accepted: number; undeliverable: number; failed: number };
  /** Notes the moment since which a notice waits. */
  readonly noteWaiting: (sinceMs: number) => void;
}

/** The announcements of one queue. */
interface Due {
  readonly queue: Queue;
  readonly announcements: readonly Announcement[];
}

function byQueue(page: readonly Announcement[]): readonly Due[] {
  const keyOf = ({ queue: { tenant, subject } }: Announcement) => `${tenant} ${subject}`;
  return [...Map.groupBy(page, keyOf).values()].flatMap((announcements) => {
    const [first] = announcements;
    return first === undefined ? [] : [{ queue: first.queue, announcements }];
  });
}

/**
 * Withdraws announcements of notices that were seen. The commit of another may be under way, so
 * that one is looked at again, for an hour.
 */
async function moveAnnouncements(
  { dependencies: { outbox, clock } }: Run,
  { announcements }: Due,
  seen: readonly QueuedNotice[],
): Promise<void> {
  const isAll = seen.length < NOTICES_AT_ONCE;
  const nowMs = clock.now();
  const sequences = new Set(seen.map(({ event }) => event.sequence));
  for (const announcement of announcements) {
    const { announcedAtMs, sequence } = announcement;
    const isSeen = sequences.has(sequence);
    // It stands behind those that were seen: the next run looks at it.
    if (!isSeen && !isAll) continue;
    const againAtMs = isSeen ? undefined : nextLookAtMs(announcedAtMs, nowMs);
    // The later one first: a crash between the two leaves one too many.
    if (againAtMs !== undefined) await outbox.announce({ ...announcement, dueAtMs: againAtMs });
    await outbox.withdraw(announcement);
  }
}

/** Announces the rest of a queue for the moment at which its first message is due. */
async function announceRest(
  { dependencies: { outbox, clock } }: Run,
  queue: Queue,
  { rest, nextAtMs }: { readonly rest: readonly QueuedNotice[]; readonly nextAtMs: number },
): Promise<void> {
  const [oldest] = rest;
  if (oldest === undefined) return;
  await outbox.announce({
    queue,
    id: oldest.event.eventId,
    sequence: oldest.event.sequence,
    announcedAtMs: clock.now(),
    // Later than what brought us here, which is withdrawn next.
    dueAtMs: Math.max(clock.now() + 1, nextAtMs),
    isBulk: rest.every(({ isBulk }) => isBulk === true),
  });
}

async function decideTargets(lane: Lane, notice: QueuedNotice, nowMs: number) {
  if (notice.deliveries !== undefined) return notice;
  const targets = await lane.listTargets(notice);
  // One that waited behind others is tried as often, and not for as long again.
  const sinceMs = notice.event.atMs;
  const deliveries = targets.map((target) => ({ target, sinceMs, tries: 0, nextAtMs: nowMs }));
  return { ...notice, deliveries };
}

/** Lists what a look is at: the oldest notices, and those that a flood of edits would hide. */
async function listNotices({ dependencies, lane }: Run, queue: Queue): Promise<QueueContent> {
  const { outbox } = dependencies;
  const content = await outbox.listNotices(queue);
  const newest = content.notices.at(-1);
  const isFull = content.notices.length === NOTICES_AT_ONCE && newest !== undefined;
  if (!isFull || !lane.isPaced) return content;
  const urgent = await outbox.listUrgent(queue, newest.event.sequence);
  return { ...content, notices: [...content.notices, ...urgent] };
}

/** Looks at one queue; a lease keeps other dispatchers from it. */
async function look(run: Run, due: Due): Promise<void> {
  const { dependencies, lane, gate, requestId, count } = run;
  const { outbox, clock } = dependencies;
  const { notices: listed, pace } = await listNotices(run, due.queue);
  const [oldest, ...others] = listed;
  if (oldest === undefined) return moveAnnouncements(run, due, []);
  const nowMs = clock.now();
  if (oldest.leasedUntilMs > nowMs) return;
  const leased = await outbox.lease(oldest, nowMs + LEASE_MS);
  if (leased === undefined) return;
  const notices = await Promise.all(
    [leased, ...others].map((notice) => decideTargets(lane, notice, nowMs)),
  );
  const request = { lane, gate, notices, pace: pace.value, untilMs: nowMs + LOOK_MS };
  const sent = await sendQueue(dependencies, request);
  const looked = { queue: due.queue, before: notices, pace, sent, requestId };
  // The announcements stay due: the next look sends again what is not known to be sent.
  if ((await settle(dependencies, looked)) === 'conflict') return;
  count.accepted += sent.accepted;
  count.failed += sent.failed;
  count.undeliverable += sent.givenUp.length;
  const rest = sent.notices.filter(({ deliveries }) => deliveries?.length !== 0);
  const [waiting] = rest;
  // A try moves what is due; while the lane does not answer, the notice is as late as its event.
  if (gate.isDown && waiting !== undefined) run.noteWaiting(waiting.event.atMs);
  await announceRest(run, due.queue, { rest, nextAtMs: sent.nextAtMs });
  await moveAnnouncements(run, due, listed);
}

/** Lists the announcements that are due, those of bulk last. */
async function* duePages({ dependencies: { outbox, clock }, lane }: Run, nowMs: number) {
  const page = (isBulk: boolean) => outbox.listDue(lane.name, clock.now(), isBulk);
  for await (const announcements of page(false)) {
    yield { announcements, endMs: nowMs + RUN_MS, isBulk: false };
  }
  // No webhook limits what it gets.
  if (!lane.isPaced) return;
  for await (const announcements of page(true)) {
    yield { announcements, endMs: nowMs + BULK_MS, isBulk: true };
  }
}

async function* dueQueues(run: Run, nowMs: number) {
  const { outbox, clock } = run.dependencies;
  let isFirst = true;
  for await (const { announcements, endMs, isBulk } of duePages(run, nowMs)) {
    // Read once something is due: the target may want to be left alone.
    const state = isFirst ? await outbox.findLaneState(run.lane.name) : undefined;
    isFirst = false;
    if (state?.stoppedAtMs !== undefined) return;
    // Thousands at once are meant to wait.
    if (!isBulk) for (const { dueAtMs } of announcements) run.noteWaiting(dueAtMs);
    if ((state?.pausedUntilMs ?? 0) > clock.now()) return;
    if (state !== undefined && run.lane.perHour !== undefined) {
      run.gate.limit(noticesLeft(run.lane.perHour, state.sent, clock.now()));
    }
    for (const due of byQueue(announcements)) {
      if (run.gate.isDown || clock.now() >= endMs) return;
      yield due;
    }
  }
}

/** Keeps in the store what the target wants, for every instance. */
async function keepState(run: Run): Promise<void> {
  const { dependencies, lane, gate, count } = run;
  const { outbox, clock } = dependencies;
  if (gate.isGone) await outbox.stopLane(lane.name, clock.now());
  else if (gate.pauseMs > 0) await outbox.pauseLane(lane.name, clock.now() + gate.pauseMs);
  if (lane.perHour !== undefined && gate.sent > 0) {
    // Two runs at once may each miss what the other sent; then the provider says when to wait.
    const { sent } = await outbox.findLaneState(lane.name);
    await outbox.noteSent(lane.name, noteNotices(sent, gate.sent, clock.now()));
  }
  if (count.undeliverable > 0) {
    await outbox.forgetDead(lane.name, clock.now() - DEAD_LETTER_KEPT_MS);
  }
}

/**
 * Sends what is due on one lane; safe to run twice, late, in parallel and after a crash at any
 * point. Each message is sent at least once, with the same id each time.
 * @throws {Unavailable} the next run continues
 */
export async function deliverNotices(
  dependencies: DeliverDependencies,
  lane: Lane,
  { requestId }: { readonly requestId: string },
): Promise<DeliveryReport> {
  const count = { accepted: 0, undeliverable: 0, failed: 0 };
  const gate = new LaneGate(lane.width);
  const nowMs = dependencies.clock.now();
  let oldestAtMs: number | undefined;
  const noteWaiting = (sinceMs: number) => {
    oldestAtMs = Math.min(oldestAtMs ?? sinceMs, sinceMs);
  };
  const run: Run = { dependencies, lane, gate, requestId, count, noteWaiting };
  const queues = dueQueues(run, nowMs);
  try {
    await concurrently(queues, QUEUES_AT_ONCE, (due) => look(run, due));
  } finally {
    await keepState(run);
  }
  return {
    ...count,
    oldestLagMs: oldestAtMs === undefined || gate.isGone ? undefined : nowMs - oldestAtMs,
    isUnfinished: gate.isDown || dependencies.clock.now() >= nowMs + RUN_MS,
    isStopped: gate.isGone,
  };
}
