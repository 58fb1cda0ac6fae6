import { createHash } from 'node:crypto';
import { judgeAttempt } from '../credential/lockout.ts';
import type { UserId, UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { AttemptKey, AttemptRecord, AttemptStore, Clock, Stored } from '../port.ts';

/** A counter with many writers is left to the next call after this many lost writes. */
const COUNT_TRIES = 3;
const COUNT_RETRY_AFTER_SECONDS = 1;
/**
 * Of one name, up to 20 attempts (the most that SIGN_IN_FREE_ATTEMPTS can be) are under way, and in
 * an outage all settle at once. Each lost write is another's success, so as many tries and some for
 * counts that come between see everybody through. (With three, attempts stayed spent.)
 */
const SETTLE_TRIES = 30;

export interface AttemptDependencies {
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly freeAttempts: number;
}

/** An attempt that was counted and is a failure until it is settled. */
export interface CountedAttempt {
  readonly key: AttemptKey;
  readonly stored: Stored<AttemptRecord>;
  /** What the row said before; undefined when there was none. */
  readonly previous: AttemptRecord | undefined;
}

function keyOf(purpose: string, subject: string): AttemptKey {
  return createHash('sha256').update(`${purpose}\n${subject}`).digest('hex');
}

/** Counts by name, whether or not anybody has it; the hash keeps what people typed out of rows. */
export function signInKey(userName: UserName): AttemptKey {
  return keyOf('sign-in', userName);
}

/** What a signed-in user tries has its own count, which nobody outside can raise. */
export function sessionKey(userId: UserId): AttemptKey {
  return keyOf('session', userId);
}

/** Thrown by {@link countAttempt}, so that sign-in can note a lock that was never noted. */
export class AttemptRefused extends Refusal {
  readonly stored: Stored<AttemptRecord> | undefined;

  constructor(retryAfterSeconds: number, stored?: Stored<AttemptRecord>) {
    super('too-many-attempts', { retryAfterSeconds });
    this.stored = stored;
  }
}

function freshRecord(nowMs: number, scope: string): AttemptRecord {
  return {
    failures: 1,
    startedAtMs: nowMs,
    lastFailureAtMs: nowMs,
    isLockNoted: false,
    scope,
    policyCallsAtMs: [],
  };
}

/** The row with one failure more, or the refusal that the row asks for. */
function judgeNext(
  { clock, freeAttempts }: AttemptDependencies,
  found: Stored<AttemptRecord>,
  scope: string,
): AttemptRecord {
  const nowMs = clock.now();
  const { value } = found;
  const isOtherSeries = value.scope !== scope || value.failures === 0;
  if (isOtherSeries) {
    return { ...freshRecord(nowMs, scope), policyCallsAtMs: value.policyCallsAtMs };
  }
  const judged = judgeAttempt(value, nowMs, freeAttempts);
  if (judged.verdict !== 'allowed') throw new AttemptRefused(judged.retryAfterSeconds, found);
  if (judged.isForgotten) return freshRecord(nowMs, scope);
  return { ...value, failures: value.failures + 1, lastFailureAtMs: nowMs };
}

/**
 * Counts one attempt by a conditional write before anything is hashed, so that a burst of guesses
 * is counted one by one. A first attempt costs one insert and no read.
 * @throws {AttemptRefused} when the waits or the lock refuse it, or it could not be counted
 */
export async function countAttempt(
  dependencies: AttemptDependencies,
  key: AttemptKey,
  scope = '',
): Promise<CountedAttempt> {
  const { attempts, clock } = dependencies;
  let isInsertDue = true;
  for (let tries = 0; tries < COUNT_TRIES; tries += 1) {
    if (isInsertDue) {
      const inserted = await attempts.insert(key, freshRecord(clock.now(), scope));
      if (inserted !== undefined) return { key, stored: inserted, previous: undefined };
    }
    const found = await attempts.find(key);
    isInsertDue = found === undefined;
    if (found === undefined) continue;
    const next = judgeNext(dependencies, found, scope);
    const stored = await attempts.replace(key, found.etag, next);
    if (stored !== undefined) return { key, stored, previous: found.value };
  }
  throw new AttemptRefused(COUNT_RETRY_AFTER_SECONDS);
}

/** Changes the row of one series until a write wins; another series is left alone. */
async function settle(
  attempts: AttemptStore,
  counted: CountedAttempt,
  settled: (current: Stored<AttemptRecord>) => AttemptRecord | undefined,
): Promise<void> {
  let current: Stored<AttemptRecord> | undefined = counted.stored;
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    const next = settled(current);
    const isDone =
      next === undefined
        ? await attempts.remove(counted.key, current.etag)
        : (await attempts.replace(counted.key, current.etag, next)) !== undefined;
    if (isDone) return;
    current = await attempts.find(counted.key);
    if (current?.value.startedAtMs !== counted.stored.value.startedAtMs) return;
  }
}

/** A success ends the series: the row goes. */
export function clearAttempt(attempts: AttemptStore, counted: CountedAttempt): Promise<void> {
  return settle(attempts, counted, () => undefined);
}

/** Takes back this one attempt, as if it had not been made; the others of the series stay. */
export function giveBackAttempt(attempts: AttemptStore, counted: CountedAttempt): Promise<void> {
  return settle(attempts, counted, (current) => {
    if (current.etag === counted.stored.etag) return counted.previous;
    const failures = current.value.failures - 1;
    if (failures < 1 && current.value.policyCallsAtMs.length === 0) return undefined;
    return { ...current.value, failures: Math.max(0, failures) };
  });
}

/** An admin's reset or unlock, a new user and a completed change wipe whatever was counted. */
export async function wipeSignInAttempts(
  attempts: AttemptStore,
  userName: UserName,
): Promise<void> {
  await attempts.remove(signInKey(userName), '*');
}

/** Does what a reset that was cut short left undone, and leaves alone what was counted since. */
export async function wipeEarlierAttempts(
  attempts: AttemptStore,
  { userName, attemptsClearedAtMs }: Pick<User, 'userName' | 'attemptsClearedAtMs'>,
): Promise<void> {
  const key = signInKey(userName);
  const found = await attempts.find(key);
  if (found === undefined || found.value.startedAtMs >= attemptsClearedAtMs) return;
  await attempts.remove(key, found.etag);
}
