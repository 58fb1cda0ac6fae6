import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import type { Tenant, UserName } from '../../../shared/credential/name.ts';
import { adminEntry } from '../../../shared/credential/rank.ts';
import type { User } from '../../../shared/credential/user.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { openPseudonyms } from '../pseudonym-list.ts';
import { counted, table } from '../report-text.ts';

const HELP = `\
Lists every tenant, each with its pseudonym in the log.

  portal-credentials tenants list [options]

${COMMON_HELP}
A tenant whose users are all deleted is listed too: its events stay. Global admins are counted that
are active and have a permanent password.
`;

const COLUMNS = [
  ...['tenant', 'users', 'disabled', 'locked', 'global admins', 'last event'],
  'tenantPseudonym',
];

interface Counts {
  users: number;
  disabled: number;
  locked: number;
  globalAdmins: number;
  lastEventAtMs: number;
}

function add(counts: Counts, user: User): void {
  const admin = adminEntry(user);
  counts.users += 1;
  if (user.status === 'disabled') counts.disabled += 1;
  if (user.isLocked) counts.locked += 1;
  if (admin?.isGlobal === true && admin.isEffective) counts.globalAdmins += 1;
  counts.lastEventAtMs = Math.max(counts.lastEventAtMs, user.lastEventAtMs);
}

/** Counts the tenants, also those without a user. */
async function countTenants(
  onProgress: (users: number) => void,
): Promise<ReadonlyMap<Tenant, Counts>> {
  const { accounts } = await loadServices();
  const none = { users: 0, disabled: 0, locked: 0, globalAdmins: 0, lastEventAtMs: 0 };
  const tenants = new Map<Tenant, Counts>();
  for await (const tenant of accounts.listTenants()) tenants.set(tenant, { ...none });
  let read = 0;
  for await (const page of accounts.listAllUsers()) {
    for (const { value: user } of page) {
      const counts = tenants.get(user.tenant) ?? { ...none };
      tenants.set(user.tenant, counts);
      add(counts, user);
    }
    read += page.length;
    onProgress(read);
  }
  return tenants;
}

export const tenantsList: Command<undefined> = {
  summary: 'lists every tenant',
  help: HELP,
  options: {},
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse: () => undefined,
  async run(_, { progress }) {
    await requireWholeStore(openArchive().archive);
    const pseudonymsOf = await openPseudonyms();
    const counts = await countTenants((users) => progress.update(() => `${users} users read.`));
    const tenants = [...counts].map(([tenant, { lastEventAtMs, ...numbers }]) => ({
      tenant,
      ...numbers,
      ...(lastEventAtMs > 0 && { lastEventAt: new Date(lastEventAtMs).toISOString() }),
      tenantPseudonym: pseudonymsOf(`any@${tenant}` as UserName)[0]?.tenantPseudonym,
    }));
    const rows = tenants.map((one) => [
      ...[one.tenant, one.users, one.disabled, one.locked, one.globalAdmins].map(String),
      ...[one.lastEventAt ?? '–', one.tenantPseudonym ?? '–'],
    ]);
    const lines = rows.length === 0 ? [] : table([COLUMNS, ...rows]);
    const text = [...lines, `${counted(tenants.length, 'tenant')}.`, ''].join('\n');
    return { document: { tenants }, text };
  },
};
