import { backup } from './command/backup.ts';
import { createAdmin } from './command/create-admin.ts';
import { credentialReport } from './command/credential-report.ts';
import { endSessionsCommand } from './command/end-sessions.ts';
import { importUsers } from './command/import-users.ts';
import { reindex } from './command/reindex.ts';
import { resetTenant } from './command/reset-tenant.ts';
import { restore } from './command/restore.ts';
import { rotate } from './command/rotate.ts';
import type { Command } from './command.ts';
import { UsageError } from './command-line.ts';

/** What a request is, is between a command's own `parse` and `run`. */
// biome-ignore lint/suspicious/noExplicitAny: a list of commands of different requests
type AnyCommand = Command<any>;

/** By name. A new command is a file in `command/` and a line here; package.json has its script. */
export const COMMANDS: Readonly<Record<string, AnyCommand>> = {
  'create-admin': createAdmin,
  'credential-report': credentialReport,
  'end-sessions': endSessionsCommand,
  'reset-tenant': resetTenant,
  rotate,
  backup,
  restore,
  reindex,
  'import-users': importUsers,
};

/** @throws {UsageError} there is no command of this name */
export function requireCommand(name: string): AnyCommand {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command;
  const names = Object.keys(COMMANDS).join(', ');
  throw new UsageError(`"${name}" is none of ${names}. See --help.`);
}

export function describeCommands(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(19)} ${summary}\n`,
  );
  return `\
Operates the service of portal-credentials.

  portal-credentials COMMAND [options]
  npm run -s COMMAND -- [options]

${lines.join('')}\
  start               serves everything on this machine
  help COMMAND        tells what a command does, as COMMAND --help does

Settings are read from the environment; the README lists them. Exit codes: 0 done, 1 not (or not
all) done, 2 not understood.
`;
}
