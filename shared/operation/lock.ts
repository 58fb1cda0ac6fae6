import { LOCK_AT_FAILURES } from '../credential/lockout.ts';
import type { UserName } from '../credential/name.ts';
import type { AttemptRecord, Stored } from '../port.ts';
import { planChange } from './account-change.ts';
import { signInKey } from './attempt.ts';
import { systemAuthority } from './authority.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

type LockDependencies = Pick<
  Dependencies,
  'accounts' | 'attempts' | 'clock' | 'randomBytes' | 'pause' | 'telemetry'
>;

interface LockRequest {
  readonly userName: UserName;
  /** The row that reached the limit. */
  readonly stored: Stored<AttemptRecord>;
  readonly occasion: Occasion;
}

/**
 * Longer than any request runs: a hundredth attempt this old will never be settled by the process
 * that counted it.
 */
const LATE_LOCK_AFTER_MS = 5 * 60_000;

/**
 * Shows on the user's row, with an event, that the count reached the lock. The row of attempts
 * alone refuses; this is for admins to see. A series that began before an admin's reset or unlock
 * (or before the user was created) is void: a guess that was still on its way cannot lock again.
 * Reaching the lock takes hours of waits, so a clock a few seconds off cannot confuse the two.
 */
export async function noteLock(
  dependencies: LockDependencies,
  { userName, stored, occasion }: LockRequest,
): Promise<void> {
  const { accounts, attempts } = dependencies;
  const outcome = await retryOnConflict(dependencies, async () => {
    const user = await accounts.findUser(userName);
    if (user === undefined || user.value.isLocked) return 'noted';
    if (stored.value.startedAtMs < user.value.attemptsClearedAtMs) return 'void';
    const planned = await planChange(dependencies, {
      before: user,
      after: { ...user.value, isLocked: true },
      events: [{ type: 'credential.locked', details: { failures: stored.value.failures } }],
      authority: systemAuthority('sign-in'),
      requestId: occasion.requestId,
    });
    return accounts.commit({ ...planned, credential: undefined });
  });
  if (outcome === 'committed') dependencies.telemetry.measure({ kind: 'lockout' });
  await attempts.replace(signInKey(userName), stored.etag, { ...stored.value, isLockNoted: true });
}

/** A lock whose process died before it was noted is noted by the next attempt that it refuses. */
export async function noteLateLock(
  dependencies: LockDependencies,
  request: LockRequest,
): Promise<void> {
  const { failures, isLockNoted, lastFailureAtMs } = request.stored.value;
  if (failures < LOCK_AT_FAILURES || isLockNoted) return;
  if (dependencies.clock.now() - lastFailureAtMs < LATE_LOCK_AFTER_MS) return;
  await noteLock(dependencies, request);
}
