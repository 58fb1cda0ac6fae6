import { Console } from 'node:console';
import { ArchiveRefused } from '../../shared/port.ts';
import { SettingError } from '../../shared/setting.ts';
import { UsageError } from './command-line.ts';
import { DataDirectoryError } from './data-directory.ts';

/** A command that may not be obeyed as things are; the message is one sentence for a person. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/**
 * Standard output is for the answer alone: whatever else writes to the console goes to stderr.
 * A reader that closes its end (`| head -1`) ends neither the service nor its work.
 */
export function takeTerminal(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** One sentence where a person can put it right, all there is to know where it is a defect. */
export function explainFailure(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof UsageError) return { text: error.message, code: 2 };
  const isForPeople = [SettingError, DataDirectoryError, CommandRefused, ArchiveRefused].some(
    (kind) => error instanceof kind,
  );
  if (isForPeople) return { text: (error as Error).message, code: 1 };
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') {
    return { text: `The port ${port} is in use; --port 0 picks a free one.`, code: 1 };
  }
  if (code === 'EACCES' && port !== undefined) {
    return { text: `The port ${port} may not be used by this account.`, code: 1 };
  }
  // Of a part that does not answer the message says enough; port.ts keeps secrets out of it.
  if (error instanceof Error && error.name === 'Unavailable') {
    return { text: error.message, code: 1 };
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
}
