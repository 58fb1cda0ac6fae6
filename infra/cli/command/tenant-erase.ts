import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import type { Tenant } from '../../../shared/credential/name.ts';
import { eraseTenant } from '../../../shared/maintenance/erase-tenant.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP, YES_HELP } from '../command.ts';
import { requireTenantArgument } from '../command-line.ts';
import { counted } from '../report-text.ts';
import { worded } from '../terminal.ts';

const HELP = `\
Removes all rows of a tenant from the store, its events too. Only a backup of the whole store can
restore them.

  portal-credentials tenant erase TENANT [options]

${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}
First export what must be kept: tenant export. If the command is interrupted, run it again.
`;

export interface TenantEraseRequest {
  readonly tenant: Tenant;
}

export const tenantErase: Command<TenantEraseRequest> = {
  summary: 'removes a tenant with its users and events',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse: (given) => ({ tenant: requireTenantArgument(given) }),
  warning: ({ tenant }) => `This removes every user and every event of ${tenant}, for ever.`,
  async run({ tenant }, { isDryRun, progress }) {
    const services = await loadServices();
    const dependencies = { ...services, archive: openArchive().archive };
    const erased = await worded(
      (code) => (code === 'not-found' ? `There is no tenant ${tenant} here.` : undefined),
      () =>
        eraseTenant(dependencies, { tenant, isDryRun }, (rows) =>
          progress.update(() => `${rows} rows removed.`),
        ),
    );
    const { users, deletedUsers, rows } = erased;
    const what = `${counted(users, 'user')} and ${deletedUsers} deleted before`;
    return {
      document: isDryRun
        ? { dryRun: true, tenant, users, deletedUsers }
        : { tenant, users, deletedUsers, rows },
      text: isDryRun
        ? `${tenant} would be erased: ${what}, with their events.\n`
        : `${tenant} is erased: ${what}, with their events (${counted(rows, 'row')}).\n`,
    };
  },
};
