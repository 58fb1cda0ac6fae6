import { isVoid, waitsUntilMs } from '../credential/lockout.ts';
import type { User } from '../credential/user.ts';
import type { AttemptStore } from '../port/store.ts';
import { signInKey } from './attempt-series.ts';
import type { Dependencies } from './dependency.ts';
import { isLocking } from './lock.ts';
import { requireTarget, type TargetRequest } from './target.ts';

/** The failures in a row of strangers, for an admin to read. */
export interface AttemptsSeen {
  readonly sinceMs: number;
  readonly failures: number;
  readonly networks: number;
  /** The time when the next attempt without a device token is allowed, if it must wait. */
  readonly waitUntilMs: number | undefined;
}

type ReadDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'freeAttempts'> & {
  readonly attempts: Pick<AttemptStore, 'find'>;
};

/**
 * Reads one user with the counts against the name. A lock is shown from the moment in which it
 * refuses, even before the user's row says so.
 * @throws {Refusal} `not-found`
 * @throws {Unavailable}
 */
export async function readUser(
  { accounts, attempts, clock, freeAttempts }: ReadDependencies,
  request: TargetRequest,
): Promise<{ readonly user: User; readonly attempts: AttemptsSeen | undefined }> {
  const { value: user } = await requireTarget(accounts, request);
  const record = (await attempts.find(signInKey(user.userName)))?.value;
  if (record === undefined || record.failures === 0 || isVoid(record, user)) {
    return { user, attempts: undefined };
  }
  const nowMs = clock.now();
  const isLockedOut = isLocking(record, user, nowMs);
  return {
    user: isLockedOut ? { ...user, isLocked: true } : user,
    attempts: {
      sinceMs: record.startedAtMs,
      failures: record.failures,
      networks: record.networks.length,
      waitUntilMs: isLockedOut ? undefined : waitsUntilMs(record, user, { nowMs, freeAttempts }),
    },
  };
}
