/** Things that are due at a moment. */
export class Ticker {
  readonly #now: () => number;
  #due: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get isRunning(): boolean {
    return this.#due.length > 0;
  }

  add(atMs: number, run: () => void): void {
    this.#due.push({ atMs, run });
  }

  /** Runs what is due by now, once. */
  tick(): void {
    const nowMs = this.#now();
    const isDue = ({ atMs }: { readonly atMs: number }) => atMs <= nowMs;
    const due = this.#due.filter(isDue);
    this.#due = this.#due.filter((item) => !isDue(item));
    for (const { run } of due) run();
  }
}
