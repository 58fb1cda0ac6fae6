import { afterAll, beforeAll, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { CHALLENGE, expectDead, expectUnauthorized } from './fixture/refused.ts';

/** Checks an unused, expired temporary password; its milliseconds are in test/operation/. */

const WRONG = 'not the right one';

/** Time enough for a busy machine to replace a temporary password. */
const TTL_S = 8;

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  const env = { TEMPORARY_PASSWORD_TTL_SECONDS: `${TTL_S}`, SIGN_IN_FREE_ATTEMPTS: '1' };
  service = await startService({ env });
  admin = await service.readyAdmin();
});
afterAll(() => service.stopAndAssertNoLeaks());

async function stateOf(userId: string): Promise<string> {
  const { body } = await service.callChecked('GET', `/api/users/${userId}`, { token: admin.token });
  return body.credential.state;
}

it('reports an expired temporary password only if proven, before and after a sweep', async () => {
  const userName = 'ana@contoso.example';
  const { userId, temporaryPassword } = await service.addUser(admin.token, userName);
  const inTime = await service.signIn(userName, temporaryPassword);
  expect(inTime.body.expiresInSeconds).toBeLessThanOrEqual(TTL_S);
  const { changeToken } = inTime.body;
  await service.passTime(TTL_S * 1000);

  const late = await service.callChecked('POST', '/api/me/password', {
    token: changeToken,
    body: { newPassword: goodPassword(3) },
  });
  expectDead(late);
  expect(await stateOf(userId)).toBe('expired');

  // One free attempt: a second in a row would wait, were the first not given back.
  const proveThrice = async () => {
    for (let tries = 0; tries < 3; tries += 1) {
      const answer = await service.signIn(userName, temporaryPassword.toLowerCase());
      expectUnauthorized(answer, 'temporary-password-expired', CHALLENGE);
    }
  };
  await proveThrice();
  await service.sweep();
  expect(await stateOf(userId)).toBe('expired');
  await proveThrice();

  const headers = { 'accept-language': 'fr' };
  const french = await service.signIn(userName, temporaryPassword, headers);
  expect(french.body.title).toBe('Le mot de passe temporaire a expiré');
  expectUnauthorized(await service.signIn(userName, WRONG), 'invalid-credentials', CHALLENGE);

  const path = `/api/users/${userId}/password-reset`;
  const reset = await service.callChecked('POST', path, { token: admin.token });
  const { value } = reset.body.temporaryPassword;
  const settled = await service.chooseOwnPassword(userName, value, goodPassword(3));
  expect(settled.body.user.credential.state).toBe('permanent');
});

it('does not report an expired temporary password of a disabled user', async () => {
  const userName = 'ben@contoso.example';
  const { userId, temporaryPassword } = await service.addUser(admin.token, userName);
  await service.callChecked('PATCH', `/api/users/${userId}`, {
    token: admin.token,
    body: { status: 'disabled' },
  });
  expect(await stateOf(userId)).toBe('temporary');
  await service.passTime(TTL_S * 1000);
  expect(await stateOf(userId)).toBe('expired');
  const answer = await service.signIn(userName, temporaryPassword);
  expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
});
