import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/azure/table/table-store.ts';
import type { Tenant } from '../../shared/credential/name.ts';
import { indexedWords, wordKey } from '../../shared/credential/search-word.ts';
import type { StoredUser } from '../../shared/port/store.ts';
import {
  type AccountStoreUnderTest,
  created,
  deletion,
  found,
  nameOf,
  newTenant,
  pagesOf,
  sampleUser,
  update,
} from './account-sample.ts';

type SearchIndexUnderTest = AccountStoreUnderTest & Pick<TableStores, 'archive' | 'search'>;

/** Describes every SearchIndex. @param start an empty store */
export function describeSearchIndex(
  name: string,
  start: () => Promise<SearchIndexUnderTest>,
): void {
  describe(`${name}: the index of words`, () => {
    let store: SearchIndexUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeRows(() => store);
    describeMending(() => store);
  });
}

/** Every row of a tenant, as the key of its word and its user. */
async function rowsOf({ search }: SearchIndexUnderTest, tenant: Tenant) {
  const rows: string[] = [];
  for await (const page of search.listAll(tenant)) {
    rows.push(...page.map(({ key, userName }) => `${key} ${userName.split('@')[0]}`));
  }
  return rows;
}

/** The rows that a user has, and no others, are those that follow from its names. */
async function expectIndexed(store: SearchIndexUnderTest, { value, words }: StoredUser) {
  expect(words).toEqual(indexedWords(value));
  const expected = indexedWords(value).map((word) => ({
    key: wordKey(word),
    userId: value.userId,
    words: indexedWords(value),
  }));
  const seen = [];
  for await (const page of store.search.listAll(value.tenant)) {
    seen.push(...page.filter(({ userName }) => userName === value.userName));
  }
  expect(seen.map(({ key, userId, words: all }) => ({ key, userId, words: all }))).toEqual(
    expected.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
  );
}

