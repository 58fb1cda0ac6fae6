import { planChange } from './account-change.ts';
import { Caller } from './authority.ts';
import type { ChangeDependencies, RequestContext } from './dependency.ts';
import { requireAllowed, requirePrecondition, type TargetRequest, targetReader } from './target.ts';

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
      before: target,
      after: target.value,
      isDelete: true,
      events: [{ type: 'user.deleted' }],
      authority,
      requestId: context.requestId,
    });
    return dependencies.accounts.commit({ ...planned, credential: undefined });
  });
}
