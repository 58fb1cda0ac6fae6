import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import { listEvents, listUserEvents } from '../../shared/operation/list-events.ts';
import { listUsers } from '../../shared/operation/list-users.ts';
import type { EventFilter, UserFilter } from '../../shared/port/store.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';

const BAD_CURSOR = {
  code: 'validation',
  extra: { errors: [{ parameter: 'after', problem: 'cursor' }] },
};

let operations: Operations;
let admin: SignedInUser;
let other: SignedInUser;
let ben: { readonly userId: UserId };

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  other = await operations.readyAdmin('admin@fabrikam.example');
  await operations.addUser(admin, 'ana@contoso.example', ['billingAdmin']);
  ben = await operations.addUser(admin, 'ben@contoso.example');
  await operations.addUser(admin, 'bob@contoso.example');
});
afterAll(() => operations.stop());

async function users(
  filter: Omit<UserFilter, 'nowMs'> = {},
  page: { readonly limit?: number; readonly after?: string | undefined } = {},
  caller = admin,
) {
  const principal = await operations.sessionOf(caller);
  const { limit = 50, after } = page;
  const request = { principal, limit, after, filter };
  return listUsers(operations.dependencies, request);
}

async function events(
  userId: UserId | undefined | 'all',
  page: { readonly limit?: number; readonly after?: string | undefined } = {},
  caller = admin,
  filter: EventFilter = {},
) {
  const principal = await operations.sessionOf(caller);
  const { limit = 50, after } = page;
  const request = { principal, limit, after, filter };
  if (userId === 'all') return listEvents(operations.dependencies, request);
  return listUserEvents(operations.dependencies, { ...request, userId });
}

async function namesOf(page: ReturnType<typeof users>): Promise<string> {
  const { items, next } = await page;
  const names = items.map(({ userName }) => userName.slice(0, userName.indexOf('@')));
  return next === undefined ? names.join(' ') : `${names.join(' ')} …`;
}

describe('listing users', () => {
  it('returns users of the caller’s tenant, by every filter', async () => {
    expect(await namesOf(users())).toBe('admin ana ben bob');
    expect(await namesOf(users({}, {}, other))).toBe('admin');
    expect(await namesOf(users({ userNamePrefix: 'b' }))).toBe('ben bob');
    expect(await namesOf(users({ role: 'billingAdmin' }))).toBe('ana');
    expect(await namesOf(users({ status: 'disabled' }))).toBe('');
    expect(await namesOf(users({ credentialState: 'permanent' }))).toBe('admin');
  });

  it('shows a temporary password as expired when its time is over', async () => {
    const late = await createOperations({ temporaryPasswordTtlMs: 1000 });
    try {
      const first = await late.readyAdmin();
      await late.addUser(first, 'ana@contoso.example');
      const principal = await late.sessionOf(first);
      const filter = { credentialState: 'expired' } as const;
      const request = { principal, limit: 50, after: undefined, filter };
      expect((await listUsers(late.dependencies, request)).items).toHaveLength(0);
      late.pass(1000);
      expect((await listUsers(late.dependencies, request)).items).toHaveLength(1);
    } finally {
      await late.stop();
    }
  });

  it('continues at its cursor to the end', async () => {
    const first = await users({}, { limit: 3 });
    expect(await namesOf(Promise.resolve(first))).toBe('admin ana ben …');
    expect(await namesOf(users({}, { limit: 3, after: first.next }))).toBe('bob');
  });

  it('rejects a cursor of other filters or of another tenant', async () => {
    const { next } = await users({ userNamePrefix: 'b' }, { limit: 1 });
    const page = { limit: 1, after: next };
    expect(await namesOf(users({ userNamePrefix: 'b' }, page))).toBe('bob');
    const others: Omit<UserFilter, 'nowMs'>[] = [
      {},
      { userNamePrefix: 'a' },
      { userNamePrefix: 'b', role: 'salesAgent' },
      { userNamePrefix: 'b', status: 'active' },
      { userNamePrefix: 'b', credentialState: 'temporary' },
      { userNamePrefix: 'b', expiresBeforeMs: Number.MAX_SAFE_INTEGER },
      { userNamePrefix: 'b', isFrozen: true },
    ];
    for (const filter of others)
      await expect(users(filter, page)).rejects.toMatchObject(BAD_CURSOR);
    const foreign = users({ userNamePrefix: 'b' }, page, other);
    await expect(foreign).rejects.toMatchObject(BAD_CURSOR);
  });

  it('rejects a malformed cursor and one of events', async () => {
    await expect(users({}, { after: 'x' })).rejects.toMatchObject(BAD_CURSOR);
    const { next } = await events('all', { limit: 1 });
    await expect(users({}, { after: next })).rejects.toMatchObject(BAD_CURSOR);
  });
});

