import type { UserId } from '../credential/name.ts';
import { hasAnotherWhoMayReset } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Admin, User } from '../credential/user.ts';
import { Caller } from './authority.ts';
import type { RequestContext } from './dependency.ts';
import {
  type IssueDependencies,
  type IssuedTemporaryPassword,
  issueTemporaryPassword,
} from './issue-temporary-password.ts';
import { requireAllowed, requirePrecondition, type TargetRequest, targetReader } from './target.ts';

/**
 * Keeps an admin whose reset the owner disowned from another one, as long as another may do it.
 * The admins are judged at the write.
 */
function requireNoOther(user: User, adminId: UserId): (admins: readonly Admin[]) => void {
  return (admins) => {
    if (!hasAnotherWhoMayReset(user, admins, adminId)) return;
    throw new Refusal('reset-requirements-unmet', { requirements: ['another-admin'] });
  };
}

/**
 * Replaces a user's password by a temporary one. The write ends the old password, any earlier
 * temporary password and all tokens; attempts and lock are cleared.
 * @throws {Refusal} `not-found`, `self-reset-forbidden`, `forbidden`, `precondition-failed`,
 * `reset-requirements-unmet`, `last-global-admin`, `conflict`, `overloaded`
 * @throws {Unavailable} the reset may have happened; repeating issues anew
 */
export async function resetPassword(
  dependencies: IssueDependencies,
  request: TargetRequest,
  context: RequestContext,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(dependencies.accounts, caller, request);
  const judge = async () => {
    const judged = await readTarget();
    const { authority, rights, target } = judged;
    if (target.value.userId === rights.userId) throw new Refusal('self-reset-forbidden');
    requireAllowed(judged, 'resetPassword');
    requirePrecondition(request, target);
    const isDisowned = target.value.disownedResetBy === rights.userId;
    return {
      before: target,
      after: target.value,
      events: [{ type: 'password.reset', details: { clearedLock: target.value.isLocked } }],
      authority,
      ...(isDisowned && { requireOfAdmins: requireNoOther(target.value, rights.userId) }),
    } as const;
  };
  return issueTemporaryPassword(dependencies, { judge, caller }, context);
}
