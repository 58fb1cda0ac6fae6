import { FORGET_AFTER_MS, STRANGER_LIMIT } from '../credential/lockout.ts';
import { tenantOf } from '../credential/name.ts';
import { isTemporary } from '../credential/state.ts';
import type { User } from '../credential/user.ts';
import type { ExpiryEntry } from '../port/expiry.ts';
import type { StoredUser } from '../port/store.ts';
import { planChange } from './account-change.ts';
import { systemAuthority } from './authority.ts';
import { concurrently } from './concurrently.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { holdsKey } from './one-call.ts';

export type SweepDependencies = Pick<
  Dependencies,
  'accounts' | 'attempts' | 'expiries' | 'clock' | 'randomBytes' | 'lanes'
>;

export interface SweepReport {
  /** The number of temporary passwords that became `expired` in this run. */
  readonly expired: number;
  /**
   * The number of removed entries of passwords that were replaced in time, superseded or never
   * written, and of calls whose key is free again.
   */
  readonly removed: number;
  /** The number of entries that this run left to a later one. */
  readonly left: number;
  /** The number of entries that failed; a later run tries again. */
  readonly failed: number;
  /** The time by which the oldest of the expired ones was overdue; undefined: none expired. */
  readonly oldestLagMs: number | undefined;
  readonly forgottenAttempts: number;
  /** True if the time ran out before the list or the forgotten rows were done. */
  readonly isUnfinished: boolean;
}

/** Half of the Consumption plan's default function timeout of 5 minutes. */
export const SWEEP_TIME_MS = 150_000;
/** Storage calls in flight: far below a partition's 2,000 entities a second. */
const SWEEP_PARALLEL = 16;
/**
 * The age below which an entry without its credential stays: its credential may still be written.
 */
export const ORPHAN_GRACE_MS = 3_600_000;
/**
 * The number of turns. Each run takes 20 of the 256 partitions, chosen by the time. 13 turns: every
 * schedule whose period is not a multiple of 65 minutes reaches all of them in 13 runs. (With 16
 * turns an hourly sweep met the same four for ever.)
 */
const FORGET_TURNS = 13;
const FORGET_PARTITIONS = Math.ceil(256 / FORGET_TURNS);
const FORGET_PERIOD_MS = 5 * 60_000;
/** One page of the table service. */
const FORGET_LIMIT = 1000;

type Outcome = 'expired' | 'removed' | 'left' | 'failed';

/** Judges what an index entry means by the user's row. */
function judgeEntry(
  entry: ExpiryEntry,
  user: User | undefined,
  nowMs: number,
): 'expire' | 'remove' | 'leave' {
  const isSameUser = user?.userId === entry.userId;
  if (isSameUser && isTemporary(user.credential)) {
    const { credential } = user;
    if (credential.issueId === entry.issueId) {
      if (credential.kind === 'expired') return 'remove';
      return nowMs >= credential.expiresAtMs ? 'expire' : 'leave';
    }
  }
  // Its write was conditional on an earlier version than the present one: it can never win.
  if (isSameUser && user.credentialVersion >= entry.credentialVersion) return 'remove';
  return nowMs >= entry.expiresAtMs + ORPHAN_GRACE_MS ? 'remove' : 'leave';
}

async function expireEntry(
  dependencies: SweepDependencies,
  entry: ExpiryEntry,
  user: StoredUser,
  requestId: string,
): Promise<'committed' | 'conflict'> {
  const { credential } = user.value;
  if (!isTemporary(credential)) return 'conflict';
  const planned = await planChange(dependencies, {
    before: user,
    after: { ...user.value, credential: { ...credential, kind: 'expired' } },
    events: [
      {
        type: 'temporary-password.expired',
        details: { expiresAt: new Date(entry.expiresAtMs).toISOString() },
      },
    ],
    authority: systemAuthority('sweep'),
    requestId,
  });
  return dependencies.accounts.commit({ ...planned, credential: undefined });
}

/** Removes a call whose key is free again, unless a later call has taken its row. */
async function sweepDoneCall(
  { accounts, expiries, clock }: SweepDependencies,
  entry: ExpiryEntry,
  id: string,
): Promise<Outcome> {
  const tenant = tenantOf(entry.userName);
  const found = await accounts.findDoneCall(tenant, id);
  if (found?.value.issueId === entry.issueId) {
    if (holdsKey(found.value, clock.now())) return 'left';
    if (!(await accounts.removeDoneCall(tenant, id, found.etag))) return 'left';
  }
  await expiries.remove(entry);
  return 'removed';
}

