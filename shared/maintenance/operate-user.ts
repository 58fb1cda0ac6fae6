/** Acts of an operator on one user, without the rights of any admin. */
import type { UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { NO_TERMS, type ResetTerms } from '../credential/reset.ts';
import type { User, UserStatus } from '../credential/user.ts';
import { type DesiredChange, planAdmins, planChange } from '../operation/account-change.ts';
import { systemAuthority } from '../operation/authority.ts';
import { draftDeletion } from '../operation/delete-user.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from '../operation/dependency.ts';
import {
  type IssueDependencies,
  type Issued,
  issueTemporaryPassword,
} from '../operation/issue-temporary-password.ts';
import { retryOnConflict } from '../operation/retry.ts';
import { draftUnlock } from '../operation/unlock-user.ts';
import { applyPatch, draftUpdateEvents } from '../operation/update-user.ts';
import type { StoredUser } from '../port/store.ts';

export type UserAct = 'unlock' | 'enable' | 'disable' | 'delete';

export interface OperatedUser {
  readonly userName: UserName;
  /** True if the tenant may be left without a global admin who counts. */
  readonly force: boolean;
  /** True to apply the refusals of the act and write nothing. */
  readonly isDryRun: boolean;
}

export interface OperatedReset extends OperatedUser {
  /** The terms that the operator states. */
  readonly terms?: ResetTerms;
}

type Draft = Omit<DesiredChange, 'authority' | 'requestId'>;

const STATUS_AFTER: Readonly<Partial<Record<UserAct, UserStatus>>> = {
  enable: 'active',
  disable: 'disabled',
};

/**
 * Drafts the change of the act.
 * @returns undefined if there is nothing to do
 */
async function draftAct(
  dependencies: Pick<Dependencies, 'attempts' | 'clock'>,
  act: UserAct,
  before: StoredUser,
): Promise<Draft | undefined> {
  if (act === 'unlock') return draftUnlock(dependencies, before);
  if (act === 'delete') return draftDeletion(before);
  const after = applyPatch(before.value, { status: STATUS_AFTER[act] });
  const [first, ...others] = draftUpdateEvents(before.value, after);
  return first && { before, after, events: [first, ...others] };
}

/**
 * Unlocks, enables, disables or deletes a user, with an event of the operator.
 * @returns the user after it, and whether there was anything to do
 * @throws {Refusal} `not-found`, `reset-required` (unlock), `last-global-admin`, `conflict`
 * @throws {Unavailable} it may have happened; repeating is safe
 */
export async function operateUser(
  dependencies: ChangeDependencies & Pick<Dependencies, 'attempts'>,
  act: UserAct,
  { userName, force, isDryRun }: OperatedUser,
  { requestId }: RequestContext,
): Promise<{ readonly user: User; readonly isChanged: boolean }> {
  const { accounts } = dependencies;
  return retryOnConflict(dependencies, async () => {
    const before = await accounts.findUser(userName);
    if (before === undefined) throw new Refusal('not-found');
    const draft = await draftAct(dependencies, act, before);
    if (draft === undefined) return { user: before.value, isChanged: false };
    const planned = await planChange(dependencies, {
      ...draft,
      authority: systemAuthority('operator'),
      requestId,
      mayLeaveNoGlobalAdmin: force,
    });
    if (!isDryRun) {
      const outcome = await accounts.commit({ ...planned, credential: undefined });
      if (outcome === 'conflict') return outcome;
    }
    return { user: planned.after, isChanged: true };
  });
}

/**
 * Issues a temporary password to a user, as an admin's reset does.
 * @returns undefined in a dry run
 * @throws {Refusal} `not-found`, `last-global-admin`, `conflict`, `overloaded`
 * @throws {Unavailable} it may have happened; repeating issues anew
 */
export async function resetUser(
  dependencies: IssueDependencies,
  { userName, force, isDryRun, terms = NO_TERMS }: OperatedReset,
  context: RequestContext,
): Promise<Issued | undefined> {
  const judge = async () => {
    const before = await dependencies.accounts.findUser(userName);
    if (before === undefined) throw new Refusal('not-found');
    return {
      before,
      after: before.value,
      reset: terms,
      events: [],
      authority: systemAuthority('operator'),
      mayLeaveNoGlobalAdmin: force,
    } as const;
  };
  if (isDryRun) {
    const desired = await judge();
    const after: User = { ...desired.after, credential: { kind: 'none' } };
    await planAdmins(dependencies, { ...desired, after });
    return undefined;
  }
  return issueTemporaryPassword(dependencies, { judge }, context);
}
