import type { StoredUser } from '../port/store.ts';
import { isLive, type Principal } from './authenticate.ts';
import { Caller, requireOwnAuthority } from './authority.ts';
import type { ChangeDependencies, Occasion } from './dependency.ts';
import { retryOnConflict } from './retry.ts';
import { writeSessionsEnded } from './session.ts';
import { requireAllowed, type TargetRequest, targetReader } from './target.ts';

/**
 * An admin ends all sessions of another user.
 * @throws {Refusal} `not-found`, `forbidden`, `conflict` @throws {Unavailable}
 */
export async function signOutUser(
  dependencies: ChangeDependencies,
  request: TargetRequest,
  occasion: Occasion,
): Promise<void> {
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(dependencies.accounts, caller, request);
  await caller.retry(async () => {
    const judged = await readTarget();
    requireAllowed(judged, 'signOut');
    return writeSessionsEnded(dependencies, {
      user: judged.target,
      authority: judged.authority,
      requestId: occasion.requestId,
    });
  });
}

/**
 * A user ends all own sessions, this one too.
 * @throws {Refusal} `conflict` @throws {Unavailable}
 */
export async function signOutEverywhere(
  dependencies: ChangeDependencies,
  principal: Principal,
  occasion: Occasion,
): Promise<void> {
  const claims = { ...principal.user.value, use: principal.use };
  let user: StoredUser | undefined = principal.user;
  await retryOnConflict(dependencies, async () => {
    // Ended meanwhile by somebody else: what was asked for holds already.
    if (user === undefined || !isLive(claims, user.value, dependencies.clock.now())) return 'ended';
    const outcome = await writeSessionsEnded(dependencies, {
      user,
      authority: requireOwnAuthority(dependencies, principal, user),
      requestId: occasion.requestId,
    });
    if (outcome === 'conflict') user = await dependencies.accounts.findUser(claims.userName);
    return outcome;
  });
}
