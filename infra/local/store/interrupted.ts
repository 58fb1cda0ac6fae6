import { readFileSync, rmSync } from 'node:fs';

/** The files to remove when this process ends; one with a content only while it holds that. */
const files = new Map<string, string | undefined>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has the file removed when a signal ends this process, if {@link endAtSignal} was called.
 * @param content removes the file only while it holds this
 * @returns the function that cancels it
 */
export function removeAtSignal(file: string, content?: string): () => void {
  files.set(file, content);
  return () => {
    files.delete(file);
  };
}

/** A signal within this time is a repeat: both the terminal and the parent process send it. */
const REPEAT_MS = 2000;

let stopping: AbortController | undefined;
let stoppedAtMs: number | undefined;

/**
 * Has the first signal stop the work of this command in order. One that arrives more
 * than {@link REPEAT_MS} later ends it at once.
 * @returns the signal that aborts the work
 */
export function stopAtSignal(): AbortSignal {
  stopping = new AbortController();
  return stopping.signal;
}

/** @returns true if the signal ends the process at once */
function isEnding(): boolean {
  if (stopping === undefined) return true;
  stoppedAtMs ??= Date.now();
  stopping.abort();
  return Date.now() - stoppedAtMs > REPEAT_MS;
}

/** Has an interrupted command end as the signal demands, and leave no half of a file. */
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

/** Removes the file and ignores errors, for the process is ending. */
function removeSilently(file: string, content: string | undefined): void {
  try {
    if (content === undefined || readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {}
}
