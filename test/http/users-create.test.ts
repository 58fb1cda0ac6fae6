import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import type { Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';
import { expectTemporaryPassword } from './fixture/temporary-password.ts';

/** CONTRACT.md `POST /api/users`. */

const TTL_SECONDS = 7200;

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let made = 0;

beforeAll(async () => {
  opened = await startOpenedService({ env: { TEMPORARY_PASSWORD_TTL_SECONDS: `${TTL_SECONDS}` } });
  service = opened.service;
  admin = await service.readyAdmin();
});
afterAll(() => opened.stop());

function newName(): string {
  made += 1;
  return `user-${made}@contoso.example`;
}

function create(body: object, headers: Readonly<Record<string, string>> = {}) {
  return service.callChecked('POST', '/api/users', { token: admin.token, body, headers });
}

function wanted(changed: object = {}) {
  return { userName: newName(), displayName: 'Ana Silva', roles: ['salesAgent'], ...changed };
}

describe('a created user', () => {
  it('is answered in full, with address, tag and temporary password', async () => {
    const body = wanted({ email: 'ana@mail.example', locale: 'fr-CA', roles: ['billingAdmin'] });
    const before = new Date().toISOString();
    const answer = await create(body);
    const after = new Date().toISOString();
    expect(answer.status).toBe(201);
    const { user } = answer.body;
    expect(Object.keys(answer.body).sort()).toEqual(['temporaryPassword', 'user']);
    expectTemporaryPassword(answer, TTL_SECONDS);
    const { issuedAt, expiresAt } = user.credential;
    expect(user).toEqual({
      ...body,
      userId: expect.stringMatching(/^[\w-]{20,}$/),
      status: 'active',
      credential: { state: 'temporary', issuedAt, expiresAt, issuedBy: admin.userId },
      createdAt: expect.any(String),
      allowed: { edit: true, delete: true, resetPassword: true, unlock: true, signOut: true },
      resetRequirements: [],
    });
    for (const at of [user.createdAt, issuedAt]) {
      expect(at >= before && at <= after, `${before} ${at} ${after}`).toBe(true);
    }
    expect(answer.headers.get('location')).toBe(`${service.origin}/api/users/${user.userId}`);
    const path = new URL(answer.headers.get('location') ?? '').pathname;
    const read = await service.callChecked('GET', path, { token: admin.token });
    expect(read.body).toEqual(user);
    expect(answer.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('has no email and no locale unless they are given', async () => {
    const { user } = (await create(wanted())).body;
    expect(user).not.toHaveProperty('email');
    expect(user).not.toHaveProperty('locale');
    expect(user).not.toHaveProperty('lastSignInAt');
    expect(user.credential).not.toHaveProperty('changedAt');
  });

  it('has its name in lower case and an unrelated id', async () => {
    const local = `Mixed-${made}`;
    const { user } = (await create(wanted({ userName: `${local}@CONTOSO.example` }))).body;
    expect(user.userName).toBe(`${local.toLowerCase()}@contoso.example`);
    expect(user.userId).not.toContain('mixed');
    const again = await service.signIn(`${local.toUpperCase()}@contoso.EXAMPLE`, 'x');
    expect(again.body.code).toBe('invalid-credentials');
  });

  it('has its roles in a fixed order', async () => {
    const roles = ['helpdeskAgent', 'userManagementAdmin', 'accountAdmin'];
    const { user } = (await create(wanted({ roles }))).body;
    const read = await service.callChecked('GET', `/api/users/${user.userId}`, {
      token: admin.token,
    });
    expect(user.roles).toEqual(read.body.roles);
    expect([...user.roles].sort()).toEqual([...roles].sort());
  });

  it('signs in with the temporary password and must then change it', async () => {
    const body = wanted();
    const { temporaryPassword } = (await create(body)).body;
    const settled = await service.chooseOwnPassword(
      body.userName,
      temporaryPassword.value,
      goodPassword(3),
    );
    expect(settled.body.user).toMatchObject({ userName: body.userName, displayName: 'Ana Silva' });
  });

  it('is answered with instructions in the language of the admin', async () => {
    const languages = ['en', 'fr'].map((tag) => create(wanted(), { 'accept-language': tag }));
    const [english, french] = await Promise.all(languages);
    expect(english?.headers.get('content-language')).toBe('en');
    expect(french?.headers.get('content-language')).toBe('fr');
    expect(english?.body.temporaryPassword.instructions).not.toBe(
      french?.body.temporaryPassword.instructions,
    );
  });

  it('never shows the temporary password again', async () => {
    const answer = await create(wanted());
    const { user, temporaryPassword } = answer.body;
    const paths = ['', '/events'].map((path) => `/api/users/${user.userId}${path}`);
    const groups: readonly string[] = temporaryPassword.value.split('-');
    for (const path of [...paths, '/api/users?limit=200', '/api/events?limit=200']) {
      const text = JSON.stringify(
        (await service.callChecked('GET', path, { token: admin.token })).body,
      );
      expect(groups.filter((group) => text.includes(`${group}-`))).toEqual([]);
    }
  });
});

describe('an admin over the limit', () => {
  /** One row of the tenant holds them all, within the limits of a row. */
  const ADMINS_PER_TENANT = 100;

  it('is rejected at /roles, at creation and patch, until one leaves', async () => {
    const roles = ['userManagementAdmin'];
    const agent = (await create(wanted())).body.user;
    await opened.fillAdmins(admin.userName, ADMINS_PER_TENANT - 1);
    const last = await create(wanted({ roles }));
    expect(last.status).toBe(201);
    const patch = (userId: string, body: object) =>
      service.callChecked('PATCH', `/api/users/${userId}`, { token: admin.token, body });
    const refused = [
      await create(wanted({ roles })),
      await create(wanted({ roles: ['globalAdmin', 'salesAgent'] })),
      await patch(agent.userId, { roles, displayName: 'Changed' }),
    ];
    for (const answer of refused) {
      expectRefused(answer, 422, 'validation');
      const detail = expect.stringContaining(`${ADMINS_PER_TENANT}`);
      expect(answer.body.errors).toEqual([{ pointer: '/roles', detail }]);
    }
    const read = await service.callChecked('GET', `/api/users/${agent.userId}`, {
      token: admin.token,
    });
    expect(read.body).toEqual(agent);
    expect((await create(wanted())).status).toBe(201);
    const { userId } = last.body.user;
    expect((await patch(userId, { displayName: 'Renamed at the limit' })).status).toBe(200);
    expect((await patch(userId, { roles: ['globalAdmin'] })).status).toBe(200);
    expect((await patch(userId, { roles: ['salesAgent'] })).status).toBe(200);
    expect((await patch(agent.userId, { roles })).status).toBe(200);
    await opened.fillAdmins(admin.userName, 1);
  });
});

describe('the name of a new user', () => {
  it.each([
    'ana@fabrikam.example',
    'ana@sub.contoso.example',
    'ana@contoso.example.org',
    'ana@xcontoso.example',
  ])('in another domain (%s) is rejected at /userName', async (userName) => {
    const answer = await create(wanted({ userName }));
    expectRefused(answer, 422, 'validation');
    const detail = expect.any(String);
    expect(answer.body.errors).toEqual([{ pointer: '/userName', detail }]);
  });

  it('is rejected if taken, in any case, and its user stays unchanged', async () => {
    const body = wanted();
    const { user } = (await create(body)).body;
    for (const userName of [body.userName, body.userName.toUpperCase()]) {
      expectRefused(await create({ ...body, userName, displayName: 'X' }), 409, 'user-name-taken');
    }
    const read = await service.callChecked('GET', `/api/users/${user.userId}`, {
      token: admin.token,
    });
    expect(read.body).toEqual(user);
  });

  it('is given to one of many parallel creations', async () => {
    const body = wanted();
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body;
    const signedIn = await service.signIn(body.userName, winner.temporaryPassword.value);
    expect(signedIn.body.status).toBe('passwordChangeRequired');
  });

  it('is free once its user is deleted, and then another user’s', async () => {
    const body = wanted();
    const first = (await create(body)).body;
    const before = await service.chooseOwnPassword(
      body.userName,
      first.temporaryPassword.value,
      goodPassword(4),
    );
    const path = `/api/users/${first.user.userId}`;
    expect((await service.callChecked('DELETE', path, { token: admin.token })).status).toBe(204);
    const second = (await create(body)).body;
    expect(second.user.userId).not.toBe(first.user.userId);
    expectRefused(await service.callChecked('GET', path, { token: admin.token }), 404, 'not-found');
    const token = before.body.accessToken;
    expectRefused(await service.callChecked('GET', '/api/me', { token }), 401, 'invalid-token');
    for (const dead of [goodPassword(4), first.temporaryPassword.value]) {
      expectRefused(await service.signIn(body.userName, dead), 401, 'invalid-credentials');
    }
    await service.chooseOwnPassword(body.userName, second.temporaryPassword.value, goodPassword(4));
  });

  it('is usable at once even if guesses had locked it before', async () => {
    const body = wanted();
    await opened.lock(body.userName);
    const locked = await service.signIn(body.userName, 'x');
    expectRefused(locked, 429, 'too-many-attempts');
    expect(locked.headers.get('retry-after')).toBe('900');
    const { user, temporaryPassword } = (await create(body)).body;
    expect(user.credential.state).toBe('temporary');
    await service.chooseOwnPassword(body.userName, temporaryPassword.value, goodPassword(5));
  });

  it('does not wait for guesses counted before the user existed', async () => {
    const body = wanted();
    await opened.recordFailures(body.userName, 40);
    expectRefused(await service.signIn(body.userName, 'x'), 429, 'too-many-attempts');
    const { temporaryPassword } = (await create(body)).body;
    await service.chooseOwnPassword(body.userName, temporaryPassword.value, goodPassword(6));
  });
});
