import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import {
  type CallAnswer,
  type Service,
  type SignedInAdmin,
  startService,
} from '../fixture/service.ts';
import {
  BAD_TOKEN,
  CHALLENGE,
  expectDead,
  expectRefused,
  expectUnauthorized,
} from './fixture/refused.ts';

/** CONTRACT.md `POST /api/me/password`, with both tokens; the policy is in a file of its own. */

const WRONG = 'not the right one';

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  service = await startService({ env: { SIGN_IN_FREE_ATTEMPTS: '20' } });
  admin = await service.readyAdmin();
});
afterAll(() => service.stopAndAssertNoLeaks());

function change(token: string | undefined, body: object): Promise<CallAnswer> {
  return service.callChecked('POST', '/api/me/password', { token, body });
}

const me = (token: string) => service.callChecked('GET', '/api/me', { token });

/** A new user who proved the temporary password and must now change it. */
async function changingUser(userName: string) {
  const made = await service.addUser(admin.token, userName);
  const { body } = await service.signIn(userName, made.temporaryPassword);
  return { ...made, userName, changeToken: body.changeToken as string };
}

async function eventTypes(userId: string): Promise<readonly string[]> {
  const path = `/api/users/${userId}/events`;
  const { body } = await service.callChecked('GET', path, { token: admin.token });
  return body.items.map(({ type }: { type: string }) => type);
}

describe('a password change in a session', () => {
  it('starts a new session and ends every earlier token', async () => {
    const user = await service.addReadyUser(admin.token, 'ana@contoso.example');
    const other = await service.signIn(user.userName, user.password);
    const body = { currentPassword: user.password, newPassword: goodPassword(3) };
    const changed = await change(user.token, body);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('cache-control')).toBe('no-store');
    expect(changed.body).toMatchObject({
      status: 'signedIn',
      tokenType: 'Bearer',
      expiresInSeconds: 3600,
      user: { userId: user.userId, credential: { state: 'permanent' } },
    });
    expectDead(await me(user.token));
    expectDead(await me(other.body.accessToken));
    expect((await me(changed.body.accessToken)).body).toEqual(changed.body.user);
    expect((await service.signIn(user.userName, user.password)).status).toBe(401);
    expect((await service.signIn(user.userName, goodPassword(3))).status).toBe(200);
    expect((await eventTypes(user.userId))[0]).toBe('password.changed');
  });

  it('requires the current password, before any judgement or count', async () => {
    const user = await service.addReadyUser(admin.token, 'needs@contoso.example');
    const answer = await change(user.token, { newPassword: 'short' });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toEqual([
      { pointer: '/currentPassword', detail: 'Your current password is required.' },
    ]);
  });

  it('judges the current password before the new one', async () => {
    const user = await service.addReadyUser(admin.token, 'order@contoso.example');
    const both = await change(user.token, { currentPassword: WRONG, newPassword: 'short' });
    expectUnauthorized(both, 'invalid-credentials', CHALLENGE);
    const proven = await change(user.token, {
      currentPassword: user.password,
      newPassword: 'short',
    });
    expectRefused(proven, 422, 'password-rejected');
  });

  it('compares the current password exactly as typed', async () => {
    const user = await service.addReadyUser(admin.token, 'typed@contoso.example');
    for (const currentPassword of [user.password.toUpperCase(), `${user.password} `]) {
      const answer = await change(user.token, { currentPassword, newPassword: goodPassword(3) });
      expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
    }
  });

  it('keeps the session at a wrong password and ends all at the tenth', async () => {
    const user = await service.addReadyUser(admin.token, 'ten@contoso.example');
    const other = (await service.signIn(user.userName, user.password)).body.accessToken;
    const guess = () =>
      change(user.token, { currentPassword: WRONG, newPassword: goodPassword(3) });
    for (let count = 0; count < 5; count += 1) {
      expectUnauthorized(await guess(), 'invalid-credentials', CHALLENGE);
    }
    // A proven one in between clears the count, though the new one is refused.
    const proven = { currentPassword: user.password, newPassword: 'short' };
    expectRefused(await change(user.token, proven), 422, 'password-rejected');
    for (let count = 0; count < 9; count += 1) {
      expectUnauthorized(await guess(), 'invalid-credentials', CHALLENGE);
    }
    expect((await me(user.token)).status).toBe(200);
    expect(await eventTypes(user.userId)).not.toContain('sessions.ended');

    expectUnauthorized(await guess(), 'invalid-credentials', CHALLENGE);
    for (const token of [user.token, other]) expectDead(await me(token));
    expectDead(await guess());
    expect((await eventTypes(user.userId))[0]).toBe('sessions.ended');
    const seen = await service.callChecked('GET', `/api/users/${user.userId}`, {
      token: admin.token,
    });
    expect(seen.body.credential.state).toBe('permanent');
    expect((await service.signIn(user.userName, user.password)).status).toBe(200);
  });
});

