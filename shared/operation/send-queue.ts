import { createHash } from 'node:crypto';
import { mailKindOf, retryDelayMs } from '../credential/notice.ts';
import { noteMail, type Pace, type PlannedMail, planMail } from '../credential/pace.ts';
import type { Delivery, Lane, QueuedNotice, SendOutcome, Target } from '../port/notice.ts';
import type { Dependencies } from './dependency.ts';
import type { LaneGate } from './lane-gate.ts';

/** A notice that one target never accepted. */
export interface GivenUp {
  readonly notice: QueuedNotice;
  readonly target: Target;
  readonly tries: number;
}

export interface SendRequest {
  readonly lane: Lane;
  readonly gate: LaneGate;
  /** The notices of one queue, in the order of their events, each with its deliveries. */
  readonly notices: readonly QueuedNotice[];
  /** The mails that the targets got about this user. */
  readonly pace: Pace;
  /** The moment from which no message begins. */
  readonly untilMs: number;
}

export interface SentQueue {
  /** The notices with the deliveries that are left; those of which none was tried as they were. */
  readonly notices: readonly QueuedNotice[];
  readonly givenUp: readonly GivenUp[];
  readonly pace: Pace;
  /** The moment at which something that is left is due. */
  readonly nextAtMs: number;
  readonly accepted: number;
  readonly failed: number;
}

interface Step {
  readonly notice: QueuedNotice;
  delivery: Delivery;
  state: 'waiting' | 'accepted' | 'givenUp';
}

type Dice = Pick<Dependencies, 'clock' | 'randomBytes'>;

/** The part of a result that the chains of a queue share. */
interface Tally {
  pace: Pace;
  nextAtMs: number;
  toGiveUp: number;
  failed: number;
}

/** The most messages that are given up at once: each is an event in the transaction. */
const GIVEN_UP_AT_ONCE = 2;
const GIVE_UP_LATER_MS = 5000;
/** 64 bits: the addresses about one user never share a key. */
const KEY_DIGITS = 16;

const paceKey = (address: string) =>
  createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, KEY_DIGITS);

/** Notes a try that was not accepted. */
function fail({ clock, randomBytes }: Dice, step: Step, outcome: SendOutcome, tally: Tally): void {
  const tries = step.delivery.tries + 1;
  const [byte = 0] = randomBytes(1);
  const waitedMs = clock.now() - step.delivery.sinceMs;
  const leastMs = typeof outcome === 'object' ? outcome.retryAfterMs : 0;
  const delayMs =
    outcome === 'unrenderable' ? undefined : retryDelayMs({ tries, waitedMs, part: byte / 255 });
  tally.failed += 1;
  if (delayMs !== undefined) {
    const nextAtMs = clock.now() + Math.max(delayMs, leastMs);
    step.delivery = { ...step.delivery, tries, nextAtMs };
  } else if (tally.toGiveUp > 0) {
    tally.toGiveUp -= 1;
    step.state = 'givenUp';
    step.delivery = { ...step.delivery, tries };
  } else {
    step.delivery = { ...step.delivery, nextAtMs: clock.now() + GIVE_UP_LATER_MS };
  }
}

/**
 * The messages of one target, in their order. One that it does not accept holds back its later
 * ones; an edit, which may also be held for a digest, holds back edits alone.
 */
class Chain {
  readonly #dependencies: Dice;
  readonly #request: SendRequest;
  readonly #steps: readonly Step[];
  readonly #tally: Tally;
  readonly #key: string;

  constructor(dependencies: Dice, request: SendRequest, steps: readonly Step[], tally: Tally) {
    this.#dependencies = dependencies;
    this.#request = request;
    this.#steps = steps;
    this.#tally = tally;
    this.#key = paceKey(steps[0]?.delivery.target.address ?? '');
  }

  async send(): Promise<void> {
    let areEditsHeld = false;
    for (const step of this.#steps) {
      const isEdit = this.#kindOf(step) === 'edit';
      if (step.state !== 'waiting' || (isEdit && areEditsHeld)) continue;
      const nextAtMs = await this.#try(step);
      if (nextAtMs === undefined) continue;
      this.#tally.nextAtMs = Math.min(this.#tally.nextAtMs, nextAtMs);
      if (!isEdit) return;
      areEditsHeld = true;
    }
  }

