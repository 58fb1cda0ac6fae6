import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import type { CallAnswer, CallOptions, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectDead, expectRefused } from './fixture/refused.ts';
import { expectTemporaryPassword } from './fixture/temporary-password.ts';

/** CONTRACT.md `POST /api/users/{userId}/password-reset`, `/unlock` and `/sign-out`. */

const TTL_SECONDS = 3600;

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

interface Person {
  readonly userId: string;
  readonly userName: string;
  readonly password: string;
  readonly token: string;
}

function newName(): string {
  made += 1;
  return `user-${made}@contoso.example`;
}

/** Adds a user with a permanent password, signed in. */
function newPerson(): Promise<Person> {
  return service.addReadyUser(admin.token, newName());
}

function act(
  { userId }: { readonly userId: string },
  action: 'password-reset' | 'unlock' | 'sign-out',
  options: CallOptions = {},
): Promise<CallAnswer> {
  return service.callChecked('POST', `/api/users/${userId}/${action}`, {
    token: admin.token,
    ...options,
  });
}

async function reset(person: { readonly userId: string }): Promise<string> {
  const answer = await act(person, 'password-reset');
  expect(answer.status).toBe(200);
  return answer.body.temporaryPassword.value;
}

async function read({ userId }: { readonly userId: string }) {
  return (await service.callChecked('GET', `/api/users/${userId}`, { token: admin.token })).body;
}

async function lastEvent({ userId }: { readonly userId: string }) {
  const { body } = await service.callChecked('GET', `/api/users/${userId}/events?limit=1`, {
    token: admin.token,
  });
  return body.items[0];
}

function change(token: string, newPassword = goodPassword(9)): Promise<CallAnswer> {
  return service.callChecked('POST', '/api/me/password', { token, body: { newPassword } });
}

async function expectSignInRefused(userName: string, password: string): Promise<void> {
  const answer = await service.signIn(userName, password);
  expectRefused(answer, 401, 'invalid-credentials');
}

