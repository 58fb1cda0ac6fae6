import { open } from 'node:fs/promises';
import { cannotBeMade } from './new-file.ts';
import { CommandRefused } from './terminal.ts';

export interface GrowingFile {
  /** The moment from which events may be missing; undefined in a new file. */
  readonly fromMs: number | undefined;
  /** The ids of the events from that moment on that the file has, with their own moments. */
  readonly taken: ReadonlyMap<string, number>;
  append(documents: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** Reads the id and the moment of an event, as it is or in OCSF. */
function parseLine(line: string): { readonly id: string; readonly atMs: number } | undefined {
  try {
    const { eventId, at, metadata, time } = JSON.parse(line);
    const id: unknown = eventId ?? metadata?.uid;
    const atMs = typeof at === 'string' ? Date.parse(at) : Number(time);
    return typeof id === 'string' && Number.isFinite(atMs) ? { id, atMs } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Opens a file of events, one a line, or makes it (mode 0600). A last line that was not finished is
 * cut off: its event is written again.
 * @throws {CommandRefused} it cannot be opened, or another line is not an event
 */
export async function openGrowingFile(file: string, overlapMs: number): Promise<GrowingFile> {
  const handle = await open(file, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw cannotBeMade(`--out: ${file}`, error.code);
  });
  try {
    const taken = new Map<string, number>();
    let newestMs: number | undefined;
    let length = 0;
    const { size } = await handle.stat();
    const stream = handle.createReadStream({ start: 0, autoClose: false, encoding: 'latin1' });
    for await (const line of linesOf(stream)) {
      const end = length + line.length + 1;
      if (end > size) break;
      length = end;
      const event = parseLine(line);
      if (event === undefined) throw new CommandRefused(`--out: ${file} is not a file of events.`);
      newestMs = Math.max(newestMs ?? 0, event.atMs);
      taken.set(event.id, event.atMs);
      for (const [id, atMs] of taken) {
        if (atMs >= newestMs - overlapMs) break;
        taken.delete(id);
      }
    }
    await handle.truncate(length);
    return {
      fromMs: newestMs === undefined ? undefined : newestMs - overlapMs,
      taken,
      async append(documents) {
        const text = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
        await handle.appendFile(text, 'utf8');
        await handle.sync();
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Splits at line feeds. In latin1 a character is a byte, so that lengths are those of the file. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
