import { indexedWords, wordKey } from '../credential/search-word.ts';
import { concurrently } from '../operation/concurrently.ts';
import type { ChangeDependencies } from '../operation/dependency.ts';
import { retryOnConflict } from '../operation/retry.ts';
import type { RandomBytes } from '../port/clock.ts';
import type { IndexedWord, SearchIndex } from '../port/search.ts';
import type { AccountStore, StoredUser } from '../port/store.ts';

export interface WordDependencies {
  readonly accounts: Pick<AccountStore, 'findUser' | 'listTenants'>;
  readonly search: SearchIndex;
  readonly randomBytes: RandomBytes;
  readonly pause: ChangeDependencies['pause'];
}

/** Rows in work at once; each costs a read of its user. */
const AT_ONCE = 8;

/**
 * Writes the words of a user where rows are missing or not as they follow from its names.
 * @returns how many those were
 */
export async function mendWords(
  dependencies: WordDependencies,
  listed: StoredUser,
  isDryRun: boolean,
): Promise<number> {
  const { accounts, search } = dependencies;
  let stored: StoredUser | undefined = listed;
  let missing: number | undefined;
  return retryOnConflict(dependencies, async () => {
    if (missing !== undefined) stored = await accounts.findUser(listed.value.userName);
    const missingNow = stored === undefined ? 0 : await search.countMissing(stored);
    missing ??= missingNow;
    if (stored === undefined || missingNow === 0 || isDryRun) return missing;
    return (await search.write(stored)) === 'committed' ? missing : 'conflict';
  });
}

/**
 * Removes the rows of words that are not their user's, which a version without the index leaves
 * behind. A row that is written meanwhile has another tag and stays.
 * @returns how many there were
 */
export async function removeStaleWords(
  { accounts, search }: Pick<WordDependencies, 'accounts' | 'search'>,
  isDryRun: boolean,
): Promise<number> {
  let stale = 0;
  const look = async (row: IndexedWord) => {
    const user = (await accounts.findUser(row.userName))?.value;
    const isTheirs =
      user?.userId === row.userId && indexedWords(user).map(wordKey).includes(row.key);
    if (isTheirs) return;
    stale += 1;
    if (!isDryRun) await search.remove(row);
  };
  await concurrently(allRows(accounts, search), AT_ONCE, look);
  return stale;
}

async function* allRows(
  accounts: Pick<AccountStore, 'listTenants'>,
  search: Pick<SearchIndex, 'listAll'>,
): AsyncGenerator<IndexedWord, void> {
  for await (const tenant of accounts.listTenants()) {
    for await (const page of search.listAll(tenant)) yield* page;
  }
}
