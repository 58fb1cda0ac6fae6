import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import type { UserName } from '../../../shared/credential/name.ts';
import { viewUserRecord } from '../../../shared/http/view.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { requireUserArgument } from '../command-line.ts';
import { openPseudonyms, type VersionedPseudonyms } from '../pseudonym-list.ts';

const HELP = `\
Shows one user, and the pseudonyms that stand for the name and its tenant in the log.

  portal-credentials users show USER_NAME [options]

${COMMON_HELP}
Pseudonyms are shown for a name that does not exist too; the exit code is then 1. Each version of
the pepper gives others: the log uses those of the newest, 10 to 20 minutes after it was made.
`;

export interface UserRequest {
  readonly userName: UserName;
}

type UserRecord = ReturnType<typeof viewUserRecord>;

function describeUser(userName: string, user: UserRecord | undefined): readonly string[] {
  if (user === undefined) return [`${userName} does not exist.`];
  const { credential } = user;
  const facts = [
    ['id', user.userId],
    ['display name', user.displayName],
    ['email', user.email],
    ['secondEmail', user.secondEmail],
    ['roles', user.roles.join(', ')],
    ['status', user.status],
    ['credential', credential.state],
    ['changed at', 'changedAt' in credential ? credential.changedAt : undefined],
    ['expires at', 'expiresAt' in credential ? credential.expiresAt : undefined],
    ['created at', user.createdAt],
    ['last sign-in', user.lastSignInAt],
  ];
  const lines = facts.filter(([, value]) => value !== undefined && value !== '');
  return [userName, ...lines.map(([name = '', value]) => `  ${name.padEnd(14)} ${value}`)];
}

function describePseudonyms(pseudonyms: readonly VersionedPseudonyms[]): readonly string[] {
  return pseudonyms.flatMap(({ pepperVersion, namePseudonym, tenantPseudonym }) => [
    `In the log under pepper version ${pepperVersion}:`,
    `  namePseudonym   ${namePseudonym}`,
    `  tenantPseudonym ${tenantPseudonym}`,
  ]);
}

export const usersShow: Command<UserRequest> = {
  summary: 'shows a user, and the pseudonyms of the name in the log',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: false,
  mayMakeStores: false,
  parse: (given) => ({ userName: requireUserArgument(given) }),
  async run({ userName }) {
    await requireWholeStore(openArchive().archive);
    const { accounts, clock } = await loadServices();
    const found = await accounts.findUser(userName);
    const user = found && viewUserRecord(found.value, clock.now());
    const pseudonyms = (await openPseudonyms())(userName);
    const lines = [...describeUser(userName, user), ...describePseudonyms(pseudonyms)];
    return {
      document: { userName, user: user ?? null, pseudonyms },
      text: `${lines.join('\n')}\n`,
      hasFailures: user === undefined,
    };
  },
};
