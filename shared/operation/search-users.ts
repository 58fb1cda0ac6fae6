import { indexedWords, Search } from '../credential/search-word.ts';
import { credentialState, isTemporary } from '../credential/state.ts';
import type { User } from '../credential/user.ts';
import type { IndexedWord } from '../port/search.ts';
import type { UserFilter } from '../port/store.ts';
import { concurrently } from './concurrently.ts';
import type { Dependencies } from './dependency.ts';
import { bindingOf, type ListRequest, readPage, type SealedPage } from './list-users.ts';

/** The most rows that a query of Table Storage answers. */
const ROWS_MAX = 1000;
/** Several words of a user may begin with a word of the search; one row yields the user. */
const ROWS_PER_USER = 2;
/** Point reads in flight for one page. */
const READS_AT_ONCE = 16;

type SearchDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'cursors' | 'search'>;

/** Judges one user by the filter of `listUsers`. */
function passes(user: User, filter: UserFilter): boolean {
  const { role, status, expiresBeforeMs, isFrozen, nowMs } = filter;
  const { credential } = user;
  const state = filter.credentialState ?? credentialState(user, nowMs);
  const isSoon =
    expiresBeforeMs === undefined ||
    (isTemporary(credential) && credential.expiresAtMs < expiresBeforeMs);
  return (
    (role === undefined || user.roles.includes(role)) &&
    (status === undefined || user.status === status) &&
    credentialState(user, nowMs) === state &&
    isSoon &&
    (isFrozen === undefined || user.isFrozen)
  );
}

/** Returns the first rows that yield a user, and the position where the next page begins. */
function firstMet(rows: readonly IndexedWord[], search: Search, limit: number) {
  const met: IndexedWord[] = [];
  for (const row of rows) {
    if (met.length === limit) return { met, next: met.at(-1)?.position };
    if (search.isMetAt(row.key, row.words)) met.push(row);
  }
  return { met, next: undefined };
}

/** Reads the users of the rows; a row that is not as its user is now yields no user. */
async function readUsers(
  { accounts }: Pick<SearchDependencies, 'accounts'>,
  rows: readonly IndexedWord[],
  search: Search,
): Promise<readonly User[]> {
  const users: (User | undefined)[] = [];
  await concurrently(rows.entries(), READS_AT_ONCE, async ([index, { userName, userId, key }]) => {
    const user = (await accounts.findUser(userName))?.value;
    const isMet = user?.userId === userId && search.isMetAt(key, indexedWords(user));
    users[index] = isMet ? user : undefined;
  });
  return users.filter((user) => user !== undefined);
}

/**
 * Finds users of the caller's tenant by the beginnings of words, in the order of the word that
 * matched, then of user names. One query of the index, and one read for each user that it yields.
 * @throws as listUsers does
 */
export function searchUsers(
  dependencies: SearchDependencies,
  request: ListRequest & { readonly text: string; readonly filter: Omit<UserFilter, 'nowMs'> },
): Promise<SealedPage<User>> {
  const { tenant } = request.principal.user.value;
  const search = new Search(request.text);
  const filter = { ...request.filter, nowMs: dependencies.clock.now() };
  const binding = bindingOf(['search', tenant, ...search.words], filter);
  return readPage(dependencies, request, binding, async ({ limit, after }) => {
    if (search.lead === undefined) return { items: [], next: undefined };
    const rowLimit = search.words.length > 1 ? ROWS_MAX : ROWS_PER_USER * limit;
    const page = await dependencies.search.list(tenant, search.lead, { limit: rowLimit, after });
    const { met, next } = firstMet(page.items, search, limit);
    const users = await readUsers(dependencies, met, search);
    return { items: users.filter((user) => passes(user, filter)), next: next ?? page.next };
  });
}
