import { readFileSync, rmSync } from 'node:fs';

/** Files that are of no use once this process has ended; with a content, only while it is that. */
const files = new Map<string, string | undefined>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has the file removed when a signal ends this process, if {@link endAtSignal} was called.
 * @param content removes the file only while it holds this
 * @returns takes that back
 */
export function removeAtSignal(file: string, content?: string): () => void {
  files.set(file, content);
  return () => {
    files.delete(file);
  };
}

/** A terminal signals the command and what started it, which passes its own on. */
const REPEAT_MS = 2000;

let stopping: AbortController | undefined;
let stoppedAtMs: number | undefined;

/**
 * Has the first signal stop the work of this command in order. One that comes more than
 * {@link REPEAT_MS} later ends it at once.
 * @returns what the first signal aborts
 */
export function stopAtSignal(): AbortSignal {
  stopping = new AbortController();
  return stopping.signal;
}

/** @returns whether the signal ends the process at once */
function isEnding(): boolean {
  if (stopping === undefined) return true;
  stoppedAtMs ??= Date.now();
  stopping.abort();
  return Date.now() - stoppedAtMs > REPEAT_MS;
}

/** For commands: an interrupted one ends as the signal says, and leaves no half of a file. */
export function endAtSignal(): void {
  for (const signal of SIGNALS) {
    const end = () => {
      if (!isEnding()) return;
      for (const [file, content] of files) removeSilently(file, content);
      // Without its handler the signal ends the process.
      process.off(signal, end);
      process.kill(process.pid, signal);
    };
    process.on(signal, end);
  }
}

/** Ignores errors: the process is ending. */
function removeSilently(file: string, content: string | undefined): void {
  try {
    if (content === undefined || readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {}
}
