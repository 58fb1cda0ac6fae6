import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { Occasion } from './dependency.ts';
import {
  giveTemporaryPassword,
  type IssueDependencies,
  type IssuedTemporaryPassword,
} from './issue-temporary-password.ts';
import {
  requireAllowed,
  requirePrecondition,
  requireTarget,
  type TargetRequest,
} from './target.ts';

/**
 * Replaces a user's password by a temporary one. Old password, earlier temporary password and
 * all tokens are dead from the write on; attempts and lock are cleared.
 * @throws {Refusal} `not-found`, `self-reset-forbidden`, `forbidden`, `precondition-failed`,
 *   `last-global-admin`, `conflict`, `overloaded`
 * @throws {Unavailable} the reset may have happened; repeating issues anew
 */
export async function resetPassword(
  dependencies: IssueDependencies,
  request: TargetRequest,
  occasion: Occasion,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const caller = request.principal.user.value.userId;
  const judge = async () => {
    const target = await requireTarget(dependencies.accounts, request);
    if (target.value.userId === caller) throw new Refusal('self-reset-forbidden');
    requireAllowed(request, target, 'resetPassword');
    requirePrecondition(request, target);
    return {
      before: target,
      after: target.value,
      events: [{ type: 'password.reset', details: { clearedLock: target.value.isLocked } }],
      actor: { userId: caller },
    } as const;
  };
  return giveTemporaryPassword(dependencies, judge, occasion);
}
