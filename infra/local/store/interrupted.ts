import { readFileSync, rmSync } from 'node:fs';

/** Files that nobody can use once this process has ended; with a content, only while it is that. */
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

/** For commands: an interrupted one ends as the signal says, and leaves no half of a file. */
export function endAtSignal(): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      for (const [file, content] of files) removeSilently(file, content);
      // Its own handler is gone, so this time the signal ends the process.
      process.kill(process.pid, signal);
    });
  }
}

/** The process is ending: there is nobody left to be told. */
function removeSilently(file: string, content: string | undefined): void {
  try {
    if (content === undefined || readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {}
}
