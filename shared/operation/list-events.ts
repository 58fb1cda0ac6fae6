import type { AccountEvent } from '../credential/event.ts';
import type { UserId } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import type { EventFilter } from '../port/store.ts';
import type { Dependencies } from './dependency.ts';
import { type ListRequest, readPage, type SealedPage } from './list-users.ts';

type EventDependencies = Pick<Dependencies, 'accounts' | 'cursors'>;

export interface ListEventsRequest extends ListRequest {
  readonly filter: EventFilter;
}

function listOf(
  dependencies: EventDependencies,
  request: ListEventsRequest,
  userId: UserId | undefined,
): Promise<SealedPage<AccountEvent>> {
  const { tenant } = request.principal.user.value;
  const { filter } = request;
  const filters = [filter.types, filter.actorId, filter.fromMs, filter.toMs];
  const binding = JSON.stringify(['events', tenant, userId, ...filters]);
  return readPage(dependencies, request, binding, (page) =>
    dependencies.accounts.listEvents(tenant, userId, page, filter),
  );
}

/**
 * Lists the events of the caller's tenant, newest first.
 * @throws as listUsers does
 */
export function listEvents(
  dependencies: EventDependencies,
  request: ListEventsRequest,
): Promise<SealedPage<AccountEvent>> {
  return listOf(dependencies, request, undefined);
}

/**
 * Lists the events of one user, newest first; a deleted user's too.
 * @throws {Refusal} `not-found` for an id that this tenant never had, else as listUsers does
 */
export async function listUserEvents(
  dependencies: EventDependencies,
  request: ListEventsRequest & { readonly userId: UserId | undefined },
): Promise<SealedPage<AccountEvent>> {
  const { userId } = request;
  const { tenant } = request.principal.user.value;
  const known =
    userId === undefined ? undefined : await dependencies.accounts.findUserName(tenant, userId);
  if (known === undefined) throw new Refusal('not-found');
  return listOf(dependencies, request, userId);
}
