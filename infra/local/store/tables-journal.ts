import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './durable-file.ts';

/** A row as Azurite keeps it, and what LokiJS adds to it. */
export interface KeptRow {
  readonly PartitionKey: string;
  readonly RowKey: string;
}

/** One row after a change; without `row` it is no longer there. */
export interface RowChange {
  readonly table: string;
  readonly key: readonly [partition: string, row: string];
  readonly row?: KeptRow;
}

/**
 * A journal follows one state of the tables, which is named in its first line by its digest. Each
 * further line is a JSON array of what changed at one moment.
 */
interface Header {
  readonly follows: string;
}

export const digestOf = (tables: string) => createHash('sha256').update(tables).digest('base64url');

/**
 * Reads the changes that follow these tables, in their order. A journal of other tables has none:
 * the tables were saved anew after it, or put back from a copy. The last line is left out if it is
 * unfinished: the process ended while it wrote it, before any answer.
 * @returns undefined if there is no journal
 * @throws {SyntaxError} a line before the last is damaged
 */
export async function readJournal(
  file: string,
  tables: string,
): Promise<readonly RowChange[] | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [first = '', ...lines] = text.split('\n').slice(0, -1);
  if (first === '' || (JSON.parse(first) as Header).follows !== digestOf(tables)) return [];
  return lines.flatMap((line) => JSON.parse(line) as RowChange[]);
}

/**
 * Appends a line, and makes the file first if it is not there. When this resolves the line survives
 * a killed process and a lost machine. One writer a file at a time.
 * @returns the length in bytes of what was written
 */
export async function appendToJournal(
  file: string,
  changes: readonly RowChange[],
  follows: string | undefined,
): Promise<number> {
  const header: Header | undefined = follows === undefined ? undefined : { follows };
  const lines = [...(header ? [header] : []), changes].map((line) => `${JSON.stringify(line)}\n`);
  const bytes = Buffer.from(lines.join(''));
  const handle = await open(file, header === undefined ? 'a' : 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (header !== undefined) await syncDirectory(dirname(file));
  return bytes.length;
}
