import type { Clock } from '../port/clock.ts';
import type { DeadLetter, Lane, LaneState, Outbox, OutboxReport } from '../port/notice.ts';

export interface NoticeDependencies {
  readonly outbox: OutboxReport & Pick<Outbox, 'findLaneState'>;
  readonly clock: Clock;
  /** The lanes that the settings name. */
  readonly lanes: readonly Pick<Lane, 'name' | 'label'>[];
}

/** One lane, as operators see it. */
export interface LaneReport extends LaneState {
  readonly name: string;
  /** The label; the name of a lane that the settings no longer name. */
  readonly label: string;
  readonly isSet: boolean;
  /** The users, and tenants, that have notices waiting. */
  readonly queues: number;
  /** The moment of the oldest change of which something waits; undefined: nothing does. */
  readonly oldestAtMs: number | undefined;
}

export interface NoticeReport {
  readonly lanes: readonly LaneReport[];
  /** The dead letters, in the order in which they were given up. */
  readonly dead: readonly DeadLetter[];
}

async function listDead({ outbox }: NoticeDependencies): Promise<readonly DeadLetter[]> {
  const dead: DeadLetter[] = [];
  for await (const page of outbox.listDead()) dead.push(...page);
  return dead.toSorted((one, other) => one.givenUpAtMs - other.givenUpAtMs);
}

/**
 * Reports each lane that the settings name or that has something waiting, and all dead letters.
 * @throws {Unavailable}
 */
export async function reportNotices(dependencies: NoticeDependencies): Promise<NoticeReport> {
  const { outbox, lanes } = dependencies;
  const waiting = new Map((await outbox.countWaiting()).map((one) => [one.lane, one]));
  const dead = await listDead(dependencies);
  const others = [...waiting.keys(), ...dead.map(({ notice }) => notice.lane)];
  const names = new Set([...lanes.map(({ name }) => name), ...others]);
  const reports = [...names].map(async (name): Promise<LaneReport> => {
    const set = lanes.find((lane) => lane.name === name);
    const { queues = 0, oldestAtMs } = waiting.get(name) ?? {};
    const state = await outbox.findLaneState(name);
    const label = set?.label ?? name;
    return { ...state, name, label, isSet: set !== undefined, queues, oldestAtMs };
  });
  return { lanes: await Promise.all(reports), dead };
}

/**
 * Puts dead letters back into their queues, whose dispatcher sends them in order.
 * @param eventId of one event, on every lane; undefined: all
 * @throws {Unavailable} some may be back
 */
export async function resendDead(
  dependencies: NoticeDependencies,
  { eventId, isDryRun }: { readonly eventId: string | undefined; readonly isDryRun: boolean },
): Promise<readonly DeadLetter[]> {
  const { outbox, clock } = dependencies;
  const dead = await listDead(dependencies);
  const chosen = dead.filter(
    ({ notice: { event } }) => eventId === undefined || event.eventId === eventId,
  );
  for (const letter of isDryRun ? [] : chosen) await outbox.resend(letter, clock.now());
  return chosen;
}

export interface DroppedLane {
  /** The users, and tenants, that had notices waiting. */
  readonly waiting: number;
  readonly deadLetters: number;
}

/**
 * Removes what waits on a lane that the settings no longer name. Safe to repeat after a crash.
 * @returns undefined if the settings name it
 * @throws {Unavailable} some may be removed
 */
export async function dropLane(
  dependencies: NoticeDependencies,
  { lane: name, isDryRun }: { readonly lane: string; readonly isDryRun: boolean },
): Promise<DroppedLane | undefined> {
  const { outbox, lanes } = dependencies;
  if (lanes.some((lane) => name === lane.name || name === lane.label)) return undefined;
  const waiting = (await outbox.countWaiting()).find(({ lane }) => lane === name)?.queues ?? 0;
  const dead = await listDead(dependencies);
  if (!isDryRun) await outbox.forgetLane(name);
  return { waiting, deadLetters: dead.filter(({ notice }) => notice.lane === name).length };
}

/**
 * Resumes the lanes that were stopped or paused.
 * @param label of the lane; undefined: all
 * @throws {Unavailable} some may be resumed
 */
export async function resumeLanes(
  { outbox, clock, lanes }: NoticeDependencies,
  { label, isDryRun }: { readonly label: string | undefined; readonly isDryRun: boolean },
): Promise<readonly string[]> {
  const resumed: string[] = [];
  for (const lane of lanes) {
    if (label !== undefined && lane.label !== label) continue;
    const { stoppedAtMs, pausedUntilMs = 0 } = await outbox.findLaneState(lane.name);
    if (stoppedAtMs === undefined && pausedUntilMs <= clock.now()) continue;
    if (!isDryRun) await outbox.resumeLane(lane.name);
    resumed.push(lane.label);
  }
  return resumed;
}
