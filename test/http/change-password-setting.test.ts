import { afterEach, expect, it } from 'vitest';
import { type Service, startService } from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/** PASSWORD_HISTORY at its lowest values, PASSWORD_MIN_LENGTH, and what the policy says of them. */

let service: Service;

/** Long enough for the least length here. */
const goodPassword = (number: number) => `orbit lantern velvet ${1000 + number}`;
afterEach(() => service.stopAndAssertNoLeaks());

/** A user with password 1 who changes to the others in turn; ends signed in with the last. */
async function userWith(...numbers: readonly number[]) {
  const admin = await service.readyAdmin(0, goodPassword(99));
  const [first = 1, ...others] = numbers;
  const name = 'ana@contoso.example';
  const user = await service.addReadyUser(admin.token, name, ['salesAgent'], goodPassword(first));
  let { token, password } = user;
  for (const number of others) {
    const body = { currentPassword: password, newPassword: goodPassword(number) };
    const changed = await service.callChecked('POST', '/api/me/password', { token, body });
    expect(changed.status).toBe(200);
    token = changed.body.accessToken;
    password = goodPassword(number);
  }
  const change = (newPassword: string) =>
    service.callChecked('POST', '/api/me/password', {
      token,
      body: { currentPassword: password, newPassword },
    });
  const resetAndChange = async (newPassword: string) => {
    const path = `/api/users/${user.userId}/password-reset`;
    const { body } = await service.callChecked('POST', path, { token: admin.token });
    const { value } = body.temporaryPassword;
    const signedIn = await service.signIn(user.userName, value);
    const { changeToken } = signedIn.body;
    const post = (text: string) =>
      service.callChecked('POST', '/api/me/password', {
        token: changeToken,
        body: { newPassword: text },
      });
    return { temporary: await post(value), earlier: await post(newPassword) };
  };
  return { change, resetAndChange };
}

const reasonsOf = (answer: { body: { reasons: readonly { code: string }[] } }) =>
  answer.body.reasons.map(({ code }) => code);

it('rejects only the current and the temporary password with a history of 0', async () => {
  service = await startService({ env: { PASSWORD_HISTORY: '0', PASSWORD_MIN_LENGTH: '24' } });
  const { change, resetAndChange } = await userWith(10, 20);
  expect(reasonsOf(await change(goodPassword(20)))).toEqual(['same-as-current']);
  expect((await change(goodPassword(10))).status).toBe(200);

  const { temporary, earlier } = await resetAndChange(goodPassword(10));
  expect(reasonsOf(temporary)).toEqual(['temporary-password']);
  expect(earlier.status).toBe(200);

  const policy = await service.callChecked('GET', '/api/password-policy');
  expect(policy.body).toMatchObject({ minLength: 24, maxLength: 256, history: 0 });
  expect(policy.body.passwordRules).toBe(
    'minlength: 24; maxlength: 256; allowed: ascii-printable;',
  );
  expect(policy.body.rules).toContain('Not your current password, and not a temporary one.');
});

it('rejects one password before the current one with a history of 1', async () => {
  service = await startService({ env: { PASSWORD_HISTORY: '1', PASSWORD_MIN_LENGTH: '24' } });
  const { change, resetAndChange } = await userWith(10, 20, 30);
  expect(reasonsOf(await change(goodPassword(30)))).toEqual(['same-as-current']);
  expect(reasonsOf(await change(goodPassword(20)))).toEqual(['in-history']);
  const { earlier } = await resetAndChange(goodPassword(30));
  expect(reasonsOf(earlier)).toEqual(['in-history']);

  const [short, enough] = ['orbit lantern velvet 17', 'orbit lantern velvet 170'];
  expect([short.length, enough.length]).toEqual([23, 24]);
  const refused = await resetAndChange(short);
  expectRefused(refused.earlier, 422, 'password-rejected');
  expect(reasonsOf(refused.earlier)).toEqual(['too-short']);
  expect((await resetAndChange(enough)).earlier.status).toBe(200);
  const policy = await service.callChecked('GET', '/api/password-policy');
  expect(policy.body.rules.join(' ')).toContain('one of your last 1.');
});