/**
 * Handles one entry in at most three storage calls: read the user, write the change, remove the
 * entry.
 */
async function sweepEntry(
  dependencies: SweepDependencies,
  entry: ExpiryEntry,
  requestId: string,
): Promise<Outcome> {
  const { doneCall } = entry;
  if (doneCall !== undefined) return sweepDoneCall(dependencies, entry, doneCall);
  const user = await dependencies.accounts.findUser(entry.userName);
  const verdict = judgeEntry(entry, user?.value, dependencies.clock.now());
  if (verdict === 'leave') return 'left';
  if (verdict === 'expire' && user !== undefined) {
    const outcome = await expireEntry(dependencies, entry, user, requestId);
    // Another writer changed the user: the next run judges anew.
    if (outcome === 'conflict') return 'left';
  }
  await dependencies.expiries.remove(entry);
  return verdict === 'expire' ? 'expired' : 'removed';
}

/** Handles the entries with a bounded number in flight; one failure does not stop the others. */
async function sweepPage(
  dependencies: SweepDependencies,
  entries: readonly ExpiryEntry[],
  context: RequestContext,
  count: (outcome: Outcome, entry: ExpiryEntry) => void,
): Promise<void> {
  return concurrently(entries, SWEEP_PARALLEL, async (entry) => {
    try {
      count(await sweepEntry(dependencies, entry, context.requestId), entry);
    } catch (fault) {
      count('failed', entry);
      const error = fault instanceof Error ? fault.name : 'unknown';
      const { requestId } = context;
      context.log.warn('an expiry failed', { subjectId: entry.userId, requestId, error });
    }
  });
}

/**
 * Removes forgotten rows of the partitions that are due. These follow from the time alone, so runs
 * need no memory of each other. An attacker who sprays names makes more than a page of rows between
 * two runs: pages follow while the time of the run lasts.
 */
async function forgetAttempts(
  { attempts, clock }: SweepDependencies,
  startedAtMs: number,
): Promise<{ readonly forgottenAttempts: number; readonly isCutShort: boolean }> {
  const turn = Math.floor(startedAtMs / FORGET_PERIOD_MS) % FORGET_TURNS;
  const firstPartition = turn * FORGET_PARTITIONS;
  const request = {
    firstPartition,
    lastPartition: Math.min(255, firstPartition + FORGET_PARTITIONS - 1),
    beforeMs: startedAtMs - FORGET_AFTER_MS,
    lockedFailures: STRANGER_LIMIT,
    limit: FORGET_LIMIT,
  };
  for (let forgottenAttempts = 0; ; ) {
    const removed = await attempts.removeForgotten(request);
    forgottenAttempts += removed;
    if (removed < FORGET_LIMIT) return { forgottenAttempts, isCutShort: false };
    const isCutShort = clock.now() - startedAtMs >= SWEEP_TIME_MS;
    if (isCutShort) return { forgottenAttempts, isCutShort };
  }
}

/**
 * Turns overdue temporary passwords to `expired`, with an event each. Safe to run twice, late, in
 * parallel and after a crash at any point: each expiry is conditional on the user's row, and an
 * entry is removed only after its expiry is written.
 * @throws {Unavailable} the list itself could not be read
 */
export async function expireTemporaryPasswords(
  dependencies: SweepDependencies,
  context: RequestContext,
): Promise<SweepReport> {
  const startedAtMs = dependencies.clock.now();
  const counts: Record<Outcome, number> = { expired: 0, removed: 0, left: 0, failed: 0 };
  let oldestLagMs: number | undefined;
  let isUnfinished = false;
  for await (const page of dependencies.expiries.listOverdue(startedAtMs)) {
    await sweepPage(dependencies, page, context, (outcome, { expiresAtMs }) => {
      counts[outcome] += 1;
      if (outcome !== 'expired') return;
      oldestLagMs = Math.max(oldestLagMs ?? 0, startedAtMs - expiresAtMs);
    });
    if (dependencies.clock.now() - startedAtMs >= SWEEP_TIME_MS) {
      isUnfinished = true;
      break;
    }
  }
  const { forgottenAttempts, isCutShort } = await forgetAttempts(dependencies, startedAtMs);
  return {
    ...counts,
    oldestLagMs,
    forgottenAttempts,
    isUnfinished: isUnfinished || isCutShort,
  };
}
