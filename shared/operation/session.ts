import type { Actor, EventDetails } from '../credential/event.ts';
import type { User } from '../credential/user.ts';
import type { Stored } from '../port.ts';
import { planChange, retryOnConflict } from './account-change.ts';
import { isLive } from './authenticate.ts';
import type { Dependencies, Occasion } from './dependency.ts';

type SessionDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'randomBytes'>;

/** Every token of this user stops working with this one write. */
export async function writeSessionsEnded(
  dependencies: SessionDependencies,
  change: {
    readonly user: Stored<User>;
    readonly actor: Actor;
    readonly requestId: string;
    readonly details?: EventDetails;
  },
): Promise<'committed' | 'conflict'> {
  const { user, actor, requestId, details = {} } = change;
  const planned = await planChange(dependencies, {
    before: user,
    after: { ...user.value, sessionEpoch: user.value.sessionEpoch + 1 },
    events: [{ type: 'sessions.ended', details }],
    actor,
    requestId,
  });
  return dependencies.accounts.commit({ ...planned, credential: undefined });
}

/**
 * Ends the sessions and devices in which somebody guesses, unless they have ended meanwhile.
 * @throws {Refusal} `conflict` @throws {Unavailable}
 */
export async function endGuessedSessions(
  dependencies: SessionDependencies,
  user: Stored<User>,
  details: EventDetails,
  { requestId }: Occasion,
): Promise<void> {
  const claims = { ...user.value, use: 'access' } as const;
  let current: Stored<User> | undefined = user;
  await retryOnConflict(async () => {
    if (current === undefined || !isLive(claims, current.value, 0)) return 'ended';
    const ended = { user: current, actor: { system: 'sign-in' }, requestId, details } as const;
    const outcome = await writeSessionsEnded(dependencies, ended);
    if (outcome === 'conflict') current = await dependencies.accounts.findUser(claims.userName);
    return outcome;
  });
}
