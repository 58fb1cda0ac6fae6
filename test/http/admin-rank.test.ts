import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../shared/credential/role.ts';
import {
  type CallAnswer,
  type Service,
  type SignedInAdmin,
  startService,
} from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md: the acts allowed between ranks, and the `allowed` that shows a portal the same. */

type Rank = 'globalAdmin' | 'userManagementAdmin' | 'salesAgent';
type Whom = Rank | 'self';
type Action = (typeof ACTIONS)[number];
type Verdict = 'ok' | 'forbidden' | 'self-reset-forbidden';
type Verdicts = Readonly<Record<Action, Verdict>>;

/** In an order in which each can be tried after the others; rank and status are set back. */
const ACTIONS = [
  ...(['read', 'edit', 'grantBusiness', 'grantUserManagement', 'grantGlobal', 'takeOwn'] as const),
  ...(['disable', 'unlock', 'signOut', 'reset', 'delete'] as const),
];

/** The acts that change the rank or the status. */
const SET_BACK: readonly Action[] = [
  ...(['grantUserManagement', 'grantGlobal', 'takeOwn', 'disable'] as const),
];

const CALLERS = ['globalAdmin', 'userManagementAdmin', 'salesAgent'] as const;
const TARGETS = [...CALLERS, 'self'] as const;

function all(verdict: Verdict, changed: Partial<Verdicts> = {}): Verdicts {
  const same = ACTIONS.map((action) => [action, verdict]);
  return { ...(Object.fromEntries(same) as Verdicts), ...changed };
}

const MATRIX: Readonly<Record<Rank, Readonly<Record<Whom, Verdicts>>>> = {
  globalAdmin: {
    globalAdmin: all('ok'),
    userManagementAdmin: all('ok'),
    salesAgent: all('ok'),
    self: all('ok', {
      reset: 'self-reset-forbidden',
      unlock: 'forbidden',
      signOut: 'forbidden',
    }),
  },
  userManagementAdmin: {
    globalAdmin: all('forbidden', { read: 'ok' }),
    userManagementAdmin: all('ok', { grantGlobal: 'forbidden' }),
    salesAgent: all('ok', { grantGlobal: 'forbidden' }),
    self: all('forbidden', { read: 'ok', edit: 'ok', reset: 'self-reset-forbidden' }),
  },
  salesAgent: {
    globalAdmin: all('forbidden'),
    userManagementAdmin: all('forbidden'),
    salesAgent: all('forbidden'),
    self: all('forbidden'),
  },
};

interface Person {
  readonly userId: string;
  readonly userName: string;
  readonly password: string;
  token: string;
}

let service: Service;
/** Never a target: sets right what the others changed. */
let root: SignedInAdmin;
let callers: Readonly<Record<Rank, Person>>;
let made = 0;

beforeAll(async () => {
  service = await startService();
  root = await service.readyAdmin();
  const [globalAdmin, userManagementAdmin, salesAgent] = [
    await newPerson(['globalAdmin']),
    await newPerson(['userManagementAdmin']),
    await newPerson(['salesAgent']),
  ];
  callers = { globalAdmin, userManagementAdmin, salesAgent };
});
afterAll(() => service.stopAndAssertNoLeaks());

function newPerson(roles: readonly string[]): Promise<Person> {
  made += 1;
  return service.addReadyUser(root.token, `person-${made}@contoso.example`, roles);
}

/** Another user to be acted on; it needs no password of its own. */
async function newTarget(role: Rank): Promise<string> {
  made += 1;
  const roles = [role];
  return (await service.addUser(root.token, `target-${made}@contoso.example`, roles)).userId;
}

