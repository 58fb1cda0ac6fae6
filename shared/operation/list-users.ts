import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { Page, UserFilter } from '../port/store.ts';
import type { Principal } from './authenticate.ts';
import type { Dependencies } from './dependency.ts';

export interface ListRequest {
  readonly principal: Principal;
  /** 1–200. */
  readonly limit: number;
  /** A cursor of an earlier answer. */
  readonly after: string | undefined;
}

export interface SealedPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/**
 * Opens a cursor to the store's position.
 * @throws {Refusal} `validation` at `after`
 */
async function openCursor(
  { cursors }: Pick<Dependencies, 'cursors'>,
  after: string | undefined,
  binding: string,
): Promise<string | undefined> {
  if (after === undefined) return undefined;
  const position = await cursors.open(after, binding);
  if (position !== undefined) return position;
  throw new Refusal('validation', { errors: [{ parameter: 'after', problem: 'cursor' }] });
}

/** Reads one page between opening the caller's cursor and sealing the next. */
export async function readPage<Item>(
  dependencies: Pick<Dependencies, 'cursors'>,
  request: ListRequest,
  binding: string,
  read: (page: { limit: number; after: string | undefined }) => Promise<Page<Item>>,
): Promise<SealedPage<Item>> {
  const after = await openCursor(dependencies, request.after, binding);
  const page = await read({ limit: request.limit, after });
  const { next } = page;
  return {
    items: page.items,
    next: next === undefined ? undefined : await dependencies.cursors.seal(next, binding),
  };
}

/** The list and all its filters, to which a cursor belongs. */
export function bindingOf(list: readonly string[], filter: Omit<UserFilter, 'nowMs'>): string {
  const { userNamePrefix, role, status, credentialState, expiresBeforeMs, isFrozen } = filter;
  const filters = [userNamePrefix, role, status, credentialState, expiresBeforeMs, isFrozen];
  return JSON.stringify([list, ...filters]);
}

/**
 * Lists users of the caller's tenant in the order of user names.
 * @throws {Refusal} `validation` for a cursor that is altered, not issued here or of other filters
 * @throws {Unavailable}
 */
export function listUsers(
  dependencies: Pick<Dependencies, 'accounts' | 'clock' | 'cursors'>,
  request: ListRequest & { readonly filter: Omit<UserFilter, 'nowMs'> },
): Promise<SealedPage<User>> {
  const { tenant } = request.principal.user.value;
  const binding = bindingOf(['users', tenant], request.filter);
  const filter = { ...request.filter, nowMs: dependencies.clock.now() };
  return readPage(dependencies, request, binding, (page) =>
    dependencies.accounts.listUsers(tenant, filter, page),
  );
}
