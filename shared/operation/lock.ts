import { isVoid, STRANGER_LIMIT, verifiedFailures } from '../credential/lockout.ts';
import type { UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import type { AttemptRecord, Stored } from '../port/store.ts';
import { planChange } from './account-change.ts';
import { signInKey } from './attempt-series.ts';
import { systemAuthority } from './authority.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

type LockDependencies = Pick<
  Dependencies,
  'accounts' | 'attempts' | 'clock' | 'randomBytes' | 'pause' | 'lanes' | 'telemetry'
>;

interface LockRequest {
  readonly userName: UserName;
  /** The strangers' series. */
  readonly stored: Stored<AttemptRecord>;
  readonly context: RequestContext;
}

/** Judges whether this series locks strangers out, whatever the user's row says so far. */
export function isLocking(
  record: AttemptRecord,
  user: Pick<User, 'attemptsClearedAtMs'> | undefined,
  nowMs: number,
): boolean {
  return verifiedFailures(record, nowMs) >= STRANGER_LIMIT && !isVoid(record, user);
}

/**
 * Shows on the user's row, with an event, that the count reached the lock. The row of attempts
 * alone refuses; this is for admins to see. If a crash prevents it, the next attempt that the lock
 * refuses does it.
 */
export async function recordLock(
  dependencies: LockDependencies,
  { userName, stored, context }: LockRequest,
): Promise<void> {
  const { accounts, attempts, clock } = dependencies;
  if (stored.value.isLockNoted) return;
  const outcome = await retryOnConflict(dependencies, async () => {
    const user = await accounts.findUser(userName);
    if (user === undefined || user.value.isLocked) return 'noted';
    if (!isLocking(stored.value, user.value, clock.now())) return 'void';
    const planned = await planChange(dependencies, {
      before: user,
      after: { ...user.value, isLocked: true },
      events: [{ type: 'credential.locked', details: { failures: stored.value.failures } }],
      authority: systemAuthority('sign-in'),
      requestId: context.requestId,
    });
    return accounts.commit({ ...planned, credential: undefined });
  });
  if (outcome === 'committed') dependencies.telemetry.measure({ kind: 'lockout' });
  if (outcome === 'void') return;
  const noted = { ...stored.value, isLockNoted: true };
  await attempts.replace(signInKey(userName), stored.etag, noted);
}