  #kindOf({ notice }: Step) {
    return this.#request.lane.isPaced ? mailKindOf(notice.event) : undefined;
  }

  #plan(step: Step, nowMs: number): PlannedMail {
    const kind = this.#kindOf(step);
    if (kind === undefined) return { atMs: nowMs, isDigest: false };
    const times = this.#tally.pace[this.#key]?.[kind] ?? [];
    return planMail(kind, times, { changedAtMs: step.notice.event.atMs, nowMs });
  }

  /**
   * Sends a message, with the later ones of its kind in a digest, if it is due.
   * @returns the moment of its next try; undefined: nothing is left of it
   */
  async #try(step: Step): Promise<number | undefined> {
    const { clock } = this.#dependencies;
    const { lane, gate, untilMs } = this.#request;
    const nowMs = clock.now();
    const { atMs, isDigest } = this.#plan(step, nowMs);
    const dueAtMs = Math.max(atMs, step.delivery.nextAtMs);
    if (dueAtMs > nowMs) return dueAtMs;
    const others = isDigest ? this.#behind(step) : [];
    const outcome = await gate.pass(async () =>
      clock.now() < untilMs
        ? lane.send(
            step.notice,
            step.delivery.target,
            others.map(({ notice }) => notice),
          )
        : undefined,
    );
    // A target that wants no more was not tried: its messages wait as they are.
    if (outcome === undefined || outcome === 'gone') return nowMs;
    if (outcome !== 'accepted') fail(this.#dependencies, step, outcome, this.#tally);
    else this.#accept([step, ...others]);
    return step.state === 'waiting' ? step.delivery.nextAtMs : undefined;
  }

  #behind(step: Step): readonly Step[] {
    const kind = this.#kindOf(step);
    const isBehind = (other: Step) => other !== step && other.state === 'waiting';
    return this.#steps.filter((other) => isBehind(other) && this.#kindOf(other) === kind);
  }

  #accept(steps: readonly Step[]): void {
    for (const step of steps) step.state = 'accepted';
    const kind = steps[0] && this.#kindOf(steps[0]);
    if (kind === undefined) return;
    const nowMs = this.#dependencies.clock.now();
    this.#tally.pace = noteMail(this.#tally.pace, this.#key, kind, nowMs);
  }
}

/** Returns the notice with the deliveries that are left; the same object if none was tried. */
function withLeft(notice: QueuedNotice, steps: readonly Step[]): QueuedNotice {
  const own = steps.filter((step) => step.notice === notice && step.state === 'waiting');
  const left = own.map(({ delivery }) => delivery);
  const { deliveries = [] } = notice;
  const isSame = left.every((delivery) => deliveries.includes(delivery));
  return isSame && left.length > 0 && left.length === deliveries.length
    ? notice
    : { ...notice, deliveries: left };
}

/** Sends what is due of one queue: to each target in order, to all targets side by side. */
export async function sendQueue(dependencies: Dice, request: SendRequest): Promise<SentQueue> {
  const steps = request.notices.flatMap((notice) =>
    (notice.deliveries ?? []).map((delivery): Step => ({ notice, delivery, state: 'waiting' })),
  );
  const chains = Map.groupBy(steps, ({ delivery }) => delivery.target.address.toLowerCase());
  const { pace } = request;
  const toGiveUp = GIVEN_UP_AT_ONCE;
  const tally: Tally = { pace, nextAtMs: Number.POSITIVE_INFINITY, toGiveUp, failed: 0 };
  await Promise.all(
    [...chains.values()].map((chain) => new Chain(dependencies, request, chain, tally).send()),
  );
  return {
    notices: request.notices.map((notice) => withLeft(notice, steps)),
    givenUp: steps
      .filter(({ state }) => state === 'givenUp')
      .map(({ notice, delivery: { target, tries } }) => ({ notice, target, tries })),
    pace: tally.pace,
    nextAtMs: tally.nextAtMs,
    accepted: steps.filter(({ state }) => state === 'accepted').length,
    failed: tally.failed,
  };
}
