import { openArchive } from '../../../shared/composition/operator.ts';
import type { Tenant } from '../../../shared/credential/name.ts';
import { checkArchive } from '../../../shared/maintenance/archive.ts';
import { type ArchiveEntry, ArchiveRefused } from '../../../shared/port/archive.ts';
import { readArchiveFile } from '../archive-file.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { table } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';
import { type BackupRequest, countedRows, requireFile } from './backup.ts';

const HELP = `\
Decrypts a backup to its end and reports what it holds. The store stays as it is.

  portal-credentials backup inspect FILE [options]

${COMMON_HELP}`;

interface TenantCounts {
  users: number;
  events: number;
  newestEventAtMs: number;
}

const COLUMNS = ['tenant', 'users', 'events', 'newest event'];

function createCount() {
  const { archive } = openArchive();
  const tenants = new Map<Tenant, TenantCounts>();
  const countsOf = (tenant: Tenant) => {
    const counts = tenants.get(tenant) ?? { users: 0, events: 0, newestEventAtMs: 0 };
    tenants.set(tenant, counts);
    return counts;
  };
  return {
    tenants,
    add(entry: ArchiveEntry): void {
      const account = archive.parseAccount(entry);
      if (account !== undefined) countsOf(account.user.tenant).users += 1;
      const found = archive.parseTenantEvent(entry);
      if (found === undefined) return;
      const counts = countsOf(found.tenant);
      counts.events += 1;
      counts.newestEventAtMs = Math.max(counts.newestEventAtMs, found.event.atMs);
    },
  };
}

export const backupInspect: Command<BackupRequest> = {
  summary: 'checks a backup, and reports what it holds',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: false,
  mayMakeStores: false,
  parse: ({ positionals }) => ({ file: requireFile(positionals) }),
  async run({ file }, { progress }) {
    const count = createCount();
    const summary = await checkArchive(
      openArchive().seal.read(),
      readArchiveFile(file),
      count.add,
      (rows) => progress.update(() => `${rows} rows read.`),
    ).catch((error: unknown) => {
      if (!(error instanceof ArchiveRefused) || error.message.startsWith(file)) throw error;
      throw new CommandRefused(`${file}: ${error.message}`);
    });
    const timeOf = (ms: number) => (ms === 0 ? undefined : new Date(ms).toISOString());
    const tenants = [...count.tenants].map(([tenant, { users, events, newestEventAtMs }]) => {
      return { tenant, users, events, newestEventAt: timeOf(newestEventAtMs) };
    });
    const { archiveId, startedAtMs, endedAtMs, rows } = summary;
    const rowsOf = tenants.map(({ tenant, users, events, newestEventAt }) => {
      return [tenant, String(users), String(events), newestEventAt ?? '–'];
    });
    const lines = tenants.length === 0 ? [] : table([COLUMNS, ...rowsOf]);
    const times = { startedAt: timeOf(startedAtMs), endedAt: timeOf(endedAtMs) };
    const when = `${times.startedAt} to ${times.endedAt}`;
    const what = `${file} holds ${countedRows(rows)}, as of ${when}.`;
    return {
      document: { file, backup: archiveId, ...times, rows, tenants },
      text: `${[what, ...lines].join('\n')}\n`,
    };
  },
};
