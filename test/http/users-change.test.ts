import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import type { CallAnswer, CallOptions, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectDead, expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET`, `PATCH` and `DELETE /api/users/{userId}`, and the entity tag. */

const MERGE_PATCH = 'application/merge-patch+json';
const PROFILE = {
  displayName: 'Ana Silva',
  email: 'ana@mail.example',
  locale: 'fr-CA',
  roles: ['billingAdmin', 'salesAgent'],
};

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let made = 0;

beforeAll(async () => {
  opened = await startOpenedService();
  service = opened.service;
  admin = await service.readyAdmin();
});
afterAll(() => opened.stop());

interface Made {
  readonly path: string;
  readonly userName: string;
  readonly temporaryPassword: string;
  readonly etag: string;
}

async function newUser(): Promise<Made> {
  made += 1;
  const body = { ...PROFILE, userName: `user-${made}@contoso.example` };
  const answer = await call('POST', '/api/users', { body });
  expect(answer.status).toBe(201);
  const { user, temporaryPassword } = answer.body;
  return {
    path: `/api/users/${user.userId}`,
    userName: user.userName,
    temporaryPassword: temporaryPassword.value,
    etag: tagOf(answer),
  };
}

function call(method: string, path: string, options: CallOptions = {}): Promise<CallAnswer> {
  return service.callChecked(method, path, { token: admin.token, ...options });
}

function patch(path: string, body: unknown, ifMatch?: string) {
  const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  return call('PATCH', path, { body, headers });
}

function tagOf({ headers }: CallAnswer): string {
  const tag = headers.get('etag');
  expect(tag).toMatch(/^"[^"]+"$/);
  return tag ?? '';
}

async function currentTag({ path }: Made): Promise<string> {
  return tagOf(await call('GET', path));
}

async function eventsOf({ path }: Made): Promise<readonly { type: string; details: object }[]> {
  const { body } = await call('GET', `${path}/events`);
  return body.items;
}

async function eventTypes(user: Made): Promise<readonly string[]> {
  return (await eventsOf(user)).map(({ type }) => type);
}

describe('PATCH on a user', () => {
  it.each([
    ['displayName', 'Ana Ünal “A” 😀'],
    ['email', 'other@mail.example'],
    ['secondEmail', 'second@mail.example'],
    ['locale', 'en-GB'],
    ['roles', ['helpdeskAgent']],
    ['status', 'disabled'],
  ])('changes %s and keeps the rest, with a new tag', async (member, value) => {
    const user = await newUser();
    const before = await call('GET', user.path);
    const answer = await patch(user.path, { [member]: value });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...before.body, [member]: value });
    expect(tagOf(answer)).not.toBe(user.etag);
    const read = await call('GET', user.path);
    expect(read.body).toEqual(answer.body);
    expect(tagOf(read)).toBe(tagOf(answer));
  });

  it.each([MERGE_PATCH, `${MERGE_PATCH}; charset=utf-8`, 'application/json'])(
    'accepts %s',
    async (mediaType) => {
      const user = await newUser();
      const headers = { 'content-type': mediaType };
      const answer = await call('PATCH', user.path, { body: { displayName: 'B' }, headers });
      expect(answer.body).toMatchObject({ ...PROFILE, displayName: 'B' });
    },
  );

  it.each(['text/plain', 'application/json-patch+json', 'application/merge-patch', ''])(
    'rejects the media type %j',
    async (mediaType) => {
      const user = await newUser();
      const headers = { 'content-type': mediaType };
      const answer = await call('PATCH', user.path, { body: { displayName: 'B' }, headers });
      expectRefused(answer, 415, 'unsupported-media-type');
      expect(await currentTag(user)).toBe(user.etag);
    },
  );

  it('clears email and locale by null', async () => {
    const user = await newUser();
    const answer = await patch(user.path, { email: null, locale: null });
    expect(answer.body).not.toHaveProperty('email');
    expect(answer.body).not.toHaveProperty('locale');
    expect((await eventsOf(user))[0]).toMatchObject({
      type: 'user.updated',
      details: { changed: ['email', 'locale'] },
    });
    const again = await patch(user.path, { email: null, locale: null });
    expect(tagOf(again)).toBe(tagOf(answer));
  });

  it.each(['displayName', 'roles', 'status'])('rejects null for %s', async (member) => {
    const user = await newUser();
    const answer = await patch(user.path, { [member]: null });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ pointer: `/${member}` }]);
    expect(await currentTag(user)).toBe(user.etag);
  });

  it.each(['userName', 'userId', 'password', 'credential', 'createdAt', 'allowed', 'tenant'])(
    'rejects %s, and changes no other member',
    async (member) => {
      const user = await newUser();
      const answer = await patch(user.path, { displayName: 'B', [member]: 'x' });
      expectRefused(answer, 422, 'validation');
      expect(answer.body.errors).toMatchObject([{ pointer: `/${member}` }]);
      expect(await currentTag(user)).toBe(user.etag);
    },
  );

  it.each([
    ['nothing', {}],
    ['what is there already', { ...PROFILE, status: 'active' }],
    ['the same roles in another order', { roles: [...PROFILE.roles].reverse() }],
    ['the same locale in another case', { locale: 'FR-ca' }],
  ])('of %s keeps the tag and writes no event', async (_name, body) => {
    const user = await newUser();
    const before = await call('GET', user.path);
    const answer = await patch(user.path, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(before.body);
    expect(tagOf(answer)).toBe(user.etag);
    expect(await eventTypes(user)).toEqual(['user.created']);
  });

  it('answers roles in their stored order', async () => {
    const user = await newUser();
    const roles = ['helpdeskAgent', 'adminAgent', 'accountAdmin'];
    const answer = await patch(user.path, { roles, displayName: 'B' });
    expect(answer.body.roles).toEqual((await call('GET', user.path)).body.roles);
  });

  it('of everything writes one event for each kind of change', async () => {
    const user = await newUser();
    const body = { displayName: 'B', email: null, roles: ['adminAgent'], status: 'disabled' };
    const answer = await patch(user.path, body);
    const { items } = (await call('GET', `${user.path}/events`)).body;
    expect(items).toMatchObject([
      { type: 'user.disabled', details: {} },
      {
        type: 'user.updated',
        details: {
          changed: ['displayName', 'email', 'roles'],
          rolesBefore: ['billingAdmin', 'salesAgent'],
          rolesAfter: ['adminAgent'],
        },
      },
      { type: 'user.created' },
    ]);
    const requestId = answer.headers.get('x-request-id');
    expect(items.map((event: { requestId: string }) => event.requestId)).toEqual([
      requestId,
      requestId,
      expect.not.stringMatching(`^${requestId}$`),
    ]);
  });
});

describe('the status disabled', () => {
  it('ends every session for good, and sign-ins until the user is active', async () => {
    const user = await newUser();
    const settled = await service.chooseOwnPassword(
      user.userName,
      user.temporaryPassword,
      goodPassword(2),
    );
    const token = settled.body.accessToken;
    await patch(user.path, { status: 'disabled' });
    expectDead(await service.callChecked('GET', '/api/me', { token }));
    const refused = await service.signIn(user.userName, goodPassword(2));
    expectRefused(refused, 401, 'invalid-credentials');
    await patch(user.path, { status: 'active' });
    expectDead(await service.callChecked('GET', '/api/me', { token }));
    expect((await service.signIn(user.userName, goodPassword(2))).body.status).toBe('signedIn');
  });

  it('ends a password change that is under way, even after enabling', async () => {
    const user = await newUser();
    const signedIn = await service.signIn(user.userName, user.temporaryPassword);
    const change = () =>
      service.callChecked('POST', '/api/me/password', {
        token: signedIn.body.changeToken,
        body: { newPassword: goodPassword(2) },
      });
    await patch(user.path, { status: 'disabled' });
    expectDead(await change());
    await patch(user.path, { status: 'active' });
    expectDead(await change());
    await service.chooseOwnPassword(user.userName, user.temporaryPassword, goodPassword(2));
  });
});

describe('the entity tag', () => {
  it('is the same after sign-in, change, sign-out, unlock, lock, reset, expiry', async () => {
    const user = await newUser();
    const steps: readonly [string, () => Promise<unknown>][] = [
      [
        'choice',
        () => service.chooseOwnPassword(user.userName, user.temporaryPassword, goodPassword(2)),
      ],
      ['sign in', () => service.signIn(user.userName, goodPassword(2))],
      ['sign out', () => call('POST', `${user.path}/sign-out`)],
      ['unlock', () => call('POST', `${user.path}/unlock`)],
      ['lock', () => opened.lock(user.userName)],
      ['reset', () => call('POST', `${user.path}/password-reset`)],
      ['lapse', () => opened.lapse(user.userName)],
      ['sweep', () => service.sweep()],
    ];
    for (const [name, step] of steps) {
      await step();
      expect(await currentTag(user), name).toBe(user.etag);
    }
    expect(await eventTypes(user)).toEqual([
      'temporary-password.expired',
      'password.reset',
      'credential.locked',
      'credential.unlocked',
      'sessions.ended',
      'password.changed',
      'temporary-password.used',
      'user.created',
    ]);
  });

  it('is returned unchanged by unlock and reset', async () => {
    const user = await newUser();
    for (const action of ['unlock', 'password-reset']) {
      expect(tagOf(await call('POST', `${user.path}/${action}`))).toBe(user.etag);
    }
  });
});

/** Each call that honours `If-Match`, and whether it took effect. */
const CONDITIONAL = [
  {
    name: 'PATCH',
    send: (user: Made, headers: Record<string, string>) =>
      call('PATCH', user.path, { body: { displayName: 'B' }, headers }),
    status: 200,
    event: 'user.updated',
  },
  {
    name: 'DELETE',
    send: (user: Made, headers: Record<string, string>) => call('DELETE', user.path, { headers }),
    status: 204,
    event: 'user.deleted',
  },
  {
    name: 'reset',
    send: (user: Made, headers: Record<string, string>) =>
      call('POST', `${user.path}/password-reset`, { headers }),
    status: 200,
    event: 'password.reset',
  },
];

describe.each(CONDITIONAL)('If-Match on $name', ({ send, status, event }) => {
  it.each([
    ['is absent', () => ({})],
    ['is *', () => ({ 'if-match': '*' })],
    ['is current', (tag: string) => ({ 'if-match': tag })],
    ['lists the current one', (tag: string) => ({ 'if-match': `"stale" , ${tag}, "other"` })],
  ])('accepts a call if it %s', async (_name, headers) => {
    const user = await newUser();
    const answer = await send(user, headers(user.etag));
    expect(answer.status).toBe(status);
    expect(await eventTypes(user)).toEqual([event, 'user.created']);
  });

  it.each([
    ['stale', (_tag: string, stale: string) => stale],
    ['a list of stale ones', (_tag: string, stale: string) => `${stale}, "other"`],
    ['weak', (tag: string) => `W/${tag}`],
    ['without quotes', (tag: string) => tag.replaceAll('"', '')],
    ['made up', () => '"x"'],
  ])('rejects a call if it is %s', async (_name, header) => {
    const user = await newUser();
    const current = tagOf(await patch(user.path, { displayName: 'A' }));
    const before = await eventTypes(user);
    const answer = await send(user, { 'if-match': header(current, user.etag) });
    expectRefused(answer, 412, 'precondition-failed');
    expect(await currentTag(user)).toBe(current);
    expect(await eventTypes(user)).toEqual(before);
  });
});

describe('If-Match', () => {
  it('accepts one of many parallel edits of the same version', async () => {
    const user = await newUser();
    const names = Array.from({ length: 8 }, (_, index) => `Ana ${index}`);
    const answers = await Promise.all(
      names.map((displayName) => patch(user.path, { displayName }, user.etag)),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const { body } of answers.filter((answer) => answer !== won[0])) {
      expect(['precondition-failed', 'conflict']).toContain(body.code);
    }
    expect((await call('GET', user.path)).body).toEqual(won[0]?.body);
    expect(await eventTypes(user)).toEqual(['user.updated', 'user.created']);
  });

  it('is judged after the target and before the rules', async () => {
    const headers = { 'if-match': '"stale"' };
    const unknown = `/api/users/${'0'.repeat(26)}`;
    expectRefused(await call('DELETE', unknown, { headers }), 404, 'not-found');
    const self = `/api/users/${admin.userId}`;
    expectRefused(await call('DELETE', self, { headers }), 412, 'precondition-failed');
    expectRefused(await call('DELETE', self), 409, 'last-global-admin');
  });
});

describe('DELETE', () => {
  it('ends the user with all tokens at once; a second call is 404', async () => {
    const user = await newUser();
    const settled = await service.chooseOwnPassword(
      user.userName,
      user.temporaryPassword,
      goodPassword(2),
    );
    const answer = await call('DELETE', user.path);
    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    expectDead(await service.callChecked('GET', '/api/me', { token: settled.body.accessToken }));
    const signIn = await service.signIn(user.userName, goodPassword(2));
    expectRefused(signIn, 401, 'invalid-credentials');
    for (const method of ['DELETE', 'GET']) {
      expectRefused(await call(method, user.path), 404, 'not-found');
    }
    expectRefused(await patch(user.path, {}), 404, 'not-found');
    for (const action of ['password-reset', 'unlock', 'sign-out']) {
      expectRefused(await call('POST', `${user.path}/${action}`), 404, 'not-found');
    }
    const { items } = (await call('GET', `/api/users?userName=${user.userName}`)).body;
    expect(items).toEqual([]);
    expect((await eventTypes(user))[0]).toBe('user.deleted');
  });

  it('ends a password change that is under way', async () => {
    const user = await newUser();
    const signedIn = await service.signIn(user.userName, user.temporaryPassword);
    await call('DELETE', user.path);
    const token = signedIn.body.changeToken;
    const body = { newPassword: goodPassword(2) };
    expectDead(await service.callChecked('POST', '/api/me/password', { token, body }));
  });
});
