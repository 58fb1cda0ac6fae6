import { ArchiveRefused, type ArchiveSeal, type StoreArchive } from '../port/archive.ts';
import type { Clock } from '../port/clock.ts';
import { type ArchiveSummary, checkArchive, type OnRows, sealEntries } from './archive.ts';

export interface BackupDependencies {
  readonly archive: StoreArchive;
  readonly seal: ArchiveSeal;
  readonly clock: Clock;
}

/** Where the parts go. */
export interface ArchiveSink {
  write(part: string): Promise<void>;
  /** What was written, from the medium that it was written to. */
  readBack(): AsyncIterable<string>;
}

/**
 * Half a store must be neither kept nor changed: what is not back yet would look as if it were not
 * there.
 * @throws {ArchiveRefused} a restore is unfinished @throws {Unavailable}
 */
export async function requireWholeStore(archive: Pick<StoreArchive, 'findMark'>): Promise<void> {
  if ((await archive.findMark()) === undefined) return;
  throw new ArchiveRefused(
    'A restore into this store is not finished; run restore with its file again.',
  );
}

/**
 * Writes an archive of every row, then reads it back and decrypts it to the end. The service may
 * run meanwhile: each user is written as of one moment with its hashes; rows of different users
 * are of different moments between the two times of the summary.
 * @throws {ArchiveRefused} what was read back is not what was written, or a restore is unfinished
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
    throw new ArchiveRefused('What was read back is not the backup that was written.');
  }
  return written;
}

/** How many rows a backup would hold. @throws {Unavailable} */
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
