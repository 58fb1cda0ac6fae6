import type { EventDetails } from '../credential/event.ts';
import { changedRoles, mayChangeRoles } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Rights } from '../credential/rights.ts';
import type { Role } from '../credential/role.ts';
import type { User, UserStatus } from '../credential/user.ts';
import { type EventDraft, planChange } from './account-change.ts';
import { Caller } from './authority.ts';
import { requireTwoAddresses } from './create-user.ts';
import type { ChangeDependencies, RequestContext } from './dependency.ts';
import { requireAllowed, requirePrecondition, type TargetRequest, targetReader } from './target.ts';

/** The changes of a user: an absent member stays as it is; null clears. */
export interface UserPatch {
  readonly displayName?: string | undefined;
  readonly email?: string | null | undefined;
  readonly secondEmail?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly status?: UserStatus | undefined;
}

const PROFILE_MEMBERS = ['displayName', 'email', 'secondEmail', 'locale'] as const;

function patched<Value>(patch: Value | null | undefined, before: Value | undefined) {
  return patch === undefined ? before : (patch ?? undefined);
}

/** Returns the user with the members of the patch. */
export function applyPatch(before: User, patch: UserPatch): User {
  const isDisabled = patch.status === 'disabled' && before.status === 'active';
  return {
    ...before,
    displayName: patch.displayName ?? before.displayName,
    email: patched(patch.email, before.email),
    secondEmail: patched(patch.secondEmail, before.secondEmail),
    locale: patched(patch.locale, before.locale),
    roles: patch.roles ?? before.roles,
    status: patch.status ?? before.status,
    profileVersion: before.profileVersion + 1,
    // Raised here and not on enabling: a token from before stays invalid for ever.
    sessionEpoch: before.sessionEpoch + (isDisabled ? 1 : 0),
  };
}

/** Drafts the events of the difference; none when nothing changed. */
export function draftUpdateEvents(before: User, after: User): readonly EventDraft[] {
  const events: EventDraft[] = [];
  const members: string[] = PROFILE_MEMBERS.filter((member) => before[member] !== after[member]);
  const hasNewRoles = changedRoles(before.roles, after.roles).length > 0;
  if (hasNewRoles) members.push('roles');
  if (members.length > 0) {
    const roles: EventDetails = hasNewRoles
      ? { rolesBefore: before.roles, rolesAfter: after.roles }
      : {};
    events.push({ type: 'user.updated', details: { changed: members, ...roles } });
  }
  if (before.status !== after.status) {
    events.push({ type: after.status === 'disabled' ? 'user.disabled' : 'user.enabled' });
  }
  return events;
}

/**
 * Requires that the rank rules permit the changes of the patch, beyond the right to edit at all.
 */
function requireMayPatch(caller: Rights, before: User, after: User): void {
  if (!mayChangeRoles(caller, before, after.roles)) throw new Refusal('forbidden');
  const isSelf = caller.userId === before.userId;
  const isGlobal = caller.roles.includes('globalAdmin');
  if (isSelf && !isGlobal && before.status !== after.status) throw new Refusal('forbidden');
}

/**
 * Changes a user's profile, roles or status.
 * @throws {Refusal} `not-found`, `forbidden`, `precondition-failed`, `last-global-admin`,
 * `validation` (one address twice, too many admins), `conflict`
 * @throws {Unavailable} the change may have happened; repeating is safe
 */
export async function updateUser(
  dependencies: ChangeDependencies,
  request: TargetRequest & { readonly patch: UserPatch },
  context: RequestContext,
): Promise<User> {
  const { accounts } = dependencies;
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(accounts, caller, request);
  return caller.retry(async () => {
    const judged = await readTarget();
    const { authority, rights, target } = judged;
    const after = applyPatch(target.value, request.patch);
    requireAllowed(judged, 'edit');
    requireMayPatch(rights, target.value, after);
    requirePrecondition(request, target);
    requireTwoAddresses(after, request.patch.secondEmail === undefined ? '/email' : '/secondEmail');
    const [first, ...others] = draftUpdateEvents(target.value, after);
    if (first === undefined) {
      const isOneMoment = rights.userId === target.value.userId || (await caller.isUnchanged());
      return isOneMoment ? target.value : 'conflict';
    }
    const planned = await planChange(dependencies, {
      before: target,
      after,
      events: [first, ...others],
      authority,
      requestId: context.requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    return outcome === 'conflict' ? outcome : planned.after;
  });
}
