import { backup } from './command/backup.ts';
import { backupInspect } from './command/backup-inspect.ts';
import { createAdmin } from './command/create-admin.ts';
import { credentialReport } from './command/credential-report.ts';
import { doctor } from './command/doctor.ts';
import { endSessionsCommand } from './command/end-sessions.ts';
import { events } from './command/events.ts';
import { importUsers } from './command/import-users.ts';
import { noticesDrop } from './command/notices-drop.ts';
import { noticesList } from './command/notices-list.ts';
import { noticesResend } from './command/notices-resend.ts';
import { noticesResume } from './command/notices-resume.ts';
import { noticesTest } from './command/notices-test.ts';
import { reindex } from './command/reindex.ts';
import { resetTenant } from './command/reset-tenant.ts';
import { restore } from './command/restore.ts';
import { rotate } from './command/rotate.ts';
import { tenantErase } from './command/tenant-erase.ts';
import { tenantExport } from './command/tenant-export.ts';
import { tenantLoosen } from './command/tenant-loosen.ts';
import { tenantsList } from './command/tenants-list.ts';
import { usersDelete } from './command/users-delete.ts';
import { usersDisable } from './command/users-disable.ts';
import { usersEnable } from './command/users-enable.ts';
import { usersList } from './command/users-list.ts';
import { usersReset } from './command/users-reset.ts';
import { usersShow } from './command/users-show.ts';
import { usersUnlock } from './command/users-unlock.ts';
import { webhookSecret } from './command/webhook-secret.ts';
import type { Command } from './command.ts';
import { UsageError } from './command-line.ts';

/** A command whose request only its own `parse` and `run` need to agree on. */
// biome-ignore lint/suspicious/noExplicitAny: a list of commands of different requests
type AnyCommand = Command<any>;

/** The commands by name. A new command is a file in `command/` and a line here. */
export const COMMANDS: Readonly<Record<string, AnyCommand>> = {
  doctor,
  'users list': usersList,
  'users show': usersShow,
  'users reset': usersReset,
  'users unlock': usersUnlock,
  'users disable': usersDisable,
  'users enable': usersEnable,
  'users delete': usersDelete,
  'tenants list': tenantsList,
  'tenant export': tenantExport,
  'tenant erase': tenantErase,
  'tenant loosen': tenantLoosen,
  events,
  'create-admin': createAdmin,
  'credential-report': credentialReport,
  'end-sessions': endSessionsCommand,
  'reset-tenant': resetTenant,
  rotate,
  'webhook-secret': webhookSecret,
  'notices list': noticesList,
  'notices resend': noticesResend,
  'notices resume': noticesResume,
  'notices drop': noticesDrop,
  'notices test': noticesTest,
  backup,
  'backup inspect': backupInspect,
  restore,
  reindex,
  'import-users': importUsers,
};

export interface ChosenCommand {
  readonly command: AnyCommand;
  /** The words after the name. */
  readonly argv: readonly string[];
}

/**
 * Finds the command whose name, of one word or two, begins the line.
 * @throws {UsageError} there is no command of this name
 */
export function chooseCommand(words: readonly string[]): ChosenCommand {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = isCommand(name) ? COMMANDS[name] : undefined;
    if (command !== undefined) return { command, argv: words.slice(length) };
  }
  const [first = '', second] = words;
  const group = namesOf(first);
  const given = group.length > 0 && second !== undefined ? `${first} ${second}` : first;
  const names = group.length > 0 ? group : Object.keys(COMMANDS);
  throw new UsageError(
    `Unknown command "${given}". Choose one of ${names.join(', ')}. See --help.`,
  );
}

export function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/** Lists the commands whose names have two words, of which this is the first. */
export function namesOf(group: string): readonly string[] {
  return Object.keys(COMMANDS).filter((name) => name.startsWith(`${group} `));
}

/** @param names of COMMANDS */
export function describeCommands(names: readonly string[] = Object.keys(COMMANDS)): string {
  const lines = names.map((name) => `  ${name.padEnd(19)} ${COMMANDS[name]?.summary}\n`);
  return `\
Operates the service of portal-credentials.

  portal-credentials COMMAND [options]
  npm run -s cli -- COMMAND [options]

${lines.join('')}\
  start               serves everything on this machine
  completion SHELL    prints a script that completes commands in bash or zsh
  help COMMAND        describes a command, as COMMAND --help does

Settings are read from the environment; shared/CONTRACT.md lists them.
Exit codes: 0 done, 1 not (or not all) done, 2 not understood, 3 try again later.
`;
}
