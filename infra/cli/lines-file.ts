import { createHash } from 'node:crypto';
import { makeFile } from '../local/store/durable-file.ts';
import { cannotBeMade } from './new-file.ts';

/** Writes documents, one a line. */
export type WriteLines = (documents: readonly object[]) => Promise<void>;

/**
 * Makes a new file of JSON lines, readable by its owner alone (mode 0600). It gets
 * its name only when `work` is done.
 * @param what begins the sentence of a refusal
 * @throws {CommandRefused} the file is there, or cannot be made
 */
export async function makeLinesFile<Result>(
  file: string,
  what: string,
  work: (write: WriteLines) => Promise<Result>,
): Promise<{ readonly result: Result; readonly sha256: string }> {
  const hash = createHash('sha256');
  try {
    const result = await makeFile(file, (handle) =>
      work(async (documents) => {
        const text = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
        hash.update(text, 'utf8');
        await handle.appendFile(text, 'utf8');
      }),
    );
    return { result, sha256: hash.digest('hex') };
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : cannotBeMade(what, code);
  }
}
