import { openArchive } from '../../../shared/composition/operator.ts';
import {
  type RestoreReport,
  restore as restoreArchive,
} from '../../../shared/maintenance/restore.ts';
import { ArchiveRefused } from '../../../shared/port/archive.ts';
import { readArchiveFile } from '../archive-file.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP, YES_HELP } from '../command.ts';
import { CommandRefused } from '../terminal.ts';
import { countedRows, requireFile } from './backup.ts';

const HELP = `\
Puts the rows of a backup into an empty store, and ends every session.

  portal-credentials restore FILE [options]

  --replace           removes what the store holds; without it a store that holds anything is left
                      alone
${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}
Stop the service first. The whole file is decrypted and checked before anything is written. If the
command is interrupted, run it again with the same file. Passwords and temporary passwords of the
backup are valid again, later ones are not. Every user must sign in again.
`;

export interface RestoreFileRequest {
  readonly file: string;
  readonly replace: boolean;
}

function describe(report: RestoreReport, isDryRun: boolean): string {
  const { users, withoutPassword, damaged, missingPepperVersions, startedAtMs } = report;
  const of = `the backup of ${new Date(startedAtMs).toISOString()}`;
  const what = `${users} users (${countedRows(report.rows)}) of ${of}`;
  const sentences = [
    isDryRun ? `Would be restored: ${what}.` : `Restored: ${what}. Every session is ended.`,
    ...(report.isResumed ? ['An earlier run of this restore had stopped.'] : []),
    ...withoutPassword.map((name) => `${name} no longer has a password. Reset it.`),
    ...damaged.map((key) => `The row "${key}" cannot be read; this user is left out.`),
    ...missingPepperVersions.map(
      (version) => `Hashes need the pepper version ${version}, which is not enabled in the vault.`,
    ),
  ];
  return `${sentences.join('\n')}\n`;
}

export const restore: Command<RestoreFileRequest> = {
  summary: 'puts the rows of a backup into the store',
  help: HELP,
  options: { replace: { type: 'boolean' } },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  restores: true,
  parse: ({ positionals, options }) => ({
    file: requireFile(positionals),
    replace: options.replace === true,
  }),
  warning: ({ replace }) =>
    replace ? 'This removes every row that the store holds, and ends every session.' : undefined,
  async run({ file, replace }, { isDryRun, progress }) {
    const report = await restoreArchive(
      openArchive(),
      { open: () => readArchiveFile(file), replace, isDryRun },
      (stage, rows) => progress.update(() => `${rows} rows ${stage}.`),
    ).catch((error: unknown) => {
      if (!(error instanceof ArchiveRefused) || error.message.startsWith(file)) throw error;
      throw new CommandRefused(`${file}: ${error.message}`);
    });
    const { archiveId, startedAtMs, endedAtMs, ...rest } = report;
    return {
      document: {
        ...(isDryRun && { dryRun: true }),
        file,
        backup: archiveId,
        startedAt: new Date(startedAtMs).toISOString(),
        ...rest,
      },
      text: describe(report, isDryRun),
      hasFailures: [report.withoutPassword, report.damaged, report.missingPepperVersions].some(
        (list) => list.length > 0,
      ),
    };
  },
};
