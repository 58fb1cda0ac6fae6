import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import type { Tenant } from '../../../shared/credential/name.ts';
import { CREDENTIAL_STATES } from '../../../shared/credential/state.ts';
import type { User } from '../../../shared/credential/user.ts';
import { viewUserRecord } from '../../../shared/http/view.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import { listTenantUsers } from '../../../shared/maintenance/batch.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { requireTenantArgument, textOf, UsageError } from '../command-line.ts';
import { openPseudonyms } from '../pseudonym-list.ts';
import { counted, table } from '../report-text.ts';

/** The values of `--state`: states of the credential, and a status. */
const STATES = [...CREDENTIAL_STATES, 'disabled'] as const;
type State = (typeof STATES)[number];

const HELP = `\
Lists the users of a tenant, each with the pseudonym of its name in the log.

  portal-credentials users list TENANT [options]

  --state STATE       only those: ${STATES.join(', ')}
${COMMON_HELP}`;

export interface UsersListRequest {
  readonly tenant: Tenant;
  readonly state: State | undefined;
}

const COLUMNS = ['user name', 'credential', 'status', 'roles', 'last sign-in', 'namePseudonym'];

function requireState(text: string | undefined): State | undefined {
  const state = STATES.find((one) => one === text);
  if (text === undefined || state !== undefined) return state;
  throw new UsageError(`--state must be one of ${STATES.join(', ')}, not "${text}".`);
}

export const usersList: Command<UsersListRequest> = {
  summary: 'lists the users of a tenant',
  help: HELP,
  options: { state: { type: 'string' } },
  argumentsMax: 1,
  changes: false,
  mayMakeStores: false,
  parse: (given) => ({
    tenant: requireTenantArgument(given),
    state: requireState(textOf(given, 'state')),
  }),
  async run({ tenant, state }, { progress }) {
    await requireWholeStore(openArchive().archive);
    const { accounts, clock } = await loadServices();
    const pseudonymsOf = await openPseudonyms();
    const nowMs = clock.now();
    const users: (ReturnType<typeof viewUserRecord> & { namePseudonym: string | undefined })[] = [];
    const isWanted = (user: User) => {
      const { status, credential } = viewUserRecord(user, nowMs);
      return state === undefined || state === status || state === credential.state;
    };
    for await (const page of listTenantUsers(accounts, tenant)) {
      for (const user of page.filter(isWanted)) {
        const namePseudonym = pseudonymsOf(user.userName)[0]?.namePseudonym;
        users.push({ ...viewUserRecord(user, nowMs), namePseudonym });
      }
      progress.update(() => `${users.length} users found.`);
    }
    const rows = users.map((user) => [
      ...[user.userName, user.credential.state, user.status, user.roles.join(', ')],
      ...[user.lastSignInAt ?? '–', user.namePseudonym ?? '–'],
    ]);
    const lines = rows.length === 0 ? [] : table([COLUMNS, ...rows], COLUMNS.length);
    const text = [...lines, `${counted(users.length, 'user')} of ${tenant}.`, ''].join('\n');
    return { document: { tenant, users }, text };
  },
};
