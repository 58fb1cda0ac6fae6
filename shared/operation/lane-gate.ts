import type { SendOutcome } from '../port/notice.ts';

/**
 * The places of a lane in one run. The first message goes alone: while a lane does not answer,
 * one message a run finds that out, and all others stay untried.
 */
export class LaneGate {
  readonly #width: number;
  #isOpen = false;
  #isDown = false;
  #isGone = false;
  #pauseMs = 0;
  #taken = 0;
  #sent = 0;
  #left = Number.POSITIVE_INFINITY;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  /** True if the lane did not answer, or wants no more: nothing more is sent in this run. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** The messages that were begun. */
  get sent(): number {
    return this.#sent;
  }

  /** Sets the most messages that may begin in this run; then the lane is down. */
  limit(messages: number): void {
    this.#left = messages;
    this.#isDown ||= messages <= 0;
  }

  /** True if the target wants no message ever again. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** The longest time for which the target wanted to be left alone. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /**
   * Sends when there is a place.
   * @returns undefined if nothing was sent: the lane is down, or `send` did not want to any more
   */
  async pass(send: () => Promise<SendOutcome | undefined>): Promise<SendOutcome | undefined> {
    while (!this.#isDown && this.#taken >= (this.#isOpen ? this.#width : 1)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isDown) return undefined;
    this.#taken += 1;
    this.#sent += 1;
    if (this.#sent >= this.#left) this.#isDown = true;
    try {
      const outcome = await send();
      if (outcome !== undefined) this.#judge(outcome);
      return outcome;
    } finally {
      this.#taken -= 1;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  #judge(outcome: SendOutcome): void {
    if (typeof outcome === 'object') {
      this.#isDown = true;
      this.#pauseMs = Math.max(this.#pauseMs, outcome.retryAfterMs);
    } else if (outcome === 'unreachable' || outcome === 'gone') {
      this.#isDown = true;
      this.#isGone ||= outcome === 'gone';
    } else if (outcome !== 'unrenderable') {
      this.#isOpen = true;
    }
  }
}
