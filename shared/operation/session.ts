import type { EventDetails } from '../credential/event.ts';
import type { StoredUser } from '../port/store.ts';
import { planChange } from './account-change.ts';
import type { Authority } from './authority.ts';
import type { ChangeDependencies } from './dependency.ts';

/** Ends every token of this user with this one write. */
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
