import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../shared/credential/name.ts';
import type { Credential, User } from '../../shared/credential/user.ts';
import type { AccountStore, NamedId, Stored, UserFilter } from '../../shared/port/store.ts';
import {
  type AccountStoreUnderTest,
  created,
  deletion,
  filter,
  NOW_MS,
  nameOf,
  newTenant,
  pagesOf,
  sampleUser,
  update,
} from './account-sample.ts';

/** Part of {@link describeAccountStore}: order, filters and pages. */
export function describeAccountLists(
  name: string,
  start: () => Promise<AccountStoreUnderTest>,
): void {
  describe(`${name}: lists`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeOrder(() => store.accounts);
    describeFilters(() => store.accounts);
  });
}

function describeOrder(accounts: () => AccountStore): void {
  it('lists 25 users in the order of their names by pages of 10', async () => {
    const tenant = newTenant();
    const locals = Array.from({ length: 25 }, (_, index) => `user-${String((index * 7) % 25)}`);
    await createAll(accounts(), tenant, locals);
    await createAll(accounts(), newTenant(), ['user-1']);
    const pages = await pagesOf((after) =>
      accounts().listUsers(tenant, filter(), { limit: 10, after }),
    );
    expect(pages.every(({ items }) => items.length <= 10)).toBe(true);
    const names = pages.flatMap(({ items }) => items.map(({ userName }) => userName));
    expect(names).toEqual(locals.map((local) => `${local}@${tenant}`).toSorted());
  });

  it('lists every tenant once, even if all its users are deleted', async () => {
    const tenants = [newTenant(), newTenant()] as const;
    await createAll(accounts(), tenants[0], ['a', 'b']);
    const gone = await created(accounts(), sampleUser(nameOf(`a@${tenants[1]}`)));
    await accounts().commit(deletion(gone));
    const listed: Tenant[] = [];
    for await (const tenant of accounts().listTenants()) listed.push(tenant);
    expect(listed.filter((tenant) => tenants.includes(tenant)).toSorted()).toEqual(
      tenants.toSorted(),
    );
    expect(listed).toEqual(listed.toSorted());
  });

  it('lists every id that a tenant issued with its name, and marks deleted ones', async () => {
    const tenant = newTenant();
    const gone = await created(accounts(), sampleUser(nameOf(`a@${tenant}`)));
    await accounts().commit(deletion(gone));
    const kept = await created(accounts(), sampleUser(nameOf(`a@${tenant}`)));
    await createAll(accounts(), newTenant(), ['a']);
    const names: NamedId[] = [];
    for await (const page of accounts().listNames(tenant)) names.push(...page);
    const expected = [gone, kept].map(({ value }) => {
      return { userId: value.userId, userName: value.userName, isDeleted: value === gone.value };
    });
    expect(names).toHaveLength(2);
    expect(names).toEqual(expect.arrayContaining(expected));
  });

  it('lists the users of every tenant with their tags, without deleted ones', async () => {
    const tenants = [newTenant(), newTenant()] as const;
    await createAll(accounts(), tenants[0], ['a', 'b']);
    const kept = await created(accounts(), sampleUser(nameOf(`a@${tenants[1]}`)));
    const gone = await created(accounts(), sampleUser(nameOf(`b@${tenants[1]}`)));
    await accounts().commit(deletion(gone));
    const all: Stored<User>[] = [];
    for await (const page of accounts().listAllUsers()) all.push(...page);
    const ours = all.filter(({ value }) => tenants.includes(value.tenant));
    const names = ours.map(({ value }) => value.userName).toSorted();
    const expected = [`a@${tenants[0]}`, `b@${tenants[0]}`, `a@${tenants[1]}`];
    expect(names).toEqual(expected.toSorted());
    expect(ours.filter(({ value }) => value.tenant === tenants[1])).toEqual([kept]);
  });

  it('ends after a page that is exactly full', async () => {
    const tenant = newTenant();
    await createAll(accounts(), tenant, ['a', 'b']);
    const pages = await pagesOf((after) =>
      accounts().listUsers(tenant, filter(), { limit: 2, after }),
    );
    expect(pages.flatMap(({ items }) => items)).toHaveLength(2);
    expect(pages.slice(1).every(({ items }) => items.length === 0)).toBe(true);
  });

  it('keeps the ASCII order for every character and finds every prefix of it', async () => {
    const tenant = newTenant();
    const locals = [
      '!',
      '!#',
      '#',
      "#'",
      "'",
      "'#",
      '-',
      '0',
      '9',
      '^',
      '_',
      'a',
      'a!',
      'a#',
      "a'",
    ];
    locals.push('a-', 'a.b', 'a0', 'a^', 'a_', 'aa', 'a~', 'a~a', 'a~~', 'b', 'z', '~', '~~');
    await createAll(accounts(), tenant, locals);
    const names = locals.map((local) => `${local}@${tenant}`).toSorted();
    const prefixes = new Set(names.flatMap((name) => [name.slice(0, 1), name.slice(0, 2), name]));
    for (const prefix of ['', ...prefixes, 'a~~~', 'b@', '~~~']) {
      const listed = await namesOf(accounts(), tenant, { userNamePrefix: prefix });
      expect(listed, prefix).toEqual(names.filter((name) => name.startsWith(prefix)));
    }
    for (const prefix of ['$', 'a$', 'A', 'ä', ' ', "' or 'a' eq 'a"]) {
      expect(await namesOf(accounts(), tenant, { userNamePrefix: prefix }), prefix).toEqual([]);
    }
  });
}

