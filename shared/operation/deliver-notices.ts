import { nextLookAtMs } from '../credential/notice.ts';
import {
  type Announcement,
  type Lane,
  NOTICES_AT_ONCE,
  type Outbox,
  type Queue,
  type QueuedNotice,
} from '../port/notice.ts';
import { concurrently } from './concurrently.ts';
import type { ChangeDependencies } from './dependency.ts';
import { LaneGate } from './lane-gate.ts';
import { sendQueue } from './send-queue.ts';
import { planUndeliverable } from './undeliverable.ts';

export interface DeliverDependencies extends ChangeDependencies {
  readonly outbox: Outbox;
}

export interface DeliveryReport {
  readonly accepted: number;
  /** The messages that were given up. */
  readonly undeliverable: number;
  /** The messages that were not accepted this time. */
  readonly failed: number;
  /** The lag of the oldest notice that was due; undefined: none was. */
  readonly oldestLagMs: number | undefined;
  /** True if the lane did not answer, or the time ran out; the next run continues. */
  readonly isUnfinished: boolean;
  /** True if the target wants no message ever again: the lane is stopped from now on. */
  readonly isStopped: boolean;
}

/** The time of a run: the platform ends one after 5 minutes. */
const RUN_MS = 150_000;
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
  rest: readonly QueuedNotice[],
): Promise<void> {
  const [oldest] = rest;
  if (oldest === undefined) return;
  const times = rest.flatMap(
    ({ deliveries }) => deliveries?.map(({ nextAtMs }) => nextAtMs) ?? [0],
  );
  await outbox.announce({
    queue,
    id: oldest.event.eventId,
    sequence: oldest.event.sequence,
    announcedAtMs: clock.now(),
    // Later than what brought us here, which is withdrawn next.
    dueAtMs: Math.max(clock.now() + 1, Math.min(...times)),
  });
}

async function decideTargets(lane: Lane, notice: QueuedNotice, nowMs: number) {
  if (notice.deliveries !== undefined) return notice;
  const targets = await lane.listTargets(notice);
  const deliveries = targets.map((target) => ({
    target,
    sinceMs: nowMs,
    tries: 0,
    nextAtMs: nowMs,
  }));
  return { ...notice, deliveries };
}

/** Looks at one queue; a lease keeps other dispatchers from it. */
async function look(run: Run, due: Due): Promise<void> {
  const { dependencies, lane, gate, requestId, count } = run;
  const { outbox, clock } = dependencies;
  const listed = await outbox.listNotices(due.queue);
  const [oldest, ...others] = listed;
  if (oldest === undefined) return moveAnnouncements(run, due, []);
  const nowMs = clock.now();
  if (oldest.leasedUntilMs > nowMs) return;
  const leased = await outbox.lease(oldest, nowMs + LEASE_MS);
  if (leased === undefined) return;
  const notices = await Promise.all(
    [leased, ...others].map((notice) => decideTargets(lane, notice, nowMs)),
  );
  const sent = await sendQueue(dependencies, { lane, gate, notices, untilMs: nowMs + LOOK_MS });
  const isLeft = (notice: QueuedNotice) => notice.deliveries?.length !== 0;
  const rest = sent.notices.filter(isLeft);
  const recorded = await planUndeliverable(dependencies, sent.givenUp, requestId);
  const outcome = await outbox.settle({
    queue: due.queue,
    done: sent.notices.filter((notice) => !isLeft(notice)),
    changed: rest.map((notice) => ({ ...notice, leasedUntilMs: 0 })),
    ...recorded,
  });
  // The announcements stay due: the next look sends again what is not known to be sent.
  if (outcome === 'conflict') return;
  count.accepted += sent.accepted;
  count.failed += sent.failed;
  count.undeliverable += sent.givenUp.length;
  await announceRest(run, due.queue, rest);
  await moveAnnouncements(run, due, listed);
}

/** Judges, once something is due, if the target wants to be left alone. */
async function isShut({ dependencies: { outbox, clock }, lane }: Run): Promise<boolean> {
  const { stoppedAtMs, pausedUntilMs = 0 } = await outbox.findLaneState(lane.name);
  return stoppedAtMs !== undefined || pausedUntilMs > clock.now();
}

async function* dueQueues(run: Run, endMs: number, note: (page: readonly Announcement[]) => void) {
  const { outbox, clock } = run.dependencies;
  let isFirst = true;
  for await (const page of outbox.listDue(run.lane.name, clock.now())) {
    note(page);
    if (isFirst && (await isShut(run))) return;
    isFirst = false;
    for (const due of byQueue(page)) {
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
  const run: Run = { dependencies, lane, gate, requestId, count };
  const nowMs = dependencies.clock.now();
  let oldestAtMs: number | undefined;
  const note = (page: readonly Announcement[]) => {
    for (const { dueAtMs } of page) oldestAtMs = Math.min(oldestAtMs ?? dueAtMs, dueAtMs);
  };
  const queues = dueQueues(run, nowMs + RUN_MS, note);
  try {
    await concurrently(queues, QUEUES_AT_ONCE, (due) => look(run, due));
  } finally {
    await keepState(run);
  }
  return {
    ...count,
    oldestLagMs: oldestAtMs === undefined ? undefined : nowMs - oldestAtMs,
    isUnfinished: gate.isDown || dependencies.clock.now() >= nowMs + RUN_MS,
    isStopped: gate.isGone,
  };
}