describe('a password change with a change token', () => {
  it('replaces the temporary password and signs in', async () => {
    const user = await changingUser('ben@contoso.example');
    const changed = await change(user.changeToken, { newPassword: goodPassword(3) });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      status: 'signedIn',
      user: { userId: user.userId, credential: { state: 'permanent' } },
    });
    expect((await me(changed.body.accessToken)).status).toBe(200);
    expectDead(await change(user.changeToken, { newPassword: goodPassword(4) }));
    const old = await service.signIn(user.userName, user.temporaryPassword);
    expectUnauthorized(old, 'invalid-credentials', CHALLENGE);
    expect(await eventTypes(user.userId)).toEqual([
      'password.changed',
      'temporary-password.used',
      'user.created',
    ]);
  });

  it('rejects a current password', async () => {
    const user = await changingUser('refuses@contoso.example');
    const body = { newPassword: goodPassword(3), currentPassword: user.temporaryPassword };
    const answer = await change(user.changeToken, body);
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toEqual([
      {
        pointer: '/currentPassword',
        detail: "Don't send currentPassword with a change token.",
      },
    ]);
    const { newPassword } = body;
    expect((await change(user.changeToken, { newPassword })).status).toBe(200);
  });

  it('is still possible after rejected new passwords', async () => {
    const user = await changingUser('spent@contoso.example');
    for (const newPassword of ['short', 'passwordpassword', user.temporaryPassword]) {
      const answer = await change(user.changeToken, { newPassword });
      expectRefused(answer, 422, 'password-rejected');
    }
    const changed = await change(user.changeToken, { newPassword: goodPassword(3) });
    expect(changed.status).toBe(200);
  });

  it('is impossible after a reset; the token opens nothing else', async () => {
    const user = await changingUser('else@contoso.example');
    expectDead(await me(user.changeToken));
    const path = `/api/users/${user.userId}/password-reset`;
    await service.callChecked('POST', path, { token: admin.token });
    expectDead(await change(user.changeToken, { newPassword: goodPassword(3) }));
  });
});

describe('two parallel password changes', () => {
  /** One is `signedIn`; what the other gets is no success, and the winner's password holds. */
  async function expectOneWinner(
    userName: string,
    answers: readonly CallAnswer[],
    passwords: readonly string[],
  ): Promise<void> {
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const loser = answers.find(({ status }) => status === 401);
    if (loser !== undefined) expectDead(loser);
    for (const [index, { status }] of answers.entries()) {
      const { status: signIn } = await service.signIn(userName, passwords[index] ?? '');
      expect(signIn).toBe(status);
    }
  }

  it('with one change token have one winner', async () => {
    const user = await changingUser('race@contoso.example');
    const passwords = [goodPassword(5), goodPassword(6)];
    const answers = await Promise.all(
      passwords.map((newPassword) => change(user.changeToken, { newPassword })),
    );
    await expectOneWinner(user.userName, answers, passwords);
  });

  it('in one session have one winner', async () => {
    const user = await service.addReadyUser(admin.token, 'twice@contoso.example');
    const passwords = [goodPassword(5), goodPassword(6)];
    const answers = await Promise.all(
      passwords.map((newPassword) =>
        change(user.token, { newPassword, currentPassword: user.password }),
      ),
    );
    await expectOneWinner(user.userName, answers, passwords);
  });
});

it('rejects the 21st call to the policy in 15 minutes, good or not', async () => {
  const user = await changingUser('calls@contoso.example');
  for (let call = 0; call < 20; call += 1) {
    expectRefused(
      await change(user.changeToken, { newPassword: 'short' }),
      422,
      'password-rejected',
    );
  }
  const answer = await change(user.changeToken, { newPassword: goodPassword(3) });
  expectRefused(answer, 429, 'too-many-attempts');
  const retryAfter = Number(answer.headers.get('retry-after'));
  expect(retryAfter).toBeGreaterThan(800);
  expect(retryAfter).toBeLessThanOrEqual(900);
  // The shape is judged before, and signing in is another count.
  expectRefused(await change(user.changeToken, {}), 422, 'validation');
  const again = await service.signIn(user.userName, user.temporaryPassword);
  expect(again.body.status).toBe('passwordChangeRequired');
});

describe('WWW-Authenticate', () => {
  const body = { currentPassword: WRONG, newPassword: goodPassword(3) };

  it('is a bare challenge without a token', async () => {
    expectUnauthorized(await change(undefined, body), 'invalid-token', CHALLENGE);
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer ']) {
      const headers = { authorization };
      const answer = await service.callChecked('POST', '/api/me/password', { body, headers });
      expectUnauthorized(answer, 'invalid-token', CHALLENGE);
    }
  });

  it('names the error of a bad token', async () => {
    for (const token of ['x', 'a.b.c', `${admin.token}x`, `${admin.token} x`]) {
      expectUnauthorized(await change(token, body), 'invalid-token', BAD_TOKEN);
    }
  });

  it('is a bare challenge at a wrong password, and the session stays valid', async () => {
    const user = await service.addReadyUser(admin.token, 'bare@contoso.example');
    expectUnauthorized(await change(user.token, body), 'invalid-credentials', CHALLENGE);
    expect((await me(user.token)).status).toBe(200);
  });
});