function act(action: Action, token: string, userId: string, role: Rank): Promise<CallAnswer> {
  const path = `/api/users/${userId}`;
  const patch = (body: object) => service.callChecked('PATCH', path, { token, body });
  const post = (what: string) => service.callChecked('POST', `${path}/${what}`, { token });
  switch (action) {
    case 'read':
      return service.callChecked('GET', path, { token });
    case 'edit':
      return patch({ displayName: `Edited ${made}`, email: 'edited@mail.example', locale: 'fr' });
    case 'grantBusiness':
      return patch({ roles: [role, 'billingAdmin'] });
    case 'grantUserManagement':
      return patch({ roles: [...new Set([role, 'userManagementAdmin', 'helpdeskAgent'])] });
    case 'grantGlobal':
      return patch({ roles: [...new Set([role, 'globalAdmin', 'helpdeskAgent'])] });
    case 'takeOwn':
      return patch({ roles: ['helpdeskAgent'] });
    case 'disable':
      return patch({ status: 'disabled' });
    case 'delete':
      return service.callChecked('DELETE', path, { token });
    case 'reset':
      return post('password-reset');
    case 'unlock':
      return post('unlock');
    case 'signOut':
      return post('sign-out');
  }
}

/** Reads a user as the tenant's admins do; the same before and after a refused action. */
async function lookAt(userId: string): Promise<unknown> {
  const { token } = root;
  const user = await service.callChecked('GET', `/api/users/${userId}`, { token });
  const events = await service.callChecked('GET', `/api/users/${userId}/events`, { token });
  return [user.body, user.headers.get('etag'), events.body];
}

async function setBack(userId: string, role: Rank): Promise<void> {
  const body = { roles: [role], status: 'active' };
  await service.callChecked('PATCH', `/api/users/${userId}`, { token: root.token, body });
}

/** A user that is acted on. */
interface Target {
  readonly userId: string;
  readonly role: Rank;
  /** The last look at it; undefined once an act was carried out. */
  seen?: unknown;
}

async function verdictOn(action: Action, token: string, on: Target): Promise<Verdict> {
  const { userId, role } = on;
  const before = on.seen ?? (await lookAt(userId));
  const answer = await act(action, token, userId, role);
  on.seen = undefined;
  if (answer.status < 300) return 'ok';
  expectRefused(answer, 403, answer.body.code);
  on.seen = await lookAt(userId);
  expect(on.seen, `${action} was refused`).toEqual(before);
  return answer.body.code;
}

function expectedAllowed(verdicts: Verdicts) {
  return {
    edit: verdicts.edit === 'ok',
    delete: verdicts.delete === 'ok',
    resetPassword: verdicts.reset === 'ok',
    unlock: verdicts.unlock === 'ok',
    signOut: verdicts.signOut === 'ok',
  };
}

describe.each(CALLERS)('a caller of rank %s', (rank) => {
  it.each(TARGETS)('may do to %s what the contract says', async (target) => {
    const isSelf = target === 'self';
    const caller = isSelf ? await newPerson([rank]) : callers[rank];
    const role = isSelf ? rank : target;
    const userId = isSelf ? caller.userId : await newTarget(role);
    const verdicts: Partial<Record<Action, Verdict>> = {};
    const acted: Target = { userId, role };
    for (const action of ACTIONS) {
      verdicts[action] = await verdictOn(action, caller.token, acted);
      if (verdicts[action] !== 'ok' || action === 'delete') continue;
      if (!SET_BACK.includes(action)) continue;
      await setBack(userId, role);
      if (isSelf && action === 'disable') {
        const again = await service.signIn(caller.userName, caller.password);
        caller.token = again.body.accessToken;
      }
    }
    expect(verdicts).toEqual(MATRIX[rank][target]);
  });

  it.each(TARGETS)('reads in `allowed` of %s what it may do', async (target) => {
    const caller = callers[rank];
    const userId = target === 'self' ? caller.userId : await newTarget(target);
    const get = (path: string) => service.callChecked('GET', path, { token: caller.token });
    const one = await get(`/api/users/${userId}`);
    if (rank === 'salesAgent') return expectRefused(one, 403, 'forbidden');
    const expected = expectedAllowed(MATRIX[rank][target]);
    expect(one.body.allowed).toEqual(expected);
    const { items } = (await get(`/api/users?userName=${one.body.userName}`)).body;
    expect(items.map(({ allowed }: { allowed: object }) => allowed)).toEqual([expected]);
    if (!expected.edit) return;
    const body = { displayName: 'Seen' };
    const { token } = caller;
    const edited = await service.callChecked('PATCH', `/api/users/${userId}`, { token, body });
    expect(edited.body.allowed).toEqual(expected);
  });

  it('may create users of the roles that it may grant', async () => {
    const grantable: readonly string[] = {
      globalAdmin: ROLES,
      userManagementAdmin: ROLES.filter((role) => role !== 'globalAdmin'),
      salesAgent: [],
    }[rank];
    const { token } = callers[rank];
    const create = (roles: readonly string[]) => {
      made += 1;
      const body = { userName: `made-${made}@contoso.example`, displayName: 'Made', roles };
      return service.callChecked('POST', '/api/users', { token, body });
    };
    for (const role of ROLES) {
      const answer = await create([role]);
      if (grantable.includes(role)) expect(answer.status, role).toBe(201);
      else expectRefused(answer, 403, 'forbidden');
    }
    const mixed = await create(['salesAgent', 'globalAdmin']);
    if (rank === 'globalAdmin') expect(mixed.status).toBe(201);
    else expectRefused(mixed, 403, 'forbidden');
  });
});