describe('a reset', () => {
  it('answers the user and a temporary password, and records its issuer', async () => {
    const person = await newPerson();
    const before = await read(person);
    const answer = await act(person, 'password-reset');
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(['receipt', 'temporaryPassword', 'user']);
    expectTemporaryPassword(answer, TTL_SECONDS);
    const { issuedAt, expiresAt } = answer.body.user.credential;
    const { changedAt } = before.credential;
    expect(answer.body.user).toEqual({
      ...before,
      credential: { state: 'temporary', changedAt, issuedAt, expiresAt, issuedBy: admin.userId },
    });
    expect(await read(person)).toEqual(answer.body.user);
    expect(await lastEvent(person)).toMatchObject({
      type: 'password.reset',
      actor: { userId: admin.userId },
      subject: { userId: person.userId },
      requestId: answer.headers.get('x-request-id'),
      details: { clearedLock: false },
    });
  });

  it('ends the old password and every token at once', async () => {
    const person = await newPerson();
    const second = (await service.signIn(person.userName, person.password)).body.accessToken;
    await reset(person);
    for (const token of [person.token, second]) {
      expectDead(await service.callChecked('GET', '/api/me', { token }));
    }
    await expectSignInRefused(person.userName, person.password);
  });

  it('ends an earlier temporary password and a password change with it', async () => {
    const userName = newName();
    const { userId, temporaryPassword } = await service.addUser(admin.token, userName);
    const under = await service.signIn(userName, temporaryPassword);
    const first = await reset({ userId });
    expectDead(await change(under.body.changeToken));
    await expectSignInRefused(userName, temporaryPassword);
    const underFirst = await service.signIn(userName, first);
    const second = await reset({ userId });
    expectDead(await change(underFirst.body.changeToken));
    await expectSignInRefused(userName, first);
    expect(second).not.toBe(first);
    await service.chooseOwnPassword(userName, second, goodPassword(3));
  });

  it('leaves one valid password when many resets run in parallel', async () => {
    const person = await newPerson();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => act(person, 'password-reset')),
    );
    const values = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.temporaryPassword.value as string);
    expect(values.length).toBeGreaterThan(0);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe('conflict');
    const outcomes: string[] = [];
    for (const value of values) {
      const { body } = await service.signIn(person.userName, value);
      outcomes.push(body.status === 'passwordChangeRequired' ? body.status : body.code);
    }
    const dead = values.slice(1).map(() => 'invalid-credentials');
    expect(outcomes.sort()).toEqual([...dead, 'passwordChangeRequired']);
  });

  it.each([
    { password: goodPassword(5) },
    { newPassword: goodPassword(5) },
    { temporaryPassword: goodPassword(5) },
    { value: goodPassword(5) },
  ])('rejects a password chosen by the caller: %j', async (body) => {
    const person = await newPerson();
    const answer = await act(person, 'password-reset', { body });
    expectRefused(answer, 422, 'validation');
    const [member] = Object.keys(body);
    expect(answer.body.errors).toMatchObject([{ pointer: `/${member}` }]);
    expect((await service.signIn(person.userName, person.password)).body.status).toBe('signedIn');
    await expectSignInRefused(person.userName, goodPassword(5));
  });

  it('rejects any query', async () => {
    const person = await newPerson();
    const path = `/api/users/${person.userId}/password-reset?password=x`;
    expectRefused(
      await service.callChecked('POST', path, { token: admin.token }),
      422,
      'validation',
    );
    expect((await read(person)).credential.state).toBe('permanent');
  });

  it('accepts {} as no body', async () => {
    expect((await act(await newPerson(), 'password-reset', { body: {} })).status).toBe(200);
  });

  it('of oneself is self-reset-forbidden, whatever the rank', async () => {
    const roles = ['userManagementAdmin'];
    const userAdmin = await service.addReadyUser(admin.token, newName(), roles);
    for (const person of [admin, userAdmin]) {
      const answer = await act(person, 'password-reset', { token: person.token });
      expectRefused(answer, 403, 'self-reset-forbidden');
      expect((await service.callChecked('GET', '/api/me', { token: person.token })).status).toBe(
        200,
      );
    }
    const agent = await newPerson();
    const answer = await act(agent, 'password-reset', { token: agent.token });
    expectRefused(answer, 403, 'forbidden');
  });

  it('clears the waits of earlier guesses', async () => {
    const person = await newPerson();
    await opened.recordFailures(person.userName, 50);
    const waits = await service.signIn(person.userName, person.password);
    expectRefused(waits, 429, 'too-many-attempts');
    await service.chooseOwnPassword(person.userName, await reset(person), goodPassword(3));
  });

  it('ends a lock and records it', async () => {
    const person = await newPerson();
    await opened.lock(person.userName);
    expect((await read(person)).credential.state).toBe('locked');
    const temporaryPassword = await reset(person);
    expect((await read(person)).credential.state).toBe('temporary');
    expect((await lastEvent(person)).details).toMatchObject({ clearedLock: true });
    await service.chooseOwnPassword(person.userName, temporaryPassword, goodPassword(3));
  });

  it('replaces an expired temporary password by a valid one', async () => {
    const userName = newName();
    const { userId, temporaryPassword } = await service.addUser(admin.token, userName);
    await opened.lapse(userName);
    const late = await service.signIn(userName, temporaryPassword);
    expectRefused(late, 401, 'temporary-password-expired');
    const again = await reset({ userId });
    await service.sweep();
    expect((await read({ userId })).credential.state).toBe('temporary');
    await expectSignInRefused(userName, temporaryPassword);
    await service.chooseOwnPassword(userName, again, goodPassword(3));
  });

  it('of a disabled user is valid only once the user is active again', async () => {
    const person = await newPerson();
    const path = `/api/users/${person.userId}`;
    const setStatus = (status: string) =>
      service.callChecked('PATCH', path, { token: admin.token, body: { status } });
    await setStatus('disabled');
    const temporaryPassword = await reset(person);
    expect(await read(person)).toMatchObject({
      status: 'disabled',
      credential: { state: 'temporary' },
    });
    await expectSignInRefused(person.userName, temporaryPassword);
    await expectSignInRefused(person.userName, person.password);
    await setStatus('active');
    await service.chooseOwnPassword(person.userName, temporaryPassword, goodPassword(3));
  });

  it('answers in the language of the admin', async () => {
    const person = await newPerson();
    const headers = { 'accept-language': 'fr' };
    const french = await act(person, 'password-reset', { headers });
    expect(french.headers.get('content-language')).toBe('fr');
    expectTemporaryPassword(french, TTL_SECONDS);
    const english = await act(person, 'password-reset');
    expect(english.body.temporaryPassword.instructions).not.toBe(
      french.body.temporaryPassword.instructions,
    );
  });
});

