import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import type { Tenant } from '../../../shared/credential/name.ts';
import { viewUserRecord } from '../../../shared/http/view.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import { listTenantUsers } from '../../../shared/maintenance/batch.ts';
import { readEvents } from '../../../shared/maintenance/read-events.ts';
import { COMMON_HELP, type Command, type CommandContext } from '../command.ts';
import { requireTenantArgument, textOf, UsageError } from '../command-line.ts';
import { describeGaps, readNames, reportEvent } from '../event-report.ts';
import { makeLinesFile, type WriteLines } from '../lines-file.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Writes each user and each event of a tenant into a new file, without passwords.

  portal-credentials tenant export TENANT --out FILE [options]

  --out FILE          JSON lines (mode 0600): first the users, with "kind":"user", then the events,
                      newest first, with "kind":"event"
${COMMON_HELP}
If the store lacks an event, the answer says NOT COMPLETE, and the exit code is 1.
`;

export interface TenantExportRequest {
  readonly tenant: Tenant;
  readonly file: string;
}

async function exportTenant(tenant: Tenant, write: WriteLines, { progress }: CommandContext) {
  const { accounts, clock } = await loadServices();
  const names = await readNames(accounts.listNames(tenant));
  let users = 0;
  for await (const page of listTenantUsers(accounts, tenant)) {
    users += page.length;
    await write(page.map((user) => ({ kind: 'user', ...viewUserRecord(user, clock.now()) })));
  }
  if (users + names.size === 0) throw new CommandRefused(`There is no tenant ${tenant} here.`);
  let events = 0;
  const everything = { userId: undefined, types: undefined, sinceMs: 0, untilMs: Infinity };
  const pages = readEvents(accounts, { tenant, ...everything });
  let page = await pages.next();
  while (page.done !== true) {
    events += page.value.length;
    const reported = page.value.map((event) => reportEvent(event, tenant, names));
    await write(reported.map((event) => ({ kind: 'event', ...event })));
    progress.update(() => `${events} events written.`);
    page = await pages.next();
  }
  return { users, events, gaps: page.value };
}

export const tenantExport: Command<TenantExportRequest> = {
  summary: 'writes the users and events of a tenant into a file',
  help: HELP,
  options: { out: { type: 'string' } },
  argumentsMax: 1,
  changes: false,
  mayMakeStores: false,
  parse(given) {
    const file = textOf(given, 'out');
    if (file === undefined) throw new UsageError('Name the new file: --out FILE.');
    return { tenant: requireTenantArgument(given), file };
  },
  async run({ tenant, file }, context) {
    await requireWholeStore(openArchive().archive);
    const { result, sha256 } = await makeLinesFile(file, `--out: ${file}`, (write) =>
      exportTenant(tenant, write, context),
    );
    const { users, events, gaps } = result;
    const what = `${counted(users, 'user')} and ${counted(events, 'event')}`;
    return {
      document: { tenant, file, users, events, isComplete: gaps.length === 0, gaps, sha256 },
      text: `${file} holds ${what}, SHA-256 ${sha256}.\n${describeGaps(gaps)}`,
      hasFailures: gaps.length > 0,
    };
  },
};