describe('listing events', () => {
  it('returns events of the caller’s tenant, or of one user in it', async () => {
    const all = (await events('all')).items;
    expect(all).toHaveLength(6);
    expect((await events('all', {}, other)).items).toHaveLength(3);
    const own = (await events(ben.userId)).items;
    expect(own.map(({ type }) => type)).toEqual(['user.created']);
  });

  it('answers not-found for an id that no user of the tenant had', async () => {
    expect(await outcomeText(events(undefined))).toBe('not-found');
    expect(await outcomeText(events('0'.repeat(26) as UserId))).toBe('not-found');
    expect(await outcomeText(events(ben.userId, {}, other))).toBe('not-found');
  });

  it('continues at its cursor and rejects the cursor of another list', async () => {
    const first = await events(admin.userId, { limit: 2 });
    expect(first.items.map(({ type }) => type)).toEqual([
      'password.changed',
      'temporary-password.used',
    ]);
    const page = { limit: 2, after: first.next };
    expect((await events(admin.userId, page)).items.map(({ type }) => type)).toEqual([
      'user.created',
    ]);
    await expect(events(ben.userId, page)).rejects.toMatchObject(BAD_CURSOR);
    await expect(events('all', page)).rejects.toMatchObject(BAD_CURSOR);
    const all = await events('all', { limit: 2 });
    const foreign = events('all', { limit: 2, after: all.next }, other);
    await expect(foreign).rejects.toMatchObject(BAD_CURSOR);
    const ofUsers = await users({}, { limit: 1 });
    await expect(events('all', { after: ofUsers.next })).rejects.toMatchObject(BAD_CURSOR);
  });

  it('refuses a cursor of other filters, each of them', async () => {
    const filter = { types: ['user.created'], actorId: admin.userId, fromMs: 0 } as const;
    const { next } = await events('all', { limit: 1 }, admin, filter);
    const page = { limit: 1, after: next };
    expect((await events('all', page, admin, filter)).items).toHaveLength(1);
    const others: EventFilter[] = [
      {},
      { ...filter, types: ['user.created', 'user.deleted'] },
      { ...filter, actorId: ben.userId },
      { ...filter, fromMs: 1 },
      { ...filter, toMs: Number.MAX_SAFE_INTEGER },
    ];
    for (const other of others) {
      await expect(events('all', page, admin, other)).rejects.toMatchObject(BAD_CURSOR);
    }
  });

  it('keeps the events of a deleted user', async () => {
    const { userName } = await operations.user(nameOf('bob@contoso.example'));
    const { userId } = await operations.user(userName);
    const { accounts } = operations.dependencies;
    const before = await accounts.findUser(userName);
    if (before === undefined) throw new Error('nobody is called so');
    const change = { before, after: before.value, isDelete: true, events: [], notices: [] };
    const rest = { credential: undefined, admins: undefined, authority: undefined };
    expect(await accounts.commit({ ...change, ...rest, operationId: 'gone' })).toBe('committed');
    expect((await events(userId)).items.map(({ type }) => type)).toEqual(['user.created']);
  });
});
