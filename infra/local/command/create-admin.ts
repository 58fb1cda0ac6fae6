import { createFirstAdmins, wire } from '../../../shared/composition.ts';
import type { UserName } from '../../../shared/credential/name.ts';
import { listFirstAdminsToMake } from '../../../shared/operation/create-first-admin.ts';
import { announceAdmin } from '../announcement.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { requireUserName, UsageError } from '../command-line.ts';

const HELP = `\
Makes the first global admin of a tenant and prints the temporary password.

  npm run -s create-admin -- USER_NAME [options]

  --recover           does it even if the tenant has an admin: for one who is lost, locked or lapsed
${DRY_RUN_HELP}${COMMON_HELP}`;

const WHY = ': the tenant has one who can sign in. --recover does it all the same.\n';

export interface CreateAdminRequest {
  readonly userName: UserName;
  readonly recover: boolean;
}

export const createAdmin: Command<CreateAdminRequest> = {
  summary: "makes a tenant's first admin; --recover helps one who is locked out",
  help: HELP,
  options: { recover: { type: 'boolean' } },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: true,
  parse({ options, words: [name] }) {
    if (name === undefined) {
      throw new UsageError('A user name is missing, such as admin@contoso.example.');
    }
    return { userName: requireUserName(name), recover: options.recover === true };
  },
  async run({ userName, recover }, { isDryRun }) {
    const request = { userNames: [userName], recover };
    if (isDryRun) {
      const wanted = await listFirstAdminsToMake(await wire(), request);
      const admins = wanted.map((name) => ({ userName: name }));
      const would = `${userName} would be made a global admin, with a temporary password.\n`;
      const text = admins.length === 0 ? `No admin would be made for ${userName}${WHY}` : would;
      return { document: { dryRun: true, admins }, text };
    }
    const [admin] = await createFirstAdmins(request);
    if (admin === undefined) {
      return { document: { admins: [] }, text: `No admin was made for ${userName}${WHY}` };
    }
    const { temporaryPassword } = admin;
    return { document: { admins: [{ userName, temporaryPassword }] }, text: announceAdmin(admin) };
  },
};
