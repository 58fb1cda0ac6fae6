import { ArchiveRefused, type ArchiveSeal, type StoreArchive } from '../port/archive.ts';
import type { Clock } from '../port/clock.ts';
import { type ArchiveSummary, checkArchive, type OnRows, sealEntries } from './archive.ts';

export interface BackupDependencies {
  readonly archive: StoreArchive;
  readonly seal: ArchiveSeal;
  readonly clock: Clock;
}

/** The medium that the parts are written to. */
export interface ArchiveSink {
  write(part: string): Promise<void>;
  /** Reads the parts from the medium that they were written to. */
  readBack(): AsyncIterable<string>;
}

/**
 * Requires a whole store. Half a store must be neither backed up nor changed: rows that are not
 * restored yet would look as if they did not exist.
 * @throws {ArchiveRefused} a restore is unfinished
 * @throws {Unavailable}
 */
export async function requireWholeStore(archive: Pick<StoreArchive, 'findMark'>): Promise<void> {
  if ((await archive.findMark()) === undefined) return;
  throw new ArchiveRefused(
    'A restore into this store is not finished; run restore with its file again.',
  );
}

/**
 * Writes an archive of every row, then reads it back and decrypts it to the end. The service may
 * keep running: each user is written as of one moment with its hashes; rows of different users are
 * of different moments between the two times of the summary.
 * @throws {ArchiveRefused} the parts that were read back differ from those written, or a restore is
 * unfinished
 * @throws {Unavailable}
 */
export async function backUp(
  { archive, seal, clock }: BackupDependencies,
  sink: ArchiveSink,
  onRows: OnRows,
): Promise<ArchiveSummary> {
  await requireWholeStore(archive);
  const parts = sealEntries(seal, archive.listEntries(), () => clock.now(), onRows);
  let written: ArchiveSummary | undefined;
  while (written === undefined) {
    const { done, value } = await parts.next();
    if (done === true) written = value;
    else await sink.write(value);
  }
  const reader = seal.read(written.archiveId);
  const read = await checkArchive(
    reader,
    sink.readBack(),
    () => {},
    () => {},
  );
  if (JSON.stringify(read) !== JSON.stringify(written)) {
    throw new ArchiveRefused('The backup that was read back differs from the one written.');
  }
  return written;
}

/**
 * Counts the rows that a backup would hold.
 * @throws {Unavailable}
 */
export async function countRows(
  { archive }: Pick<BackupDependencies, 'archive'>,
  onRows: OnRows,
): Promise<ArchiveSummary['rows']> {
  const rows = { accounts: 0, attempts: 0, expiries: 0 };
  for await (const page of archive.listEntries()) {
    for (const entry of page) rows[entry.table] += entry.rows.length;
    onRows(rows.accounts + rows.attempts + rows.expiries);
  }
  return rows;
}
