import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../shared/credential/role.ts';
import type { CallAnswer, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/users`: order, prefix, filters, pages and cursors. */

interface Row {
  readonly userName: string;
  readonly roles: readonly string[];
  readonly status: 'active' | 'disabled';
  readonly state: 'temporary' | 'expired' | 'permanent' | 'locked';
}

const BULK = 40;
/** Every character that a name may have, between others that sort right before and after it. */
const ODD_LOCALS = [
  ...["a'b", 'a.b', 'a-b', 'a_b', 'a!b', 'a#b', 'a#b#c', 'a^b', 'a~b', 'a~', 'a~~', 'ab', 'a'],
  ...['#', '!', "'", '_', '^', '~', '-', '0', 'z~', 'zz'],
];

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let foreigner: SignedInAdmin;
let rows: readonly Row[];

beforeAll(async () => {
  const admins = ['admin@contoso.example', 'admin@fabrikam.example'];
  opened = await startOpenedService({ admins });
  service = opened.service;
  admin = await service.readyAdmin(0);
  foreigner = await service.readyAdmin(1);
  for (const local of ['fay', 'fox']) {
    await service.addUser(foreigner.token, `${local}@fabrikam.example`);
  }
  rows = await populate();
});
afterAll(() => opened.stop());

/** Each of the bulk has two of the seven roles, by turns, and every tenth is disabled. */
function bulkRow(index: number): Row {
  const roles = [ROLES[index % 7], ROLES[(index + 3) % 7]].filter((role) => role !== undefined);
  return {
    userName: `bulk-${String(index).padStart(2, '0')}@contoso.example`,
    roles,
    status: index % 10 === 9 ? 'disabled' : 'active',
    state: 'temporary',
  };
}

async function add({ userName, roles, status }: Row): Promise<void> {
  const { userId } = await service.addUser(admin.token, userName, roles);
  if (status === 'active') return;
  await service.callChecked('PATCH', `/api/users/${userId}`, {
    token: admin.token,
    body: { status },
  });
}

async function populate(): Promise<readonly Row[]> {
  const usual = { roles: ['salesAgent'], status: 'active', state: 'temporary' } as const;
  const odd = ODD_LOCALS.map((local) => ({ ...usual, userName: `${local}@contoso.example` }));
  const bulk = Array.from({ length: BULK }, (_, index) => bulkRow(index));
  const waiting = [...odd, ...bulk].values();
  const work = async () => {
    for (const row of waiting) await add(row);
  };
  await Promise.all([work(), work(), work(), work()]);
  const special: readonly Row[] = [
    { ...usual, userName: 'own@contoso.example', state: 'permanent' },
    { ...usual, userName: 'own-locked@contoso.example', state: 'locked' },
    { ...usual, userName: 'fresh-locked@contoso.example', state: 'locked' },
    { ...usual, userName: 'late-1@contoso.example', state: 'expired' },
    { ...usual, userName: 'late-2@contoso.example', state: 'expired' },
    { ...usual, userName: 'late-locked@contoso.example', state: 'locked' },
  ];
  for (const { userName, state } of special) {
    if (userName.startsWith('own')) await service.addReadyUser(admin.token, userName);
    else await service.addUser(admin.token, userName);
    if (userName.startsWith('late')) await opened.lapse(userName);
    if (state === 'locked') await opened.lock(userName);
  }
  const self: Row = {
    ...usual,
    userName: admin.userName,
    roles: ['globalAdmin'],
    state: 'permanent',
  };
  const byName = (one: Row, other: Row) => (one.userName < other.userName ? -1 : 1);
  return [self, ...odd, ...bulk, ...special].sort(byName);
}

function list(query: Readonly<Record<string, string>>, token = admin.token): Promise<CallAnswer> {
  return service.callChecked('GET', `/api/users?${new URLSearchParams(query)}`, { token });
}

/** All pages of a list; none holds more than asked for, and a short one may still have `next`. */
async function walk(query: Readonly<Record<string, string>>, limit = 200) {
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await list({ ...query, limit: `${limit}`, ...(after !== undefined && { after }) });
    expect(page.status).toBe(200);
    expect(page.body.items.length).toBeLessThanOrEqual(limit);
    names.push(...page.body.items.map(({ userName }: Row) => userName));
    after = page.body.next;
  } while (after !== undefined);
  return names;
}

/** The names of the rows that pass, in the order of the contract. */
function names(passes: (row: Row) => boolean = () => true): readonly string[] {
  return rows.filter(passes).map(({ userName }) => userName);
}

async function firstCursor(query: Readonly<Record<string, string>> = {}, token = admin.token) {
  const { body } = await list({ ...query, limit: '1' }, token);
  expect(body.next).toEqual(expect.any(String));
  return body.next as string;
}

function expectBadCursor(answer: CallAnswer): void {
  expectRefused(answer, 422, 'validation');
  expect(answer.body.errors).toEqual([{ parameter: 'after', detail: expect.any(String) }]);
}

describe('the order and prefix of the user list', () => {
  it('lists the whole tenant by user name, whatever the characters', async () => {
    expect(await walk({})).toEqual(names());
  });

  it.each([
    ...ODD_LOCALS,
    ...["a'", 'a.', 'a#', 'a#b', 'a~', 'a~~', '~~', 'a!', 'a^', 'a_', 'bulk-0', 'bulk-3', 'a@'],
    'a#b@contoso.example',
  ])('matches the prefix %s literally', async (prefix) => {
    expect(await walk({ userName: prefix })).toEqual(
      names(({ userName }) => userName.startsWith(prefix)),
    );
  });

  it('compares the prefix in lower case', async () => {
    expect(await walk({ userName: 'BULK-1' })).toHaveLength(10);
  });

  it.each(['$', 'a$b', '%', '*', 'a"', '\\', 'a+b', 'zzz', '@', 'user:'])(
    'finds no user by %s, which begins no name',
    async (userName) => {
      expect((await list({ userName })).body).toEqual({ items: [] });
    },
  );

  it.each([' ', "' or PartitionKey ne '", 'é', 'a\n', ''])(
    'rejects the prefix %j, which no name can have',
    async (userName) => {
      const answer = await list({ userName });
      expectRefused(answer, 422, 'validation');
      expect(answer.body.errors).toMatchObject([{ parameter: 'userName' }]);
    },
  );
});

describe('the filters of the user list', () => {
  it.each(ROLES)('list users who have the role %s among others', async (role) => {
    const expected = names(({ roles }) => roles.includes(role));
    expect(expected.length).toBeGreaterThan(10);
    expect(await walk({ role })).toEqual(expected);
  });

  it.each(['active', 'disabled'] as const)('list the %s users', async (status) => {
    expect(await walk({ status })).toEqual(names((row) => row.status === status));
  });

  it('can be combined', async () => {
    const filter = { userName: 'bulk-', role: 'billingAdmin', status: 'active' } as const;
    const expected = names(
      ({ userName, roles, status }) =>
        userName.startsWith('bulk-') && roles.includes('billingAdmin') && status === 'active',
    );
    expect(expected.length).toBeGreaterThan(5);
    expect(await walk({ ...filter, credentialState: 'temporary' })).toEqual(expected);
    expect(await walk({ ...filter, credentialState: 'permanent' })).toEqual([]);
  });

  it('apply from page to page', async () => {
    expect(await walk({ role: 'adminAgent', status: 'active' }, 3)).toEqual(
      names(({ roles, status }) => roles.includes('adminAgent') && status === 'active'),
    );
  });

  it('show expired from its moment and locked above it, before and after a sweep', async () => {
    const states = ['none', 'temporary', 'expired', 'permanent', 'locked'] as const;
    const expectStates = async () => {
      for (const credentialState of states) {
        const expected = names(({ state }) => state === credentialState);
        expect(await walk({ credentialState }), credentialState).toEqual(expected);
        const { items } = (await list({ credentialState, limit: '200' })).body;
        for (const { credential } of items) expect(credential.state).toBe(credentialState);
      }
    };
    await expectStates();
    await service.sweep();
    await expectStates();
  });
});

describe('the pages of the user list', () => {
  it.each([1, 7, 49, 200])('add up to the list, by %i at a time', async (limit) => {
    expect(await walk({}, limit)).toEqual(names());
  });

  it('hold 50 users by default', async () => {
    const { items, next } = (await list({})).body;
    expect(items.map(({ userName }: Row) => userName)).toEqual(names().slice(0, 50));
    expect(next).toEqual(expect.any(String));
  });

  it.each(['0', '201', '-1', '1.5', '', '1e2', ' 1', 'all'])(
    'reject the limit %j',
    async (limit) => {
      const answer = await list({ limit });
      expectRefused(answer, 422, 'validation');
      expect(answer.body.errors).toMatchObject([{ parameter: 'limit' }]);
    },
  );

  it('may change their size on the way', async () => {
    const after = await firstCursor();
    const { items } = (await list({ after, limit: '5' })).body;
    expect(items.map(({ userName }: Row) => userName)).toEqual(names().slice(1, 6));
  });
});

describe('a cursor of the user list', () => {
  it('is rejected with any character changed, removed or added', async () => {
    const cursor = await firstCursor();
    const parts = cursor.split('.');
    const places = [0, 8, cursor.length - 2];
    let start = 0;
    for (const part of parts) {
      if (part.length > 0) places.push(start, start + Math.floor(part.length / 2));
      start += part.length + 1;
    }
    for (const place of places) {
      const other = cursor[place] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, place) + other + cursor.slice(place + 1);
      expectBadCursor(await list({ after: changed }));
    }
    for (const after of [
      cursor.slice(0, -4),
      `${cursor}AAAA`,
      parts.slice(1).join('.'),
      'x',
      '.',
    ]) {
      expectBadCursor(await list({ after }));
    }
    expectBadCursor(await list({ after: '' }));
  });

  it('is valid for its own filters only', async () => {
    const query = { userName: 'bulk-', role: 'salesAgent', status: 'active' };
    const filtered = { ...query, credentialState: 'temporary' };
    const after = await firstCursor(filtered);
    expect((await list({ ...filtered, after })).status).toBe(200);
    const others = [
      {},
      query,
      { ...filtered, userName: 'bulk' },
      { ...filtered, role: 'adminAgent' },
      { ...filtered, status: 'disabled' },
      { ...filtered, credentialState: 'permanent' },
    ];
    for (const other of others) expectBadCursor(await list({ ...other, after }));
    expectBadCursor(await list({ ...filtered, after: await firstCursor() }));
  });

  it('is valid for its own tenant only', async () => {
    const [ours, theirs] = [await firstCursor(), await firstCursor({}, foreigner.token)];
    expectBadCursor(await list({ after: theirs }));
    expectBadCursor(await list({ after: ours }, foreigner.token));
    expect((await list({ after: theirs }, foreigner.token)).status).toBe(200);
  });

  it('is valid for its own list only: users, events, events of one user', async () => {
    const { userId } = admin;
    const paths = ['/api/users', '/api/events', `/api/users/${userId}/events`];
    const get = (path: string, query: string) =>
      service.callChecked('GET', `${path}?${query}`, { token: admin.token });
    for (const from of paths) {
      const { next } = (await get(from, 'limit=1')).body;
      for (const path of paths) {
        const answer = await get(path, `after=${next}`);
        if (path === from) expect(answer.status).toBe(200);
        else expectBadCursor(answer);
      }
    }
  });

  it('reveals nothing of its position', async () => {
    const cursor = await firstCursor({ userName: 'bulk-' });
    const texts = [
      cursor,
      ...cursor.split('.').map((part) => atob(part.replace(/-/g, '+').replace(/_/g, '/'))),
    ];
    for (const text of texts) expect(text).not.toMatch(/bulk|contoso|user:/);
  });
});
