import type { StoredUser } from '../port/store.ts';
import { type DesiredChange, planChange } from './account-change.ts';
import { Caller } from './authority.ts';
import type { ChangeDependencies, RequestContext } from './dependency.ts';
import { requireAllowed, requirePrecondition, type TargetRequest, targetReader } from './target.ts';

/** Drafts a deletion, whose event keeps the names: the user's row is removed. */
export function draftDeletion(
  before: StoredUser,
): Pick<DesiredChange, 'before' | 'after' | 'isDelete' | 'events'> {
  const { userName, displayName } = before.value;
  const events = [{ type: 'user.deleted', details: { userName, displayName } }] as const;
  return { before, after: before.value, isDelete: true, events };
}

/**
 * Deletes a user. The name is free at once; the events stay readable by the user's id.
 * @throws {Refusal} `not-found`, `forbidden`, `precondition-failed`, `last-global-admin`,
 * `conflict`
 * @throws {Unavailable} the user may be deleted; repeating then answers `not-found`
 */
export async function deleteUser(
  dependencies: ChangeDependencies,
  request: TargetRequest,
  context: RequestContext,
): Promise<void> {
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(dependencies.accounts, caller, request);
  await caller.retry(async () => {
    const judged = await readTarget();
    const { authority, target } = judged;
    requireAllowed(judged, 'delete');
    requirePrecondition(request, target);
    const planned = await planChange(dependencies, {
      ...draftDeletion(target),
      authority,
      requestId: context.requestId,
    });
    return dependencies.accounts.commit({ ...planned, credential: undefined });
  });
}
