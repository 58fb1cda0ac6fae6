import type { EventDetails } from '../credential/event.ts';
import type { StoredUser } from '../port/store.ts';
import { planChange } from './account-change.ts';
import type { Authority } from './authority.ts';
import type { MailScope } from './compose-notices.ts';
import type { ChangeDependencies } from './dependency.ts';

/** Ends every token of this user with this one write. */
export async function writeSessionsEnded(
  dependencies: ChangeDependencies,
  change: {
    readonly user: StoredUser;
    readonly authority: Authority;
    readonly requestId: string;
    readonly details?: EventDetails;
    readonly mails?: MailScope;
  },
): Promise<'committed' | 'conflict'> {
  const { user, authority, requestId, details = {}, mails } = change;
  const planned = await planChange(dependencies, {
    before: user,
    after: { ...user.value, sessionEpoch: user.value.sessionEpoch + 1 },
    events: [{ type: 'sessions.ended', details }],
    authority,
    requestId,
    ...(mails && { mails }),
  });
  return dependencies.accounts.commit({ ...planned, credential: undefined });
}