function describeFilters(accounts: () => AccountStore): void {
  it('filters users by role and status, and never lists a deleted one', async () => {
    const tenant = newTenant();
    const make = (local: string, changed: Partial<User>) =>
      created(accounts(), sampleUser(nameOf(`${local}@${tenant}`), changed));
    await make('a', { roles: ['globalAdmin', 'salesAgent'] });
    await make('b', { roles: ['salesAgent'], status: 'disabled' });
    await make('c', { roles: ['billingAdmin'] });
    const gone = await make('d', { roles: ['salesAgent'] });
    expect(await accounts().commit(deletion(gone))).toBe('committed');
    const list = (changed: Partial<UserFilter>) => locals(accounts(), tenant, changed);
    expect(await list({})).toBe('a b c');
    expect(await list({ role: 'salesAgent' })).toBe('a b');
    expect(await list({ role: 'globalAdmin' })).toBe('a');
    expect(await list({ role: 'helpdeskAgent' })).toBe('');
    expect(await list({ status: 'active' })).toBe('a c');
    expect(await list({ status: 'disabled' })).toBe('b');
    expect(await list({ role: 'salesAgent', status: 'active', userNamePrefix: 'a' })).toBe('a');
    expect(await list({ role: 'salesAgent', status: 'active', userNamePrefix: 'b' })).toBe('');
  });

  it('filters by state: locked first, expired from its very millisecond', async () => {
    const tenant = newTenant();
    const make = (local: string, credential: Credential, isLocked = false) =>
      created(accounts(), sampleUser(nameOf(`${local}@${tenant}`), { credential, isLocked }));
    const issue = { issueId: 'i', issuedAtMs: 1, issuedBy: undefined, changedAtMs: undefined };
    const expiring = (expiresAtMs: number) =>
      ({ kind: 'temporary', ...issue, expiresAtMs }) as const;
    await make('before', expiring(NOW_MS + 1));
    await make('at', expiring(NOW_MS));
    await make('after', expiring(NOW_MS - 1));
    await make('swept', { kind: 'expired', ...issue, expiresAtMs: NOW_MS - 2 });
    await make('none', { kind: 'none' });
    await make('own', { kind: 'permanent', changedAtMs: 1 });
    await make('locked-own', { kind: 'permanent', changedAtMs: 1 }, true);
    await make('locked-temporary', expiring(NOW_MS + 1), true);
    await make('locked-expired', expiring(NOW_MS), true);
    const list = (credentialState: UserFilter['credentialState'], nowMs = NOW_MS) =>
      locals(accounts(), tenant, { credentialState, nowMs });
    expect(await list('temporary')).toBe('before');
    expect(await list('expired')).toBe('after at swept');
    expect(await list('temporary', NOW_MS - 1)).toBe('at before');
    expect(await list('expired', NOW_MS - 1)).toBe('after swept');
    expect(await list('none')).toBe('none');
    expect(await list('permanent')).toBe('own');
    expect(await list('locked')).toBe('locked-expired locked-own locked-temporary');
  });

  it('filters by when a temporary password expires, to the millisecond', async () => {
    const tenant = newTenant();
    const make = (local: string, changed: Partial<User>) =>
      created(accounts(), sampleUser(nameOf(`${local}@${tenant}`), changed));
    const issue = { issueId: 'i', issuedAtMs: 1, issuedBy: undefined, changedAtMs: 1 };
    const expiring = (kind: 'temporary' | 'expired', expiresAtMs: number) =>
      ({ credential: { kind, ...issue, expiresAtMs } }) as const;
    await make('at', expiring('temporary', NOW_MS));
    await make('before', expiring('temporary', NOW_MS - 1));
    await make('locked', { ...expiring('temporary', 1), isLocked: true });
    await make('own', { credential: { kind: 'permanent', changedAtMs: 1 } });
    await make('none', { credential: { kind: 'none' } });
    await make('swept', expiring('expired', NOW_MS - 2));
    const list = (expiresBeforeMs: number, changed: Partial<UserFilter> = {}) =>
      locals(accounts(), tenant, { expiresBeforeMs, ...changed });
    expect(await list(NOW_MS)).toBe('before locked swept');
    expect(await list(NOW_MS + 1)).toBe('at before locked swept');
    expect(await list(NOW_MS + 1, { credentialState: 'temporary', nowMs: 0 })).toBe('at before');
    expect(await list(1)).toBe('');
    expect(await list(-62_167_219_200_000)).toBe('');
    expect(await list(253_402_351_199_999)).toBe('at before locked swept');
  });

  it('filters by the freeze, which is kept and goes', async () => {
    const tenant = newTenant();
    await createAll(accounts(), tenant, ['a']);
    const frozen = sampleUser(nameOf(`b@${tenant}`), { isFrozen: true });
    const before = await created(accounts(), frozen);
    expect(before.value).toEqual(frozen);
    expect(await locals(accounts(), tenant, { isFrozen: true })).toBe('b');
    expect(await accounts().commit(update(before, { isFrozen: false }))).toBe('committed');
    expect(await locals(accounts(), tenant, { isFrozen: true })).toBe('');
    expect(await locals(accounts(), tenant, {})).toBe('a b');
  });

  it('continues through the pages of a filter that few users pass', async () => {
    const tenant = newTenant();
    await createAll(accounts(), tenant, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const [first, last] = [nameOf(`a0@${tenant}`), nameOf(`z@${tenant}`)];
    await created(accounts(), sampleUser(first, { roles: ['adminAgent'] }));
    await created(accounts(), sampleUser(last, { roles: ['adminAgent'] }));
    const pages = await pagesOf((after) =>
      accounts().listUsers(tenant, filter({ role: 'adminAgent' }), { limit: 1, after }),
    );
    const names = pages.flatMap(({ items }) => items.map(({ userName }) => userName));
    expect(names).toEqual([first, last]);
  });
}

async function createAll(
  accounts: AccountStore,
  tenant: Tenant,
  names: readonly string[],
): Promise<void> {
  for (const name of names) await created(accounts, sampleUser(nameOf(`${name}@${tenant}`)));
}

async function namesOf(accounts: AccountStore, tenant: Tenant, changed: Partial<UserFilter>) {
  const pages = await pagesOf((after) =>
    accounts.listUsers(tenant, filter(changed), { limit: 20, after }),
  );
  return pages.flatMap(({ items }) => items.map(({ userName }) => userName as string));
}

async function locals(accounts: AccountStore, tenant: Tenant, changed: Partial<UserFilter>) {
  const names = await namesOf(accounts, tenant, changed);
  return names.map((name) => name.slice(0, name.indexOf('@'))).join(' ');
}