function describeRows(store: () => SearchIndexUnderTest): void {
  it('follows each change of a name, and is gone with the user', async () => {
    const { accounts } = store();
    const tenant = newTenant();
    const user = sampleUser(nameOf(`a#b.ana@${tenant}`), { displayName: 'Ana Ünal' });
    const first = await created(accounts, user);
    await expectIndexed(store(), first);
    const commit = async (change: Parameters<typeof update>[1]) => {
      const before = await found(accounts, user.userName);
      expect(await accounts.commit(update(before, change))).toBe('committed');
      await expectIndexed(store(), await found(accounts, user.userName));
    };
    await commit({ displayName: 'Ana 山田 Łuk' });
    await commit({ email: 'ana@mail.example' });
    await commit({ email: undefined, displayName: '—' });
    await commit({ credentialVersion: 7 });
    await accounts.recordSignIn(await found(accounts, user.userName), 1);
    await expectIndexed(store(), await found(accounts, user.userName));
    expect(await accounts.commit(deletion(await found(accounts, user.userName)))).toBe('committed');
    expect(await rowsOf(store(), tenant)).toEqual([]);
    await expectIndexed(store(), await created(accounts, sampleUser(user.userName)));
  });

  it('lists by the key of the word, then by user name, from a position or a page on', async () => {
    const { accounts, search } = store();
    const tenant = newTenant();
    for (const [local, displayName] of [
      ['x1', 'Ana1 Anabel'],
      ['x2', 'Ana'],
      ['x3', 'Anä'],
      ['x4', 'Ana 山 Анна'],
      ['x#', 'Ana'],
    ] as const) {
      await created(accounts, sampleUser(nameOf(`${local}@${tenant}`), { displayName }));
    }
    await created(accounts, sampleUser(nameOf(`x@${newTenant()}`), { displayName: 'Ana' }));
    const all = ['ana x#', 'ana x2', 'ana x3', 'ana x4', 'ana1 x1', 'anabel x1'];
    const list = async (word: string, limit: number) => {
      const pages = await pagesOf((after) => search.list(tenant, word, { limit, after }));
      return pages
        .flatMap(({ items }) => items)
        .map(({ key, userName }) => `${key} ${userName.split('@')[0]}`);
    };
    expect(await list('an', 2)).toEqual(all);
    expect(await list('ana', 100)).toEqual(all);
    expect(await list('anab', 100)).toEqual(['anabel x1']);
    expect(await list('山', 100)).toEqual([`${wordKey('山')} x4`]);
    expect(await list('анн', 100)).toEqual([`${wordKey('анна')} x4`]);
    expect(await list('b', 100)).toEqual([]);
    const [, second] = (await search.list(tenant, 'an', { limit: 2, after: undefined })).items;
    const rest = await search.list(tenant, 'an', { limit: 100, after: second?.position });
    expect(rest.items.map(({ key }) => key)).toEqual(['ana', 'ana', 'ana1', 'anabel']);
  });

  it('holds words that are equal as far as a key goes in one row', async () => {
    const { accounts } = store();
    const long = 'a'.repeat(55);
    const displayName = `${long}b ${long}c`;
    const tenant = newTenant();
    const user = await created(accounts, sampleUser(nameOf(`z@${tenant}`), { displayName }));
    expect(await rowsOf(store(), tenant)).toEqual([`${'a'.repeat(50)} z`, 'z z']);
    expect(await accounts.commit(deletion(user))).toBe('committed');
    expect(await rowsOf(store(), tenant)).toEqual([]);
  });

  it('is that of the winner when changes race, and of a change whose answer was lost', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const before = await created(accounts, user);
    const names = ['Berta', 'Carla', 'Dora', 'Ana Ünal'];
    const outcomes = await Promise.all(
      names.map((displayName) => accounts.commit(update(before, { displayName }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    const second = await found(accounts, user.userName);
    await expectIndexed(store(), second);
    loseNextWriteAnswer();
    expect(await accounts.commit(update(second, { displayName: 'Emma' }))).toBe('committed');
    const third = await found(accounts, user.userName);
    await expectIndexed(store(), third);
    loseNextWriteAnswer();
    expect(await accounts.commit(deletion(third))).toBe('committed');
    expect(await rowsOf(store(), user.tenant)).toEqual([]);
  });

  it('is in no backup, and is restored with each user', async () => {
    const { accounts, archive } = store();
    const tenant = newTenant();
    const { value } = await created(accounts, sampleUser(nameOf(`ana@${tenant}`)));
    for await (const page of archive.listEntries()) {
      const keys = page.flatMap(({ rows }) => rows.map(({ rowKey }) => rowKey));
      expect(keys.filter((key) => key.startsWith('word:'))).toEqual([]);
    }
    await archive.clearTenant(tenant, () => {});
    expect(await rowsOf(store(), tenant)).toEqual([]);
    const hashes = { permanent: undefined, temporary: undefined, history: [] };
    await archive.putAccount({ user: value, hashes, events: [], operationId: 'restored' });
    await expectIndexed(store(), await found(accounts, value.userName));
  });
}

function describeMending(store: () => SearchIndexUnderTest): void {
  it('counts and writes what a user lacks, under the tag of its row', async () => {
    const { accounts, search } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`), { displayName: 'Ana Ünal' });
    const before = await created(accounts, user);
    expect(await search.countMissing(before)).toBe(0);
    const [lost] = (await search.list(user.tenant, 'una', { limit: 1, after: undefined })).items;
    if (lost === undefined) throw new Error('the word should be there');
    expect(await search.remove(lost)).toBe('removed');
    expect(await search.remove(lost)).toBe('removed');
    expect(await search.countMissing(before)).toBe(1);
    expect(await search.write(before)).toBe('committed');
    expect(await search.write(before)).toBe('conflict');
    const after = await found(accounts, user.userName);
    expect(after.value).toEqual(before.value);
    await expectIndexed(store(), after);
    expect(await search.countMissing({ ...after, words: undefined })).toBe(2);
    expect(await search.countMissing({ ...after, words: ['ana'] })).toBe(2);
  });

  it('removes a row only as it was read', async () => {
    const { accounts, search } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`), { displayName: 'Berta' });
    await created(accounts, user);
    const [row] = (await search.list(user.tenant, 'ana', { limit: 1, after: undefined })).items;
    if (row === undefined) throw new Error('the word should be there');
    const changed = update(await found(accounts, user.userName), { displayName: 'Carla' });
    expect(await accounts.commit(changed)).toBe('committed');
    expect(await search.remove(row)).toBe('conflict');
    await expectIndexed(store(), await found(accounts, user.userName));
  });
}
