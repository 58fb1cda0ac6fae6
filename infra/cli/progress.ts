/** How often a person who waits is told. */
const TELL_EVERY_MS = 5000;

/** Tells how far long work is; short work is over before the first line. */
export interface Progress {
  /** Called as often as one likes; most calls print nothing. */
  tell(sentence: () => string): void;
  /** Tells at once what a person needs when the work is interrupted. */
  announce(sentence: string): void;
}

/** @param write one line, with its end: standard error, for standard output is for the answer */
export function createProgress(write: (line: string) => void, now: () => number): Progress {
  let nextMs: number | undefined;
  return {
    announce: (sentence) => write(`${sentence}\n`),
    tell(sentence) {
      const nowMs = now();
      nextMs ??= nowMs + TELL_EVERY_MS;
      if (nowMs < nextMs) return;
      nextMs = nowMs + TELL_EVERY_MS;
      write(`${sentence()}\n`);
    },
  };
}
