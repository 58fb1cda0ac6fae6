import { loadServices } from '../../../shared/composition/app.ts';
import { createRequestContext } from '../../../shared/composition/operator.ts';
import { fieldSentence } from '../../../shared/http/problem.ts';
import { en } from '../../../shared/http/text/en.ts';
import {
  type ImportReport,
  importUsers as importLines,
  type LineProblem,
} from '../../../shared/maintenance/import-users.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { textOf, UsageError } from '../command-line.ts';
import { DELIMITER_NAMES, type Delimiter } from '../import-csv.ts';
import { type ImportFormat, readImportFile } from '../import-file.ts';

const HELP = `\
Creates users with the password hashes of another system.

  portal-credentials import-users FILE [options]

  --format csv|jsonl  the format of FILE; default: by its name (.csv, .jsonl, .ndjson)
  --delimiter comma|semicolon|tab
                      the separator of CSV; by default it is taken from the first line
  --restore-deleted   also creates users who were deleted here; their event records it
${DRY_RUN_HELP}${COMMON_HELP}
A line has userName, displayName and roles, and may have email, secondEmail, locale, status (active
or disabled) and passwordHash; a user without a status is active. In CSV the first line names the
columns, in any order, and spaces separate roles; in JSON lines roles are a list. An empty field is
absent. The file is UTF-8.
A hash is bcrypt ($2a$, $2b$, $2y$); PBKDF2 (SHA-256, SHA-512), scrypt or argon2 as a PHC string or
as Django writes it; or one of ASP.NET Identity, version 3. It may take at most 128 MiB to verify.
argon2 needs Node 24.7 or later, here and in the service. A user without a hash can sign in after
an admin's reset.
Existing users are never changed, and users who were deleted here stay deleted, so the same
file can be imported again. No value of the file but the user name is ever printed.
`;

export interface ImportRequest {
  readonly file: string;
  readonly format: ImportFormat;
  /** The sign between fields; undefined takes it from the first line. */
  readonly delimiter: Delimiter | undefined;
  readonly restoreDeleted: boolean;
}

function formatOf(file: string, given: string | undefined): ImportFormat {
  const format = given ?? file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  if (format === 'csv') return 'csv';
  if (format === 'jsonl' || (given === undefined && format === 'ndjson')) return 'jsonl';
  throw new UsageError('Name the format: --format csv or --format jsonl.');
}

function delimiterOf(given: string | undefined, format: ImportFormat): Delimiter | undefined {
  if (given === undefined) return undefined;
  if (format !== 'csv') throw new UsageError('--delimiter is for CSV alone.');
  const name = DELIMITER_NAMES.find((one) => one === given);
  if (name !== undefined) return name;
  throw new UsageError(`--delimiter is one of ${DELIMITER_NAMES.join(', ')}.`);
}

function sentenceOf(error: LineProblem['errors'][number]): string {
  if ('sentence' in error) return error.sentence;
  const detail = fieldSentence(error.problem, en);
  return 'pointer' in error ? `${error.pointer}: ${detail}` : detail;
}

function toDocument(report: ImportReport, file: string, isDryRun: boolean): object {
  const { keptLines, deletedLines, problems, ...counts } = report;
  const errors = problems.map((problem) => ({
    line: problem.line,
    userName: problem.userName,
    errors: problem.errors.map((error) =>
      'pointer' in error
        ? { pointer: error.pointer, detail: fieldSentence(error.problem, en) }
        : { detail: sentenceOf(error) },
    ),
  }));
  return { ...(isDryRun && { dryRun: true }), file, ...counts, keptLines, deletedLines, errors };
}

function describe(report: ImportReport, isDryRun: boolean): string {
  const { created, unchanged, kept, deleted, failed, withoutPassword } = report;
  const place = ({ line, userName }: { line: number; userName?: string | undefined }) =>
    `Line ${line}${userName === undefined ? '' : ` (${userName})`}`;
  const lines = [
    ...report.problems.map(
      (problem) => `${place(problem)}: ${problem.errors.map(sentenceOf).join(' ')}`,
    ),
    ...report.keptLines.map(
      (line) => `${place(line)}: is there with another profile, and stays so.`,
    ),
    ...report.deletedLines.map(
      (line) => `${place(line)}: was deleted here, and stays so (--restore-deleted creates it).`,
    ),
    `${created} ${isDryRun ? 'would be created' : 'created'}, ${unchanged} there already, ` +
      `${kept} kept as they are, ${deleted} deleted before, ${failed} failed.`,
    ...(withoutPassword === 0
      ? []
      : [`${withoutPassword} of them without a password: an admin must reset those.`]),
  ];
  return `${lines.join('\n')}\n`;
}

export const importUsers: Command<ImportRequest> = {
  summary: 'creates users with the password hashes of another system',
  help: HELP,
  options: {
    format: { type: 'string' },
    delimiter: { type: 'string' },
    'restore-deleted': { type: 'boolean' },
  },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse(given) {
    const [file = ''] = given.positionals;
    if (file === '') throw new UsageError('Name the file of the users.');
    const format = formatOf(file, textOf(given, 'format'));
    const delimiter = delimiterOf(textOf(given, 'delimiter'), format);
    return { file, format, delimiter, restoreDeleted: given.options['restore-deleted'] === true };
  },
  async run({ file, format, delimiter, restoreDeleted }, { isDryRun, progress }) {
    const report = await importLines(
      await loadServices(),
      readImportFile(file, format, delimiter),
      { isDryRun, restoreDeleted, context: createRequestContext() },
      (lines) => progress.update(() => `${lines} lines done.`),
    );
    return {
      document: toDocument(report, file, isDryRun),
      text: describe(report, isDryRun),
      hasFailures: report.failed > 0,
    };
  },
};
