import type { EventDetails } from '../credential/event.ts';
import { changedRoles, mayChangeRoles } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Role } from '../credential/role.ts';
import type { User, UserStatus } from '../credential/user.ts';
import { type EventDraft, planChange, retryOnConflict } from './account-change.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import {
  requireAllowed,
  requirePrecondition,
  requireTarget,
  type TargetRequest,
} from './target.ts';

/** A member that is not there stays as it is; null clears. */
export interface UserPatch {
  readonly displayName?: string | undefined;
  readonly email?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly status?: UserStatus | undefined;
}

const PROFILE_MEMBERS = ['displayName', 'email', 'locale'] as const;

function patched<Value>(patch: Value | null | undefined, before: Value | undefined) {
  return patch === undefined ? before : (patch ?? undefined);
}

function applyPatch(before: User, patch: UserPatch): User {
  const isDisabled = patch.status === 'disabled' && before.status === 'active';
  return {
    ...before,
    displayName: patch.displayName ?? before.displayName,
    email: patched(patch.email, before.email),
    locale: patched(patch.locale, before.locale),
    roles: patch.roles ?? before.roles,
    status: patch.status ?? before.status,
    profileVersion: before.profileVersion + 1,
    // Raised here and not on enabling: a token from before stays dead for ever.
    sessionEpoch: before.sessionEpoch + (isDisabled ? 1 : 0),
  };
}

/** The events that tell of the difference; none when nothing changed. */
function draftEvents(before: User, after: User): readonly EventDraft[] {
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

/** Rank rules on what the patch changes, beyond the right to edit at all. */
function requireMayPatch(caller: User, before: User, after: User): void {
  if (!mayChangeRoles(caller, before, after.roles)) throw new Refusal('forbidden');
  const isSelf = caller.userId === before.userId;
  const isGlobal = caller.roles.includes('globalAdmin');
  if (isSelf && !isGlobal && before.status !== after.status) throw new Refusal('forbidden');
}

/**
 * @throws {Refusal} `not-found`, `forbidden`, `precondition-failed`, `last-global-admin`,
 *   `validation` (too many admins), `conflict`
 * @throws {Unavailable} the change may have happened; repeating is safe
 */
export async function updateUser(
  dependencies: Pick<Dependencies, 'accounts' | 'clock' | 'randomBytes'>,
  request: TargetRequest & { readonly patch: UserPatch },
  occasion: Occasion,
): Promise<User> {
  const caller = request.principal.user.value;
  return retryOnConflict(async () => {
    const target = await requireTarget(dependencies.accounts, request);
    const after = applyPatch(target.value, request.patch);
    requireAllowed(request, target, 'edit');
    requireMayPatch(caller, target.value, after);
    requirePrecondition(request, target);
    const [first, ...others] = draftEvents(target.value, after);
    if (first === undefined) return target.value;
    const planned = await planChange(dependencies, {
      before: target,
      after,
      events: [first, ...others],
      actor: { userId: caller.userId },
      requestId: occasion.requestId,
    });
    const outcome = await dependencies.accounts.commit({ ...planned, credential: undefined });
    return outcome === 'conflict' ? outcome : planned.after;
  });
}
