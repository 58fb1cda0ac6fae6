import type { AccountEvent } from '../credential/event.ts';
import type { UserId } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Dependencies } from './dependency.ts';
import { type ListRequest, readPage, type SealedPage } from './list-users.ts';

type EventDependencies = Pick<Dependencies, 'accounts' | 'cursors'>;

/**
 * Lists all events of the caller's tenant, newest first.
 * @throws as listUsers does
 */
export function listEvents(
  dependencies: EventDependencies,
  request: ListRequest,
): Promise<SealedPage<AccountEvent>> {
  const { tenant } = request.principal.user.value;
  return readPage(dependencies, request, JSON.stringify(['events', tenant]), (page) =>
    dependencies.accounts.listEvents(tenant, undefined, page),
  );
}

/**
 * Lists the events of one user, newest first; a deleted user's too.
 * @throws {Refusal} `not-found` for an id that this tenant never had, else as listUsers does
 */
export async function listUserEvents(
  dependencies: EventDependencies,
  request: ListRequest & { readonly userId: UserId | undefined },
): Promise<SealedPage<AccountEvent>> {
  const { tenant } = request.principal.user.value;
  const { userId } = request;
  const known =
    userId === undefined ? undefined : await dependencies.accounts.findUserName(tenant, userId);
  if (userId === undefined || known === undefined) throw new Refusal('not-found');
  const binding = JSON.stringify(['events', tenant, userId]);
  return readPage(dependencies, request, binding, (page) =>
    dependencies.accounts.listEvents(tenant, userId, page),
  );
}
