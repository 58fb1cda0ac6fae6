import { createReadStream } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { ARCHIVE_LINE_MAX_LENGTH } from '../../shared/crypto/sealed/archive-seal.ts';
import type { ArchiveSink } from '../../shared/maintenance/backup.ts';
import { ArchiveRefused } from '../../shared/port/archive.ts';
import { makeFile } from '../local/store/durable-file.ts';

/** Turns an error of the file system into a refusal, without its stack. */
function refused(file: string, what: string, error: unknown): ArchiveRefused {
  const { code } = error as NodeJS.ErrnoException;
  return new ArchiveRefused(`${file} ${what}${code === undefined ? '' : ` (${code})`}.`);
}

/**
 * Makes a new file; see {@link makeFile}. It gets its name only when `work` has read it back from
 * the disk.
 * @throws {ArchiveRefused} the file is there, or cannot be made
 */
export async function makeArchiveFile<Result>(
  file: string,
  work: (sink: ArchiveSink) => Promise<Result>,
): Promise<Result> {
  if (await stat(file).catch(() => undefined)) throw refused(file, 'is there already', {});
  try {
    return await makeFile(file, (handle, unfinished) => work(sinkInto(handle, unfinished)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw refused(file, 'cannot be made', error);
  }
}

function sinkInto(handle: FileHandle, unfinished: string): ArchiveSink {
  return {
    async write(part) {
      await handle.appendFile(`${part}\n`, 'latin1');
    },
    async *readBack() {
      await handle.sync();
      yield* readArchiveFile(unfinished);
    },
  };
}

/**
 * Reads the lines, of which one is in memory at a time with a piece of the file.
 * @throws {ArchiveRefused} the file cannot be read, or a line is longer than any line of an archive
 */
export async function* readArchiveFile(file: string): AsyncGenerator<string, void> {
  let pieces: string[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(file, 'latin1')) {
      const [end = '', ...beginnings] = (chunk as string).split('\n');
      pieces.push(end);
      length += end.length;
      for (const beginning of beginnings) {
        yield pieces.join('');
        pieces = [beginning];
        length = beginning.length;
      }
      if (length > ARCHIVE_LINE_MAX_LENGTH) {
        throw new ArchiveRefused(`${file} is not a backup: one of its lines is too long.`);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw refused(file, 'cannot be read', error);
  }
  if (length > 0) yield pieces.join('');
}
