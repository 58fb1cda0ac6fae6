interface Waiting {
  readonly kib: number;
  readonly start: () => void;
}

/**
 * Lets work begin in its order while the memory of all that is under way stays within a bound.
 * Work that takes none never waits.
 */
export class MemoryBudget {
  readonly #waiting: Waiting[] = [];
  #freeKiB: number;

  /** @param totalKiB no single work may take more */
  constructor(totalKiB: number) {
    this.#freeKiB = totalKiB;
  }

  async run<Result>(kib: number, work: () => Promise<Result>): Promise<Result> {
    if (kib === 0) return work();
    await new Promise<void>((start) => {
      this.#waiting.push({ kib, start });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      this.#freeKiB += kib;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.kib > this.#freeKiB) return;
      this.#waiting.shift();
      this.#freeKiB -= next.kib;
      next.start();
    }
  }
}
