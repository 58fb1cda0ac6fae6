import type { SendOutcome } from '../port/notice.ts';

/**
 * The places of a lane in one run. The first message goes alone: while a lane does not answer,
 * one message a run finds that out, and all others stay untried.
 */
export class LaneGate {
  readonly #width: number;
  #isOpen = false;
  #isDown = false;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  /** True if the lane did not answer: nothing more is sent in this run. */
  get isDown(): boolean {
    return this.#isDown;
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
    try {
      const outcome = await send();
      if (outcome === 'unreachable') this.#isDown = true;
      else if (outcome !== undefined && outcome !== 'unrenderable') this.#isOpen = true;
      return outcome;
    } finally {
      this.#taken -= 1;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
