import { planChange, retryOnConflict } from './account-change.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import {
  requireAllowed,
  requirePrecondition,
  requireTarget,
  type TargetRequest,
} from './target.ts';

/**
 * The name is free at once; the events stay readable by the user's id.
 * @throws {Refusal} `not-found`, `forbidden`, `precondition-failed`, `last-global-admin`,
 *   `conflict`
 * @throws {Unavailable} the user may be gone; repeating then answers `not-found`
 */
export async function deleteUser(
  dependencies: Pick<Dependencies, 'accounts' | 'clock' | 'randomBytes'>,
  request: TargetRequest,
  occasion: Occasion,
): Promise<void> {
  await retryOnConflict(async () => {
    const target = await requireTarget(dependencies.accounts, request);
    requireAllowed(request, target, 'delete');
    requirePrecondition(request, target);
    const planned = await planChange(dependencies, {
      before: target,
      after: target.value,
      isDelete: true,
      events: [{ type: 'user.deleted' }],
      actor: { userId: request.principal.user.value.userId },
      requestId: occasion.requestId,
    });
    return dependencies.accounts.commit({ ...planned, credential: undefined });
  });
}
