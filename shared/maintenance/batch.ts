/** Work of an operator's command on many users, a few at a time. */
import type { EventType } from '../credential/event.ts';
import type { Tenant, UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import { concurrently } from '../operation/concurrently.ts';
import type { RequestContext } from '../operation/dependency.ts';
import { pages } from '../port/pages.ts';
import type { AccountStore } from '../port/store.ts';
import { Unavailable } from '../port/unavailable.ts';

/**
 * The number of users in work at once: the hash queue takes at least 16 slots, and each needs one.
 */
export const RUN_PARALLEL = 8;
/**
 * The failures in a row after which the batch stops: the backend is down, and 10,000 timeouts would
 * report nothing more.
 */
const FAILURES_IN_A_ROW_MAX = 4 * RUN_PARALLEL;
const EVENTS_PER_PAGE = 200;
const USERS_PER_PAGE = 200;
/** The most by which the clocks of two machines that worked on one run may differ. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** The identity of a run and its parts; the events carry it as their `requestId`. */
export interface RunIdentity {
  /** A UUID. */
  readonly runId: string;
  readonly startedAtMs: number;
}

export interface RunFailure {
  readonly userName: UserName;
  /** The code of the failure, from the contract's list. */
  readonly code: string;
}

export interface RunProgress {
  readonly handled: number;
  readonly failed: number;
  readonly total: number;
}

export interface RunOutcome<Result> {
  readonly results: readonly Result[];
  readonly failures: readonly RunFailure[];
  /** The number of users not tried, because everything before them failed. */
  readonly left: number;
}

function codeOf(fault: unknown): string {
  if (fault instanceof Refusal) return fault.code;
  return fault instanceof Unavailable ? 'dependency-unavailable' : 'internal-error';
}

/**
 * Works through the items with a bounded number in flight; one failure does not stop the others.
 */
export async function runBatch<Item extends { readonly userName: UserName }, Result>(
  items: readonly Item[],
  context: RequestContext,
  work: (item: Item) => Promise<Result>,
  onProgress: (progress: RunProgress) => void,
): Promise<RunOutcome<Result>> {
  const results: Result[] = [];
  const failures: RunFailure[] = [];
  let failuresInARow = 0;
  function* untilStopped() {
    for (const item of items) {
      if (failuresInARow >= FAILURES_IN_A_ROW_MAX) return;
      yield item;
    }
  }
  await concurrently(untilStopped(), RUN_PARALLEL, async (item) => {
    try {
      results.push(await work(item));
      failuresInARow = 0;
    } catch (fault) {
      failuresInARow += 1;
      const code = codeOf(fault);
      failures.push({ userName: item.userName, code });
      const error = fault instanceof Error ? fault.name : 'unknown';
      context.log.warn('a user failed', { requestId: context.requestId, code, error });
    }
    const handled = results.length + failures.length;
    onProgress({ handled, failed: failures.length, total: items.length });
  });
  return { results, failures, left: items.length - results.length - failures.length };
}

/**
 * Lists every user in any state, in the order of user names.
 * @throws {Unavailable}
 */
export function listTenantUsers(
  accounts: Pick<AccountStore, 'listUsers'>,
  tenant: Tenant,
): AsyncIterable<readonly User[]> {
  return pages((after) =>
    accounts.listUsers(tenant, { nowMs: 0 }, { limit: USERS_PER_PAGE, after }),
  );
}

/**
 * Judges whether this very run has done its work on the user. Only its event proves it, as it is in
 * the same transaction; later changes may have replaced all else.
 */
export async function isProcessedBy(
  { runId, startedAtMs }: RunIdentity,
  accounts: Pick<AccountStore, 'listEvents'>,
  { tenant, userId, lastEventAtMs }: User,
  type: EventType,
): Promise<boolean> {
  const sinceMs = startedAtMs - CLOCKS_DIFFER_MS;
  let after: string | undefined;
  let oldestMs = lastEventAtMs;
  while (oldestMs >= sinceMs) {
    const page = await accounts.listEvents(tenant, userId, { limit: EVENTS_PER_PAGE, after });
    if (page.items.some((event) => event.requestId === runId && event.type === type)) return true;
    if (page.next === undefined) return false;
    after = page.next;
    oldestMs = page.items.at(-1)?.atMs ?? oldestMs;
  }
  return false;
}
