import { retryDelayMs } from '../credential/notice.ts';
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
  /** The moment from which no message begins. */
  readonly untilMs: number;
}

export interface SentQueue {
  /** The notices with the deliveries that are left. */
  readonly notices: readonly QueuedNotice[];
  readonly givenUp: readonly GivenUp[];
  readonly accepted: number;
  readonly failed: number;
}

interface Step {
  readonly notice: QueuedNotice;
  delivery: Delivery;
  state: 'waiting' | 'accepted' | 'givenUp';
}

type Dice = Pick<Dependencies, 'clock' | 'randomBytes'>;
type Left = { toGiveUp: number };

/** The most messages that are given up at once: each is an event in the transaction. */
const GIVEN_UP_AT_ONCE = 2;
const GIVE_UP_LATER_MS = 5000;

/** Notes a try that was not accepted. */
function fail({ clock, randomBytes }: Dice, step: Step, outcome: SendOutcome, left: Left): void {
  const tries = step.delivery.tries + 1;
  const [byte = 0] = randomBytes(1);
  const waitedMs = clock.now() - step.delivery.sinceMs;
  const leastMs = typeof outcome === 'object' ? outcome.retryAfterMs : 0;
  const delayMs =
    outcome === 'unrenderable' ? undefined : retryDelayMs({ tries, waitedMs, part: byte / 255 });
  if (delayMs !== undefined) {
    const nextAtMs = clock.now() + Math.max(delayMs, leastMs);
    step.delivery = { ...step.delivery, tries, nextAtMs };
  } else if (left.toGiveUp > 0) {
    left.toGiveUp -= 1;
    step.state = 'givenUp';
    step.delivery = { ...step.delivery, tries };
  } else {
    step.delivery = { ...step.delivery, nextAtMs: clock.now() + GIVE_UP_LATER_MS };
  }
}

/**
 * Sends the messages of one target, one after the other. A message that it does not accept holds
 * back its later ones, and nothing else.
 */
async function sendChain(
  dependencies: Dice,
  { lane, gate, untilMs }: SendRequest,
  chain: readonly Step[],
  left: Left,
): Promise<number> {
  const { clock } = dependencies;
  for (const [index, step] of chain.entries()) {
    const isDue = step.delivery.nextAtMs <= clock.now();
    if (!isDue) return wait(chain.slice(index), step.delivery.nextAtMs);
    const outcome = await gate.pass(async () =>
      clock.now() < untilMs ? lane.send(step.notice, step.delivery.target) : undefined,
    );
    // A target that wants no more was not tried: its messages wait as they are.
    if (outcome === undefined || outcome === 'gone') return 0;
    if (outcome === 'accepted') {
      step.state = 'accepted';
      continue;
    }
    fail(dependencies, step, outcome, left);
    if (step.state === 'waiting') return 1 + wait(chain.slice(index), step.delivery.nextAtMs);
  }
  return 0;
}

/** Makes the messages behind one that waits due when it is. */
function wait(chain: readonly Step[], untilMs: number): 0 {
  for (const step of chain) {
    if (step.delivery.nextAtMs < untilMs) step.delivery = { ...step.delivery, nextAtMs: untilMs };
  }
  return 0;
}

/** Sends what is due of one queue: to each target in order, to all targets side by side. */
export async function sendQueue(dependencies: Dice, request: SendRequest): Promise<SentQueue> {
  const steps = request.notices.flatMap((notice) =>
    (notice.deliveries ?? []).map((delivery): Step => ({ notice, delivery, state: 'waiting' })),
  );
  const chains = Map.groupBy(steps, ({ delivery }) => delivery.target.address.toLowerCase());
  const budget = { toGiveUp: GIVEN_UP_AT_ONCE };
  const failed = await Promise.all(
    [...chains.values()].map((chain) => sendChain(dependencies, request, chain, budget)),
  );
  const left = (of: QueuedNotice) =>
    steps.filter(({ notice, state }) => notice === of && state === 'waiting');
  return {
    notices: request.notices.map((notice) => ({
      ...notice,
      deliveries: left(notice).map(({ delivery }) => delivery),
    })),
    givenUp: steps
      .filter(({ state }) => state === 'givenUp')
      .map(({ notice, delivery: { target, tries } }) => ({ notice, target, tries })),
    accepted: steps.filter(({ state }) => state === 'accepted').length,
    failed: failed.reduce((sum, one) => sum + one, 0),
  };
}
