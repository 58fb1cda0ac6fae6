import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import { type Tenant, tenantOf, type UserId } from '../../../shared/credential/name.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import {
  type EventGap,
  type EventQuery,
  readEvents,
} from '../../../shared/maintenance/read-events.ts';
import type { AccountStore } from '../../../shared/port/store.ts';
import { COMMON_HELP, type Command, type CommandAnswer, type CommandContext } from '../command.ts';
import { followEvents } from '../event-follow.ts';
import {
  describeEvent,
  describeGaps,
  type Names,
  type ReportedEvent,
  readNames,
  reportEvent,
} from '../event-report.ts';
import { type EventsRequest, parseEventsRequest } from '../event-request.ts';
import { makeLinesFile } from '../lines-file.ts';
import { OCSF_VERSION, toAccountChange } from '../ocsf-event.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

/** The limit without a file: events for a person to read, all in memory. */
const SHOWN_MAX = 1000;

const HELP = `\
Shows the changes of users, newest first.

  portal-credentials events --tenant TENANT [options]
  portal-credentials events --user USER_NAME [options]
  portal-credentials events --all-tenants [options]

  --type TYPES        only those, with commas between them, such as password.reset,user.created
  --since TIME        only those from this moment on, such as 2026-11-28T20:00:00Z or 2026-11-28
  --until TIME        only those before this moment
  --out FILE          writes all of them into a new file (mode 0600), one JSON document a line, and
                      prints its SHA-256; without it the newest ${SHOWN_MAX} are shown
  --format ocsf       documents of the class Account Change of OCSF ${OCSF_VERSION}, for a SIEM
  --follow            writes events as they come, the oldest first, until Ctrl+C; with --json or
                      --format one document a line. A FILE that is there is continued where it ends
${COMMON_HELP}
--user takes the name of a deleted user too. The events of a user are numbered without a hole: if
one is missing in the store, the answer says NOT COMPLETE, and the exit code is 1. The file gets its
name only when everything was read. --follow begins now, or at --since; it does not look for missing
events, and an event that shows up more than five minutes late is left out.
`;

interface Part extends EventQuery {
  readonly names: Names;
}

/** Lists a part for each tenant, or for each user that ever had the name. */
async function* listParts(accounts: AccountStore, request: EventsRequest): AsyncGenerator<Part> {
  const { scope, types, sinceMs, untilMs } = request;
  const partOf = (tenant: Tenant, userId: UserId | undefined, names: Names) => {
    return { tenant, userId, names, types, sinceMs, untilMs };
  };
  if (typeof scope === 'object' && 'userName' in scope) {
    const tenant = tenantOf(scope.userName);
    const names = await readNames(accounts.listNames(tenant));
    for (const [userId, userName] of names) {
      if (userName === scope.userName) yield partOf(tenant, userId, names);
    }
    return;
  }
  for await (const tenant of accounts.listTenants()) {
    const isWanted = scope === 'all' || scope.tenant === tenant;
    if (!isWanted) continue;
    yield partOf(tenant, undefined, await readNames(accounts.listNames(tenant)));
  }
}

interface Reading {
  readonly count: number;
  readonly gaps: readonly EventGap[];
}

/** @param take is given events page by page; returns false to end */
async function readAll(
  request: EventsRequest,
  { progress }: CommandContext,
  take: (events: readonly ReportedEvent[]) => Promise<boolean>,
): Promise<Reading> {
  const { accounts } = await loadServices();
  const gaps: EventGap[] = [];
  let count = 0;
  let parts = 0;
  for await (const part of listParts(accounts, request)) {
    parts += 1;
    const pages = readEvents(accounts, part);
    let page = await pages.next();
    while (page.done !== true) {
      const events = page.value.map((event) => reportEvent(event, part.tenant, part.names));
      count += events.length;
      if (!(await take(events))) return { count, gaps };
      progress.update(() => `${count} events read.`);
      page = await pages.next();
    }
    gaps.push(...page.value);
  }
  if (parts === 0) throw new CommandRefused('There was never such a tenant or user here.');
  return { count, gaps };
}

async function show(request: EventsRequest, context: CommandContext): Promise<CommandAnswer> {
  const events: ReportedEvent[] = [];
  let isWhole = true;
  const { gaps } = await readAll(request, context, async (page) => {
    events.push(...page.slice(0, SHOWN_MAX - events.length));
    isWhole = events.length < SHOWN_MAX;
    return isWhole;
  });
  const lines = events.map((event) => `${describeEvent(event)}\n`);
  const rest = isWhole ? '' : 'There may be more: --out FILE writes all of them.\n';
  return {
    document: {
      events: events.length,
      isComplete: isWhole && gaps.length === 0,
      gaps,
      items: request.isOcsf ? events.map(toAccountChange) : events,
    },
    text: `${lines.join('')}${counted(events.length, 'event')}.\n${rest}${describeGaps(gaps)}`,
    hasFailures: gaps.length > 0,
  };
}

async function write(
  file: string,
  request: EventsRequest,
  context: CommandContext,
): Promise<CommandAnswer> {
  const { result, sha256 } = await makeLinesFile(file, `--out: ${file}`, (writeLines) =>
    readAll(request, context, async (events) => {
      await writeLines(request.isOcsf ? events.map(toAccountChange) : events);
      return true;
    }),
  );
  const { count, gaps } = result;
  return {
    document: { file, events: count, isComplete: gaps.length === 0, gaps, sha256 },
    text: `${file} holds ${counted(count, 'event')}, SHA-256 ${sha256}.\n${describeGaps(gaps)}`,
    hasFailures: gaps.length > 0,
  };
}

export const events: Command<EventsRequest> = {
  summary: 'shows the changes of users, writes them into a file, or follows them',
  help: HELP,
  options: {
    tenant: { type: 'string' },
    user: { type: 'string' },
    'all-tenants': { type: 'boolean' },
    type: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    out: { type: 'string' },
    format: { type: 'string' },
    follow: { type: 'boolean' },
  },
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse: parseEventsRequest,
  async run(request, context) {
    await requireWholeStore(openArchive().archive);
    const { file, isFollowed } = request;
    if (isFollowed) return followEvents(request, context);
    return file === undefined ? show(request, context) : write(file, request, context);
  },
};
