import type { User } from '../credential/user.ts';
import type { Stored } from '../port.ts';
import { retryOnConflict } from './account-change.ts';
import { isLive, type Principal } from './authenticate.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { writeSessionsEnded } from './session.ts';
import { requireAllowed, requireTarget, type TargetRequest } from './target.ts';

type SignOutDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'randomBytes'>;

/**
 * An admin ends all sessions of another user.
 * @throws {Refusal} `not-found`, `forbidden`, `conflict` @throws {Unavailable}
 */
export async function signOutUser(
  dependencies: SignOutDependencies,
  request: TargetRequest,
  occasion: Occasion,
): Promise<void> {
  await retryOnConflict(async () => {
    const user = await requireTarget(dependencies.accounts, request);
    requireAllowed(request, user, 'signOut');
    return writeSessionsEnded(dependencies, {
      user,
      actor: { userId: request.principal.user.value.userId },
      requestId: occasion.requestId,
    });
  });
}

/**
 * A user ends all own sessions, this one too.
 * @throws {Refusal} `conflict` @throws {Unavailable}
 */
export async function signOutEverywhere(
  dependencies: SignOutDependencies,
  principal: Principal,
  occasion: Occasion,
): Promise<void> {
  const claims = { ...principal.user.value, use: principal.use };
  let user: Stored<User> | undefined = principal.user;
  await retryOnConflict(async () => {
    // Ended meanwhile by somebody else: what was asked for holds already.
    if (user === undefined || !isLive(claims, user.value, dependencies.clock.now())) return 'ended';
    const outcome = await writeSessionsEnded(dependencies, {
      user,
      actor: { userId: claims.userId },
      requestId: occasion.requestId,
    });
    if (outcome === 'conflict') user = await dependencies.accounts.findUser(claims.userName);
    return outcome;
  });
}
