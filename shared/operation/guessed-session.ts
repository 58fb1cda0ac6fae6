import type { EventDetails } from '../credential/event.ts';
import type { StoredUser } from '../port/store.ts';
import { isTokenCurrent } from './authenticate.ts';
import { systemAuthority } from './authority.ts';
import type { ChangeDependencies, RequestContext } from './dependency.ts';
import { retryOnConflict } from './retry.ts';
import { writeSessionsEnded } from './session.ts';

/**
 * Ends the sessions and devices in which an attacker may be guessing, unless they have already
 * ended.
 * @throws {Refusal} `conflict`
 * @throws {Unavailable}
 */
export async function endGuessedSessions(
  dependencies: ChangeDependencies,
  user: StoredUser,
  details: EventDetails,
  { requestId }: RequestContext,
): Promise<void> {
  const claims = { ...user.value, use: 'access' } as const;
  const authority = systemAuthority('sign-in');
  let current: StoredUser | undefined = user;
  await retryOnConflict(dependencies, async () => {
    if (current === undefined || !isTokenCurrent(claims, current.value, 0)) return 'ended';
    const change = { user: current, authority, requestId, details };
    const outcome = await writeSessionsEnded(dependencies, change);
    if (outcome === 'conflict') current = await dependencies.accounts.findUser(claims.userName);
    return outcome;
  });
}
