import { createOccasion, wire } from '../../../shared/composition.ts';
import { fieldSentence } from '../../../shared/http/problem.ts';
import { en } from '../../../shared/http/text/en.ts';
import {
  type ImportReport,
  importUsers as importLines,
  type LineProblem,
} from '../../../shared/operation/import-users.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { textOf, UsageError } from '../command-line.ts';
import { type ImportFormat, readImportFile } from '../import-file.ts';

const HELP = `\
Creates users with the password hashes of another system.

  npm run -s import-users -- FILE [options]

  --format csv|jsonl  what FILE is; by default its name tells (.csv, .jsonl, .ndjson)
${DRY_RUN_HELP}${COMMON_HELP}
A line has userName, displayName, roles, and perhaps email, locale, passwordHash. In CSV the first
line names the columns, and roles are apart by spaces; in JSON lines they are a list. A hash is
bcrypt ($2a$, $2b$, $2y$), or PBKDF2 (SHA-256, SHA-512), scrypt or argon2 as a PHC string; argon2
needs Node 24.7 or later here and in the service. Who has none can sign in after an admin's reset.
Users who are there are never changed, so the same file can be imported again. No hash is ever
printed.
`;

export interface ImportRequest {
  readonly file: string;
  readonly format: ImportFormat;
}

function formatOf(file: string, given: string | undefined): ImportFormat {
  const format = given ?? file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  if (format === 'csv') return 'csv';
  if (format === 'jsonl' || (given === undefined && format === 'ndjson')) return 'jsonl';
  throw new UsageError('Say what the file is: --format csv or --format jsonl.');
}

function sentenceOf(error: LineProblem['errors'][number]): string {
  if ('sentence' in error) return error.sentence;
  const detail = fieldSentence(error.problem, en);
  return 'pointer' in error ? `${error.pointer}: ${detail}` : detail;
}

function toDocument(report: ImportReport, file: string, isDryRun: boolean): object {
  const { keptLines, problems, ...counts } = report;
  const errors = problems.map((problem) => ({
    line: problem.line,
    userName: problem.userName,
    errors: problem.errors.map((error) =>
      'pointer' in error
        ? { pointer: error.pointer, detail: fieldSentence(error.problem, en) }
        : { detail: sentenceOf(error) },
    ),
  }));
  return { ...(isDryRun && { dryRun: true }), file, ...counts, keptLines, errors };
}

function describe(report: ImportReport, isDryRun: boolean): string {
  const { created, unchanged, kept, failed, withoutPassword } = report;
  const who = ({ line, userName }: { line: number; userName?: string | undefined }) =>
    `Line ${line}${userName === undefined ? '' : ` (${userName})`}`;
  const lines = [
    ...report.problems.map(
      (problem) => `${who(problem)}: ${problem.errors.map(sentenceOf).join(' ')}`,
    ),
    ...report.keptLines.map((line) => `${who(line)}: is there with another profile, and stays so.`),
    `${created} ${isDryRun ? 'would be created' : 'created'}, ${unchanged} there already, ` +
      `${kept} kept as they are, ${failed} failed.`,
    ...(withoutPassword === 0
      ? []
      : [`${withoutPassword} of them without a password: an admin must reset those.`]),
  ];
  return `${lines.join('\n')}\n`;
}

export const importUsers: Command<ImportRequest> = {
  summary: 'creates users with the password hashes of another system',
  help: HELP,
  options: { format: { type: 'string' } },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse(given) {
    const [file = ''] = given.words;
    if (file === '') throw new UsageError('Name the file of the users.');
    return { file, format: formatOf(file, textOf(given, 'format')) };
  },
  async run({ file, format }, { isDryRun, progress }) {
    const report = await importLines(
      await wire(),
      readImportFile(file, format),
      { isDryRun, occasion: createOccasion() },
      (lines) => progress.tell(() => `${lines} lines done.`),
    );
    return {
      document: toDocument(report, file, isDryRun),
      text: describe(report, isDryRun),
      hasFailures: report.failed > 0,
    };
  },
};