describe('the unlock endpoint', () => {
  it('rejects a locked credential: only a reset opens it, sessions stay', async () => {
    const person = await newPerson();
    const before = await read(person);
    await opened.lock(person.userName);
    const locked = await service.signIn(person.userName, person.password);
    expectRefused(locked, 429, 'too-many-attempts');
    expect(locked.headers.get('retry-after')).toBe('900');
    expect((await service.callChecked('GET', '/api/me', { token: person.token })).status).toBe(200);
    const seen = await read(person);
    expect(seen.credential).toEqual({ ...before.credential, state: 'locked' });
    expect(seen.attempts).toMatchObject({ failures: 80, networks: 1 });
    expect(seen.attempts.waitUntil).toBeUndefined();
    const refused = await act(person, 'unlock');
    expectRefused(refused, 409, 'reset-required');
    expect(await read(person)).toEqual(seen);
    expect((await lastEvent(person)).type).toBe('credential.locked');
  });

  it('is not needed on a device where the user signed in before', async () => {
    const person = await newPerson();
    const { userName, password } = person;
    const device = (await service.signIn(userName, password)).body.deviceToken;
    await opened.lock(userName);
    const signIn = (deviceToken: unknown) =>
      service.callChecked('POST', '/api/sign-in', { body: { userName, password, deviceToken } });
    expect((await signIn(device)).body.status).toBe('signedIn');
    for (const bad of [undefined, null, 7, '', {}, [device], `${device}x`, 'a'.repeat(3000)]) {
      expectRefused(await signIn(bad), 429, 'too-many-attempts');
    }
    expect((await read(person)).credential.state).toBe('locked');
  });

  it('ends the waits of guesses before a lock, and keeps their count', async () => {
    const person = await newPerson();
    expect((await read(person)).attempts).toBeUndefined();
    await opened.recordFailures(person.userName, 60);
    const waits = await service.signIn(person.userName, person.password);
    expectRefused(waits, 429, 'too-many-attempts');
    const { attempts } = await read(person);
    expect(attempts).toMatchObject({ failures: 60, networks: 0 });
    expect(Date.parse(attempts.waitUntil) - Date.parse(attempts.since)).toBe(900_000);
    expect((await act(person, 'unlock')).body.credential.state).toBe('permanent');
    expect((await read(person)).attempts).toEqual({
      since: attempts.since,
      failures: 60,
      networks: 0,
    });
    expect((await service.signIn(person.userName, person.password)).body.status).toBe('signedIn');
    expect((await lastEvent(person)).details).toEqual({ failures: 60 });
  });

  it('does not enable a disabled user', async () => {
    const person = await newPerson();
    const body = { status: 'disabled' };
    await service.callChecked('PATCH', `/api/users/${person.userId}`, { token: admin.token, body });
    expect((await act(person, 'unlock')).body.status).toBe('disabled');
    await expectSignInRefused(person.userName, person.password);
  });
});

describe('signing out another user', () => {
  it('ends all sessions and keeps the password', async () => {
    const person = await newPerson();
    const second = (await service.signIn(person.userName, person.password)).body.accessToken;
    const before = await read(person);
    const answer = await act(person, 'sign-out');
    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    for (const token of [person.token, second]) {
      expectDead(await service.callChecked('GET', '/api/me', { token }));
    }
    expect(await read(person)).toEqual(before);
    const again = await service.signIn(person.userName, person.password);
    expect(again.body.status).toBe('signedIn');
    expect(await lastEvent(person)).toMatchObject({
      type: 'sessions.ended',
      actor: { userId: admin.userId },
      requestId: answer.headers.get('x-request-id'),
      details: {},
    });
  });

  it('ends a password change and keeps the temporary password', async () => {
    const userName = newName();
    const { userId, temporaryPassword } = await service.addUser(admin.token, userName);
    const under = await service.signIn(userName, temporaryPassword);
    expect((await act({ userId }, 'sign-out')).status).toBe(204);
    expectDead(await change(under.body.changeToken));
    await service.chooseOwnPassword(userName, temporaryPassword, goodPassword(3));
  });
});
