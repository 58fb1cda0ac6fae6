import type { EventDetails } from '../credential/event.ts';
import type { StoredUser } from '../port.ts';
import { planChange } from './account-change.ts';
import { isLive } from './authenticate.ts';
import { type Authority, systemAuthority } from './authority.ts';
import type { ChangeDependencies, Occasion } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

/** Every token of this user stops working with this one write. */
export async function writeSessionsEnded(
  dependencies: ChangeDependencies,
  change: {
    readonly user: StoredUser;
    readonly authority: Authority;
    readonly requestId: string;
    readonly details?: EventDetails;
  },
): Promise<'committed' | 'conflict'> {
  const { user, authority, requestId, details = {} } = change;
  const planned = await planChange(dependencies, {
    before: user,
    after: { ...user.value, sessionEpoch: user.value.sessionEpoch + 1 },
    events: [{ type: 'sessions.ended', details }],
    authority,
    requestId,
  });
  return dependencies.accounts.commit({ ...planned, credential: undefined });
}

/**
 * Ends the sessions and devices in which somebody guesses, unless they have ended meanwhile.
 * @throws {Refusal} `conflict` @throws {Unavailable}
 */
export async function endGuessedSessions(
  dependencies: ChangeDependencies,
  user: StoredUser,
  details: EventDetails,
  { requestId }: Occasion,
): Promise<void> {
  const claims = { ...user.value, use: 'access' } as const;
  const authority = systemAuthority('sign-in');
  let current: StoredUser | undefined = user;
  await retryOnConflict(dependencies, async () => {
    if (current === undefined || !isLive(claims, current.value, 0)) return 'ended';
    const change = { user: current, authority, requestId, details };
    const outcome = await writeSessionsEnded(dependencies, change);
    if (outcome === 'conflict') current = await dependencies.accounts.findUser(claims.userName);
    return outcome;
  });
}
