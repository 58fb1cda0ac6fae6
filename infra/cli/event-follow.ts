import { setTimeout as wait } from 'node:timers/promises';
import { loadServices } from '../../shared/composition/app.ts';
import { type Tenant, tenantOf, type UserId, type UserName } from '../../shared/credential/name.ts';
import {
  EventFollower,
  type FollowedEvent,
  OVERLAP_MS,
} from '../../shared/maintenance/follow-events.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import type { CommandAnswer, CommandContext } from './command.ts';
import { describeEvent, type Names, type ReportedEvent, reportEvent } from './event-report.ts';
import type { EventsRequest } from './event-request.ts';
import { openGrowingFile } from './growing-file.ts';
import { toAccountChange } from './ocsf-event.ts';

/** The pause between two rounds, each of which reads every tenant once. */
const PAUSE_MS = 5000;
/** The limit of names in memory; another name takes a point read. */
const NAMES_MAX = 10_000;

type Accounts = Pick<AccountStore, 'listEvents' | 'listTenants' | 'findUserName'>;

async function* tenantsOf(accounts: Accounts, { scope }: EventsRequest): AsyncGenerator<Tenant> {
  if (scope === 'all') yield* accounts.listTenants();
  else yield 'tenant' in scope ? scope.tenant : tenantOf(scope.userName);
}

/** Looks up the names of ids, and remembers the newest. */
class NameLookup {
  readonly #accounts: Accounts;
  readonly #names = new Map<UserId, UserName>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  async namesIn({ tenant, event: { actor, subject } }: FollowedEvent): Promise<Names> {
    const ids = [actor, subject].flatMap((one) => ('userId' in one ? [one.userId] : []));
    for (const id of ids.filter((each) => !this.#names.has(each))) {
      const found = await this.#accounts.findUserName(tenant, id);
      if (found !== undefined) this.#names.set(id, found.userName);
      const [oldest] = this.#names.keys();
      if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    }
    return this.#names;
  }
}

function isWanted({ scope, types }: EventsRequest, event: ReportedEvent): boolean {
  const isOfUser =
    scope === 'all' ||
    'tenant' in scope ||
    ('userName' in event.subject && event.subject.userName === scope.userName);
  return isOfUser && (types?.has(event.type) ?? true);
}

/** @returns false if the reader of standard output has left */
type WriteEvents = (events: readonly ReportedEvent[]) => Promise<boolean>;

/** Writes to standard output: lines for a person, or documents. */
function writerTo({ print }: CommandContext, { isOcsf, isJson }: EventsRequest): WriteEvents {
  return async (events) => {
    const lines = events.map((event) => {
      if (isOcsf) return JSON.stringify(toAccountChange(event));
      return isJson ? JSON.stringify(event) : describeEvent(event);
    });
    try {
      await print(lines.map((line) => `${line}\n`).join(''));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false;
      throw error;
    }
  };
}

/** Reads rounds until it is stopped. It announces an outage once and waits for its end. */
async function follow(
  request: EventsRequest,
  follower: EventFollower,
  {
    progress,
    write,
    stop,
  }: Pick<CommandContext, 'progress'> & {
    readonly write: WriteEvents;
    readonly stop: AbortSignal;
  },
): Promise<void> {
  const { accounts } = await loadServices();
  const names = new NameLookup(accounts);
  let isOut = false;
  while (!stop.aborted) {
    try {
      for await (const batch of follower.round(tenantsOf(accounts, request), Date.now())) {
        const events: ReportedEvent[] = [];
        for (const one of batch) {
          events.push(reportEvent(one.event, one.tenant, await names.namesIn(one)));
        }
        const wanted = events.filter((event) => isWanted(request, event));
        if (wanted.length > 0 && !(await write(wanted))) return;
        if (stop.aborted) return;
      }
      isOut = false;
    } catch (error) {
      if (!(error instanceof Unavailable) || error.isLasting) throw error;
      if (!isOut) progress.announce(`${error.message} Trying again.`);
      isOut = true;
    }
    await wait(PAUSE_MS, undefined, { signal: stop }).catch(() => {});
  }
}

/**
 * Writes events as they arrive until a signal stops it, or the reader of standard output leaves. A
 * file that is there is continued where it ends.
 */
export async function followEvents(
  request: EventsRequest,
  context: CommandContext,
): Promise<CommandAnswer> {
  const { accounts } = await loadServices();
  const stop = context.untilStopped();
  const { progress } = context;
  const beginMs = request.sinceMs > 0 ? request.sinceMs : Date.now();
  if (request.file === undefined) {
    const follower = new EventFollower(accounts, beginMs);
    await follow(request, follower, { progress, stop, write: writerTo(context, request) });
    const from = new Date(follower.fromMs).toISOString();
    progress.announce(`To continue without a gap: --since ${from}. Some events then appear twice.`);
  } else {
    const file = await openGrowingFile(request.file, OVERLAP_MS);
    try {
      const follower = new EventFollower(accounts, file.fromMs ?? beginMs, file.taken);
      const write: WriteEvents = async (events) => {
        await file.append(request.isOcsf ? events.map(toAccountChange) : events);
        return true;
      };
      await follow(request, follower, { progress, stop, write });
    } finally {
      await file.close();
    }
  }
  return { document: {}, text: '', isPrinted: true };
}
