import type { User } from '../credential/user.ts';
import { planChange, retryOnConflict } from './account-change.ts';
import { sessionKey, wipeSignInAttempts } from './attempt.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { requireAllowed, requireTarget, type TargetRequest } from './target.ts';

/**
 * Clears the lock and whatever was counted; the credential is what it was before, no session ends.
 * @throws {Refusal} `not-found`, `forbidden`, `conflict` @throws {Unavailable}
 */
export async function unlockUser(
  dependencies: Pick<Dependencies, 'accounts' | 'attempts' | 'clock' | 'randomBytes'>,
  request: TargetRequest,
  occasion: Occasion,
): Promise<User> {
  const { accounts, attempts, clock } = dependencies;
  const user = await retryOnConflict(async () => {
    const target = await requireTarget(accounts, request);
    requireAllowed(request, target, 'unlock');
    const planned = await planChange(dependencies, {
      before: target,
      after: { ...target.value, isLocked: false, attemptsClearedAtMs: clock.now() },
      events: [{ type: 'credential.unlocked', details: { wasLocked: target.value.isLocked } }],
      actor: { userId: request.principal.user.value.userId },
      requestId: occasion.requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    return outcome === 'conflict' ? outcome : planned.after;
  });
  await Promise.all([
    wipeSignInAttempts(attempts, user.userName),
    attempts.remove(sessionKey(user.userId), '*'),
  ]);
  return user;
}
