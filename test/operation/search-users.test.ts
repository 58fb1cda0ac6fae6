import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexedWords, wordKey, wordsIn } from '../../shared/credential/search-word.ts';
import { CREDENTIAL_STATES } from '../../shared/credential/state.ts';
import type { Credential, User } from '../../shared/credential/user.ts';
import { listUsers } from '../../shared/operation/list-users.ts';
import { searchUsers } from '../../shared/operation/search-users.ts';
import type { UserFilter } from '../../shared/port/store.ts';
import { created, deletion, found, sampleUser, update } from '../contract/account-sample.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';

type Filter = Omit<UserFilter, 'nowMs'>;

let operations: Operations;
let admin: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin('zz.admin@contoso.example');
});
afterEach(() => operations.stop());

async function page(
  text: string,
  limit = 200,
  after: string | undefined = undefined,
  filter: Filter = {},
) {
  const principal = await operations.sessionOf(admin);
  return searchUsers(operations.dependencies, { principal, limit, after, filter, text });
}

/** The local parts of all pages, in their order. */
async function search(text: string, limit = 200, filter: Filter = {}): Promise<string> {
  const names: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page(text, limit, after, filter);
    expect(items.length).toBeLessThanOrEqual(limit);
    names.push(...items.map(({ userName }) => userName.split('@')[0] ?? ''));
    after = next;
  } while (after !== undefined);
  return names.join(' ');
}

const add = (local: string, displayName: string, changed: Partial<User> = {}) =>
  created(
    operations.tables.accounts,
    sampleUser(nameOf(`${local}@contoso.example`), { displayName, ...changed }),
  );

describe('a search', () => {
  beforeEach(async () => {
    await add('claire.beaumont', 'Claire Beaumont', { email: 'cb@mail.example' });
    await add('u2', 'Élodie Lefèvre-Beaufort');
    await add('u3', 'Łukasz Œuvré');
    await add('u4', 'Bea Beaumont Beau');
  });

  it.each([
    ['claire', 'claire.beaumont'],
    ['beau', 'u4 u2 claire.beaumont'],
    ['BEAUMONT', 'claire.beaumont u4'],
    ['be', 'u4 u2 claire.beaumont'],
    ['elo lef', 'u2'],
    ['Lefèvre', 'u2'],
    ['lukasz oeuvre', 'u3'],
    ['œuv', 'u3'],
    ['cb@mail.example', 'claire.beaumont'],
    ['cb@mail.exampl', 'claire.beaumont'],
    ['claire.beaumont@contoso.example', ''],
    ['aumont', ''],
    ['claire lefevre', ''],
    ['', ''],
    ['… !', ''],
    ["' or 1 eq 1", ''],
  ])('for %j finds %j, once each, by the word that matched', async (text, expected) => {
    for (const limit of [200, 1, 2]) expect(await search(text, limit), `${limit}`).toBe(expected);
  });

  it('finds a changed user at once, and no deleted one', async () => {
    const { accounts } = operations.tables;
    const before = await found(accounts, nameOf('u3@contoso.example'));
    await accounts.commit(update(before, { displayName: 'Zoë Novák' }));
    expect([await search('lukasz'), await search('novak zoe')]).toEqual(['', 'u3']);
    await accounts.commit(deletion(await found(accounts, nameOf('u3@contoso.example'))));
    expect(await search('novak')).toBe('');
    expect(await search('u3')).toBe('');
  });

  it('binds its cursor to its words and filters, and to nothing else', async () => {
    const { next } = await page('beau', 1);
    expect(next).toBeDefined();
    expect((await page(' BEAU ', 1, next)).items).toHaveLength(1);
    const bad = { code: 'validation', extra: { errors: [{ parameter: 'after' }] } };
    for (const [text, filter] of [
      ['beaumont', {}],
      ['', {}],
      ['beau', { status: 'active' }],
      ['beau', { isFrozen: true }],
    ] as const) {
      await expect(page(text, 1, next, filter)).rejects.toMatchObject(bad);
    }
    const principal = await operations.sessionOf(admin);
    const list = listUsers(operations.dependencies, {
      ...{ principal, limit: 1, after: next, filter: {} },
    });
    await expect(list).rejects.toMatchObject(bad);
  });
});

it('costs one query, and one point read for each user that it looks at', async () => {
  for (let index = 0; index < 30; index += 1)
    await add(`u${index}`, `Ana Anabel Silva${index % 3}`);
  const { transport } = operations.tables;
  const principal = await operations.sessionOf(admin);
  const calls = async (text: string, limit: number) => {
    const start = transport.sent.length;
    const request = { principal, limit, after: undefined, filter: {}, text };
    const { items } = await searchUsers(operations.dependencies, request);
    const sent = transport.sent.slice(start);
    const queries = sent.filter(({ url }) => url.searchParams.has('$filter')).length;
    return { items: items.length, queries, reads: sent.length - queries };
  };
  expect(await calls('ana', 10)).toEqual({ items: 10, queries: 1, reads: 10 });
  expect(await calls('ana silva1', 200)).toEqual({ items: 10, queries: 1, reads: 10 });
  expect(await calls('nobody', 200)).toEqual({ items: 0, queries: 1, reads: 0 });
  expect(await calls('?', 200)).toEqual({ items: 0, queries: 0, reads: 0 });
});

