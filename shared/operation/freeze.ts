import type { EventDetails } from '../credential/event.ts';
import type { FreezeOutcome } from '../credential/freeze.ts';
import type { UserId } from '../credential/name.ts';
import { adminEntry } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import { rankOf } from '../credential/role.ts';
import type { User } from '../credential/user.ts';
import { composeChange, type EventDraft, readAdmins } from './account-change.ts';
import { systemAuthority } from './authority.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from './dependency.ts';
import { type FreezeLink, openFreezeToken } from './freeze-token.ts';
import { retryOnConflict } from './retry.ts';

type FreezeDependencies = ChangeDependencies & Pick<Dependencies, 'freezes'>;

/** Ends every token of the user, and a temporary password as of now. */
function shutOut(
  user: User,
  nowMs: number,
): { readonly after: User; readonly events: readonly EventDraft[] } {
  const after = { ...user, sessionEpoch: user.sessionEpoch + 1 };
  const { credential } = user;
  if (credential.kind !== 'temporary') return { after, events: [] };
  const expiresAtMs = Math.min(credential.expiresAtMs, nowMs);
  const details = { expiresAt: new Date(expiresAtMs).toISOString() };
  return {
    after: { ...after, credential: { ...credential, kind: 'expired', expiresAtMs } },
    events: [{ type: 'temporary-password.expired', details }],
  };
}

function describe({ eventId, eventType, resetBy }: FreezeLink): EventDetails {
  return {
    notice: eventType,
    noticeEvent: eventId,
    ...(resetBy !== undefined && { disownedResetBy: resetBy }),
  };
}

/**
 * Freezes the user, or ends the sessions of the last global admin who counts: a thief of a mailbox
 * must not take the whole tenant away. For an admin the tenant row decides which of the two it is,
 * and the change holds only while that row does.
 */
async function act(
  dependencies: FreezeDependencies,
  link: FreezeLink,
  { requestId }: RequestContext,
): Promise<FreezeOutcome | 'conflict'> {
  const { accounts, clock } = dependencies;
  const before = await accounts.findUser(link.userName);
  const user = before?.value;
  if (before === undefined || user?.userId !== link.userId) return 'lapsed';
  if (user.lastResetSequence !== link.lastResetSequence) return 'lapsed';
  const disownedResetBy = link.resetBy ?? user.disownedResetBy;
  if (user.isFrozen && disownedResetBy === user.disownedResetBy) return 'frozen';
  const { after, events } = shutOut(user, clock.now());
  const frozen = { ...after, isFrozen: true, disownedResetBy };
  const row =
    rankOf(user.roles) === 0 ? undefined : await readAdmins(dependencies, user, adminEntry(frozen));
  const isLast = row?.isBereft === true;
  const [first, ...others]: readonly EventDraft[] = [
    ...events,
    { type: isLast ? 'sessions.ended' : 'credential.frozen', details: describe(link) },
  ];
  if (first === undefined) throw new Error('a freeze has an event');
  const authority = systemAuthority('notice');
  const change = composeChange(
    dependencies,
    { before, after: isLast ? after : frozen, events: [first, ...others], authority, requestId },
    row && { etag: row.etag, list: isLast ? row.listed : row.list },
  );
  const outcome = await accounts.commit({ ...change, credential: undefined });
  if (outcome === 'conflict') return outcome;
  return isLast ? 'sessionsEnded' : 'frozen';
}

/**
 * Closes an account for its owner, who opened the link in a notice: "This wasn't me".
 * @throws {Refusal} `verification-failed` (no call to the store), `conflict`
 * @throws {Unavailable} it may have happened; repeating is safe
 */
export async function freeze(
  dependencies: FreezeDependencies,
  token: string,
  context: RequestContext,
): Promise<{ readonly outcome: FreezeOutcome; readonly userId: UserId }> {
  const link = await openFreezeToken(dependencies, token);
  if (link === undefined) throw new Refusal('verification-failed');
  const { userId } = link;
  if (dependencies.clock.now() >= link.expiresAtMs) return { outcome: 'lapsed', userId };
  const outcome = await retryOnConflict(dependencies, () => act(dependencies, link, context));
  return { outcome, userId };
}
