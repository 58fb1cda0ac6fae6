import { seriesTag } from '../credential/lockout.ts';
import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import { planChange, retryOnConflict } from './account-change.ts';
import { deviceKey, signInKey } from './attempt-series.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { isLocking } from './lock.ts';
import { requireAllowed, requireTarget, type TargetRequest } from './target.ts';

/**
 * Ends the present waits of strangers and devices; the counts stay (NIST SP 800-63B-4 section
 * 3.2.2). The user's row says which waits: this one write is all, and sign-in reads it before it
 * refuses. No session ends.
 * @throws {Refusal} `not-found`, `forbidden`, `reset-required`, `conflict` @throws {Unavailable}
 */
export async function unlockUser(
  dependencies: Pick<Dependencies, 'accounts' | 'attempts' | 'clock' | 'randomBytes'>,
  request: TargetRequest,
  occasion: Occasion,
): Promise<User> {
  const { accounts, attempts, clock } = dependencies;
  return retryOnConflict(async () => {
    const target = await requireTarget(accounts, request);
    requireAllowed(request, target, 'unlock');
    const { userName, userId, isLocked } = target.value;
    const rows = await Promise.all(
      [signInKey(userName), deviceKey(userId)].map((key) => attempts.find(key)),
    );
    const [strangers] = rows;
    const isLockedOut =
      strangers !== undefined && isLocking(strangers.value, target.value, clock.now());
    if (isLocked || isLockedOut) throw new Refusal('reset-required');
    const waitsEnded = rows.flatMap((row) => (row === undefined ? [] : [seriesTag(row.value)]));
    const planned = await planChange(dependencies, {
      before: target,
      after: { ...target.value, waitsEnded },
      events: [
        { type: 'credential.unlocked', details: { failures: strangers?.value.failures ?? 0 } },
      ],
      actor: { userId: request.principal.user.value.userId },
      requestId: occasion.requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    return outcome === 'conflict' ? outcome : planned.after;
  });
}
