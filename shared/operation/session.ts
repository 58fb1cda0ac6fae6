import type { Actor, EventDetails } from '../credential/event.ts';
import type { User } from '../credential/user.ts';
import type { Stored } from '../port.ts';
import { planChange } from './account-change.ts';
import type { Dependencies } from './dependency.ts';

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
