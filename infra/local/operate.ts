/** `npm run NAME -- …`: one bundle for all operations commands, called with the name first. */
import { closeComposition, VERSION } from '../../shared/composition.ts';
import { backup } from './command/backup.ts';
import { createAdmin } from './command/create-admin.ts';
import { credentialReport } from './command/credential-report.ts';
import { endSessionsCommand } from './command/end-sessions.ts';
import { importUsers } from './command/import-users.ts';
import { resetTenant } from './command/reset-tenant.ts';
import { restore } from './command/restore.ts';
import { rotate } from './command/rotate.ts';
import { type Command, runCommand } from './command.ts';
import { UsageError } from './command-line.ts';
import { createProgress } from './progress.ts';
import { explainFailure, takeTerminal } from './terminal.ts';

/** What a request is, is between a command's own `parse` and `run`. */
// biome-ignore lint/suspicious/noExplicitAny: a list of commands of different requests
const COMMANDS: Readonly<Record<string, Command<any>>> = {
  'create-admin': createAdmin,
  'credential-report': credentialReport,
  'end-sessions': endSessionsCommand,
  'reset-tenant': resetTenant,
  rotate,
  backup,
  restore,
  'import-users': importUsers,
};

async function main(): Promise<void> {
  const [name = '', ...argv] = process.argv.slice(2);
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`"${name}" is none of ${Object.keys(COMMANDS).join(', ')}.`);
  }
  takeTerminal();
  const progress = createProgress((line) => process.stderr.write(line), Date.now);
  const { text, code } = await runCommand(command, argv, { closeComposition, progress });
  process.stdout.write(text);
  process.exit(code);
}

main().catch((error: unknown) => {
  const { text, code } = explainFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
});
