import { closeComposition, createFirstAdmins } from '../../shared/composition.ts';
import { announceAdmin } from './announcement.ts';
import { CREATE_ADMIN_HELP, parseCreateAdminOptions } from './command-line.ts';
import { createAdmin } from './local-system.ts';
import { explainFailure, takeTerminal } from './terminal.ts';

async function main(): Promise<void> {
  const { userName, recover, data, json, help } = parseCreateAdminOptions(process.argv.slice(2));
  if (help || userName === undefined) {
    process.stdout.write(CREATE_ADMIN_HELP);
    return;
  }
  takeTerminal();
  const admin = await createAdmin({
    userName,
    recover,
    data,
    adminMaker: { createFirstAdmins, closeComposition },
  });
  if (json) {
    const admins =
      admin === undefined ? [] : [{ userName, temporaryPassword: admin.temporaryPassword }];
    process.stdout.write(`${JSON.stringify({ admins })}\n`);
  } else if (admin === undefined) {
    process.stdout.write(
      `No admin was made for ${userName}: the tenant has one who can sign in. ` +
        '--recover does it all the same.\n',
    );
  } else {
    process.stdout.write(announceAdmin(admin));
  }
  process.exit(0);
}

main().catch((error: unknown) => {
  const { text, code } = explainFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
});