it('shows no user by a stale row', async () => {
  const { accounts, search: index } = operations.tables;
  const renamed = await add('u1', 'Berta');
  const gone = await add('u2', 'Berta');
  const rows = (await index.list(gone.value.tenant, 'berta', { limit: 9, after: undefined })).items;
  await accounts.commit(update(renamed, { displayName: 'Carla' }));
  await accounts.commit(deletion(gone));
  // What a reader sees that queried before the changes, or a version without an index left.
  const late = operations.with({
    search: { ...index, list: async () => ({ items: rows, next: undefined }) } as never,
  });
  const principal = await operations.sessionOf(admin);
  const request = { principal, limit: 9, after: undefined, filter: {}, text: 'berta' };
  expect((await searchUsers(late.dependencies, request)).items).toEqual([]);
  await add('u2', 'Dora');
  expect((await searchUsers(late.dependencies, request)).items).toEqual([]);
});

const NOW = 1_000_000;
const issue = { issueId: 'i', issuedAtMs: 1, issuedBy: undefined, changedAtMs: 1 };
const credential = fc.oneof<fc.Arbitrary<Credential>[]>(
  fc.constant({ kind: 'none' }),
  fc.constant({ kind: 'permanent', changedAtMs: 1 }),
  fc.record({
    kind: fc.constantFrom('temporary' as const, 'expired' as const),
    expiresAtMs: fc.integer({ min: NOW - 2, max: NOW + 2 }),
    ...(Object.fromEntries(
      Object.entries(issue).map(([name, value]) => [name, fc.constant(value)]),
    ) as Record<string, fc.Arbitrary<never>>),
  }) as fc.Arbitrary<Credential>,
);
const names = fc
  .array(fc.constantFrom('Ana', 'ána', 'An', 'Beau', 'BEAUTÉ', 'b', 'Œuf', 'of', '山田', '-'), {
    maxLength: 4,
  })
  .map((words) => words.join(' ') || '—');
const person = fc.record({
  displayName: names,
  email: fc.option(fc.constantFrom('ana@mail.example', 'x.beau@of.example'), { nil: undefined }),
  status: fc.constantFrom('active' as const, 'disabled' as const),
  roles: fc.constantFrom(['salesAgent' as const], ['adminAgent' as const, 'salesAgent' as const]),
  isLocked: fc.boolean(),
  isFrozen: fc.boolean(),
  credential,
});
const wanted = fc.record(
  {
    role: fc.constantFrom('salesAgent' as const, 'adminAgent' as const),
    status: fc.constantFrom('active' as const, 'disabled' as const),
    credentialState: fc.constantFrom(...CREDENTIAL_STATES),
    expiresBeforeMs: fc.integer({ min: NOW - 2, max: NOW + 3 }),
    isFrozen: fc.constant(true as const),
  },
  { requiredKeys: [] },
);

it('is the list with the same filters, of those whose words begin so, in order', async () => {
  operations.pass(NOW - operations.clock.nowMs);
  const action = fc.record({ place: fc.nat(5), changed: fc.option(person) });
  const plays = fc.array(action, { minLength: 4, maxLength: 12 });
  const play = async (actions: readonly { place: number; changed: Partial<User> | null }[]) => {
    const { accounts } = operations.tables;
    for (const { place, changed } of actions) {
      const userName = nameOf(`p${place}@contoso.example`);
      const before = await accounts.findUser(userName);
      if (before === undefined) await created(accounts, sampleUser(userName, changed ?? {}));
      else await accounts.commit(changed === null ? deletion(before) : update(before, changed));
    }
  };
  const expected = async (text: string, filter: Filter) => {
    const principal = await operations.sessionOf(admin);
    const request = { principal, limit: 200, after: undefined, filter };
    const { items } = await listUsers(operations.dependencies, request);
    const sought = wordsIn(text);
    const lead = sought.toSorted((one, other) => other.length - one.length)[0] ?? '-';
    const least = (user: User) =>
      indexedWords(user)
        .filter((word) => word.startsWith(lead))
        .map(wordKey)
        .sort()[0] ?? '';
    return items
      .filter((user) =>
        sought.every((word) => indexedWords(user).some((own) => own.startsWith(word))),
      )
      .filter(() => sought.length > 0)
      .toSorted((one, other) =>
        least(one) < least(other) ? -1 : least(one) > least(other) ? 1 : 0,
      )
      .map(({ userName }) => userName.split('@')[0])
      .join(' ');
  };
  const texts = fc.constantFrom('a', 'an', 'ANA', 'b', 'beau an', 'oe', 'o', '山', 'mail a', '-');
  await fc.assert(
    fc.asyncProperty(plays, texts, wanted, fc.integer({ min: 1, max: 4 }), async (...given) => {
      const [actions, text, filter, limit] = given;
      await play(actions);
      expect(await search(text, limit, filter)).toBe(await expected(text, filter));
    }),
    { numRuns: 60 },
  );
});