describe('a business role', () => {
  it.each(ROLES.slice(2))('(%s) opens no admin endpoint, whatever the request', async (role) => {
    const { token, userId } = await newPerson([role]);
    const unknown = '0'.repeat(26);
    const calls = [
      ['GET', '/api/users'],
      ['GET', '/api/users?limit=0'],
      ['GET', '/api/events'],
      ['POST', '/api/users'],
      ['GET', `/api/users/${userId}`],
      ['GET', `/api/users/${userId}/events`],
      ['GET', `/api/users/${unknown}`],
      ['DELETE', `/api/users/${unknown}`],
    ] as const;
    for (const [method, path] of calls) {
      expectRefused(await service.callChecked(method, path, { token }), 403, 'forbidden');
    }
    expect((await service.callChecked('GET', '/api/me', { token })).status).toBe(200);
  });

  it('beside an admin role does not reduce the rank', async () => {
    const both = await newPerson(['helpdeskAgent', 'userManagementAdmin']);
    const { token } = callers.userManagementAdmin;
    const read = await service.callChecked('GET', `/api/users/${both.userId}`, { token });
    expect(read.body.allowed.resetPassword).toBe(true);
    const list = await service.callChecked('GET', '/api/users?limit=1', { token: both.token });
    expect(list.status).toBe(200);
    const above = await newTarget('globalAdmin');
    const path = `/api/users/${above}`;
    await service.callChecked('PATCH', path, {
      token: root.token,
      body: { roles: ['globalAdmin', 'userManagementAdmin', 'salesAgent'] },
    });
    expectRefused(
      await service.callChecked('POST', `${path}/password-reset`, { token: both.token }),
      403,
      'forbidden',
    );
  });
});

describe('changing roles', () => {
  it('of oneself answers in `allowed` the rights that are left', async () => {
    const { token, userId } = await newPerson(['globalAdmin']);
    const body = { roles: ['salesAgent'] };
    const answer = await service.callChecked('PATCH', `/api/users/${userId}`, { token, body });
    expect(answer.status).toBe(200);
    expect(Object.values(answer.body.allowed)).not.toContain(true);
  });

  it('takes effect on the next request of the same token', async () => {
    const person = await newPerson(['salesAgent']);
    const { token, userId } = person;
    const grant = async (roles: readonly string[]) => {
      const body = { roles };
      const options = { token: root.token, body };
      expect((await service.callChecked('PATCH', `/api/users/${userId}`, options)).status).toBe(
        200,
      );
    };
    const above = await newTarget('globalAdmin');
    const rights = async () => {
      const list = await service.callChecked('GET', '/api/users?limit=1', { token });
      if (list.status !== 200) return list.body.code;
      return (await service.callChecked('GET', `/api/users/${above}`, { token })).body.allowed.edit;
    };
    const seen = [await rights()];
    for (const role of [
      'userManagementAdmin',
      'globalAdmin',
      'userManagementAdmin',
      'adminAgent',
    ]) {
      await grant([role]);
      seen.push(await rights());
      const me = await service.callChecked('GET', '/api/me', { token });
      expect(me.body.roles.map(({ id }: { id: string }) => id)).toEqual([role]);
    }
    expect(seen).toEqual(['forbidden', false, true, false, 'forbidden']);
  });
});
