import { openArchive } from '../../../shared/composition/operator.ts';
import type { RowCounts } from '../../../shared/maintenance/archive.ts';
import { backUp, countRows } from '../../../shared/maintenance/backup.ts';
import { makeArchiveFile } from '../archive-file.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { UsageError } from '../command-line.ts';
import { requireNewFile } from '../new-file.ts';

const HELP = `\
Writes every row of the store into a new file, encrypted, and reads it back to check it.

  portal-credentials backup FILE [options]

${DRY_RUN_HELP}${COMMON_HELP}
The service may run meanwhile. The file is for its owner alone (mode 0600) and opens with the
vault's secret backup-key, which the first backup makes. The vault itself is not in it: without the
same versions of password-pepper, no password in it can be verified.
`;

/** The space for a first piece; the size of all rows is known only when they are encrypted. */
const PROBE_BYTES = 4096;

export interface BackupRequest {
  readonly file: string;
}

/** Returns `3 rows of accounts, 1 of attempts, 0 of expiries`. */
export function countedRows({ accounts, attempts, expiries }: RowCounts): string {
  return `${accounts} rows of accounts, ${attempts} of attempts, ${expiries} of expiries`;
}

/** @throws {UsageError} */
export function requireFile(positionals: readonly string[]): string {
  const [file = ''] = positionals;
  if (file !== '') return file;
  throw new UsageError('Name the file of the backup.');
}

export const backup: Command<BackupRequest> = {
  summary: 'writes all rows into a new file, encrypted',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse: ({ positionals }) => ({ file: requireFile(positionals) }),
  async run({ file }, { isDryRun, progress }) {
    const dependencies = openArchive();
    const onRows = (rows: number) => progress.update(() => `${rows} rows read.`);
    if (isDryRun) {
      await requireNewFile(file, PROBE_BYTES, file);
      const rows = await countRows(dependencies, onRows);
      const text = `${file} would hold ${countedRows(rows)}.\n`;
      return { document: { dryRun: true, file, rows }, text };
    }
    const summary = await makeArchiveFile(file, (sink) => backUp(dependencies, sink, onRows));
    const { archiveId, rows } = summary;
    const startedAt = new Date(summary.startedAtMs).toISOString();
    const endedAt = new Date(summary.endedAtMs).toISOString();
    return {
      document: { file, backup: archiveId, startedAt, endedAt, rows },
      text: `${file} holds ${countedRows(rows)}, and was read back.\n`,
    };
  },
};
