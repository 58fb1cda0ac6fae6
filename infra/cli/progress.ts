/** The time between two lines. */
const UPDATE_EVERY_MS = 5000;

/** The reports of long work; short work ends before the first one. */
export interface Progress {
  /** Reports the state of the work at intervals; most calls print nothing. */
  update(sentence: () => string): void;
  /** Reports at once what a person needs when the work is interrupted. */
  announce(sentence: string): void;
}

/** @param write one line, with its end: standard error, for standard output is for the answer */
export function createProgress(write: (line: string) => void, now: () => number): Progress {
  let nextMs: number | undefined;
  return {
    announce: (sentence) => write(`${sentence}\n`),
    update(sentence) {
      const nowMs = now();
      nextMs ??= nowMs + UPDATE_EVERY_MS;
      if (nowMs < nextMs) return;
      nextMs = nowMs + UPDATE_EVERY_MS;
      write(`${sentence()}\n`);
    },
  };
}
