import type { User } from '../credential/user.ts';
import { planChange } from './account-change.ts';
import { sessionKey, wipeSignInAttempts } from './attempt.ts';
import { Caller } from './authority.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { requireAllowed, type TargetRequest, targetReader } from './target.ts';

/**
 * Clears the lock and whatever was counted; the credential is what it was before, no session ends.
 * @throws {Refusal} `not-found`, `forbidden`, `conflict` @throws {Unavailable}
 */
export async function unlockUser(
  dependencies: Pick<Dependencies, 'accounts' | 'attempts' | 'clock' | 'randomBytes' | 'pause'>,
  request: TargetRequest,
  occasion: Occasion,
): Promise<User> {
  const { accounts, attempts, clock } = dependencies;
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(accounts, caller, request);
  const user = await caller.retry(async () => {
    const judged = await readTarget();
    const { authority, target } = judged;
    requireAllowed(judged, 'unlock');
    const planned = await planChange(dependencies, {
      before: target,
      after: { ...target.value, isLocked: false, attemptsClearedAtMs: clock.now() },
      events: [{ type: 'credential.unlocked', details: { wasLocked: target.value.isLocked } }],
      authority,
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
