import { Refusal } from '../credential/refusal.ts';
import type { StoredUser } from '../port/store.ts';
import type { Principal } from './authenticate.ts';
import { Caller, requireOwnAuthority } from './authority.ts';
import type { ChangeDependencies, RequestContext } from './dependency.ts';
import { retryOnConflict } from './retry.ts';
import { writeSessionsEnded } from './session.ts';
import { requireAllowed, type TargetRequest, targetReader } from './target.ts';

/**
 * Ends all sessions of another user, for an admin.
 * @throws {Refusal} `not-found`, `forbidden`, `conflict`
 * @throws {Unavailable}
 */
export async function signOutUser(
  dependencies: ChangeDependencies,
  request: TargetRequest,
  context: RequestContext,
): Promise<void> {
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(dependencies.accounts, caller, request);
  await caller.retry(async () => {
    const judged = await readTarget();
    requireAllowed(judged, 'signOut');
    return writeSessionsEnded(dependencies, {
      user: judged.target,
      authority: judged.authority,
      requestId: context.requestId,
    });
  });
}

/**
 * Ends all of the caller's own sessions, this one too.
 * @throws {Refusal} `invalid-token`, `conflict`
 * @throws {Unavailable}
 */
export async function signOutEverywhere(
  dependencies: ChangeDependencies,
  principal: Principal,
  context: RequestContext,
): Promise<void> {
  const { userName } = principal.user.value;
  let user: StoredUser | undefined = principal.user;
  await retryOnConflict(dependencies, async () => {
    if (user === undefined) throw new Refusal('invalid-token');
    const outcome = await writeSessionsEnded(dependencies, {
      user,
      authority: requireOwnAuthority(dependencies, principal, user),
      requestId: context.requestId,
    });
    if (outcome === 'conflict') user = await dependencies.accounts.findUser(userName);
    return outcome;
  });
}
