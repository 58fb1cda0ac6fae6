import { loadServices } from '../../../shared/composition/app.ts';
import { openArchive } from '../../../shared/composition/operator.ts';
import { EVENT_TYPES, type EventType } from '../../../shared/credential/event.ts';
import {
  type Tenant,
  tenantOf,
  type UserId,
  type UserName,
} from '../../../shared/credential/name.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import {
  type EventGap,
  type EventQuery,
  readEvents,
} from '../../../shared/maintenance/read-events.ts';
import type { AccountStore } from '../../../shared/port/store.ts';
import { COMMON_HELP, type Command, type CommandAnswer, type CommandContext } from '../command.ts';
import {
  type ParsedArgs,
  requireTenant,
  requireUserName,
  textOf,
  UsageError,
} from '../command-line.ts';
import {
  describeEvent,
  describeGaps,
  type Names,
  type ReportedEvent,
  readNames,
  reportEvent,
} from '../event-report.ts';
import { makeLinesFile } from '../lines-file.ts';
import { OCSF_VERSION, toAccountChange } from '../ocsf-event.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

/** Without a file: what a person reads, and what is in memory at a time. */
const SHOWN_MAX = 1000;

const HELP = `\
Shows who changed whom, newest first.

  portal-credentials events --tenant TENANT [options]
  portal-credentials events --user USER_NAME [options]
  portal-credentials events --all-tenants [options]

  --type TYPES        only those, with commas between them, such as password.reset,user.created
  --since TIME        only those from this moment on, such as 2026-11-28T20:00:00Z or 2026-11-28
  --until TIME        only those before this moment
  --out FILE          writes all of them into a new file (mode 0600), one JSON document a line, and
                      prints its SHA-256; without it the newest ${SHOWN_MAX} are shown
  --format ocsf       documents of the class Account Change of OCSF ${OCSF_VERSION}, for a SIEM
${COMMON_HELP}
--user takes the name of a deleted user too. The events of a user are numbered without a hole: if
one is missing in the store, the answer says NOT COMPLETE, and the exit code is 1. The file gets its
name only when everything was read.
`;

type Scope = { readonly tenant: Tenant } | { readonly userName: UserName } | 'all';

export interface EventsRequest extends Pick<EventQuery, 'types' | 'sinceMs' | 'untilMs'> {
  readonly scope: Scope;
  readonly file: string | undefined;
  /** As Account Change of OCSF, for a SIEM. */
  readonly isOcsf: boolean;
}

function parseScope(given: ParsedArgs): Scope {
  const tenant = textOf(given, 'tenant');
  const userName = textOf(given, 'user');
  const isAll = given.options['all-tenants'] === true;
  const chosen = [tenant, userName, isAll || undefined].filter((choice) => choice !== undefined);
  if (chosen.length !== 1) {
    throw new UsageError('Name one: --tenant TENANT, --user USER_NAME, or --all-tenants.');
  }
  if (tenant !== undefined) return { tenant: requireTenant(tenant) };
  return userName === undefined ? 'all' : { userName: requireUserName(userName) };
}

function parseTypes(text: string | undefined): ReadonlySet<EventType> | undefined {
  if (text === undefined) return undefined;
  const types = text.split(',').map((word) => {
    const type = EVENT_TYPES.find((one) => one === word.trim());
    if (type !== undefined) return type;
    throw new UsageError(
      `--type: unknown event "${word}". Choose one of ${EVENT_TYPES.join(', ')}.`,
    );
  });
  return new Set(types);
}

/** A day is its first moment in UTC. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function parseTime(given: ParsedArgs, name: string): number | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new UsageError(
    `--${name} must be a day or a time such as 2026-11-28T20:00:00Z, not "${text}".`,
  );
}

function parse(given: ParsedArgs): EventsRequest {
  const sinceMs = parseTime(given, 'since') ?? 0;
  const untilMs = parseTime(given, 'until') ?? Number.POSITIVE_INFINITY;
  if (sinceMs >= untilMs) throw new UsageError('--since must be before --until.');
  const types = parseTypes(textOf(given, 'type'));
  const format = textOf(given, 'format');
  if (format !== undefined && format !== 'ocsf') {
    throw new UsageError(`--format must be ocsf, not "${format}".`);
  }
  const isOcsf = format === 'ocsf';
  const file = textOf(given, 'out');
  return { scope: parseScope(given), types, sinceMs, untilMs, file, isOcsf };
}

interface Part extends EventQuery {
  readonly names: Names;
}

/** One for each tenant, or for each user who ever had the name. */
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

/** @param take is given events page by page; false: no more are wanted */
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
      progress.tell(() => `${count} events read.`);
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
  summary: 'shows who changed whom, or writes it into a file',
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
  },
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse,
  async run(request, context) {
    await requireWholeStore(openArchive().archive);
    const { file } = request;
    return file === undefined ? show(request, context) : write(file, request, context);
  },
};
