import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { CHALLENGE, expectUnauthorized, withoutOccasion } from './fixture/refused.ts';

/** CONTRACT.md `POST /api/sign-in`, but for the waits. */

const WRONG = 'not the right one';

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  service = await startService({ env: { SIGN_IN_FREE_ATTEMPTS: '20' } });
  admin = await service.readyAdmin();
});
afterAll(() => service.stopAndAssertNoLeaks());

const setStatus = (userId: string, status: string) =>
  service.callChecked('PATCH', `/api/users/${userId}`, { token: admin.token, body: { status } });

describe('a rejected sign-in', () => {
  it('is the same for wrong, unknown, disabled and deleted users', async () => {
    await service.addReadyUser(admin.token, 'wrong@contoso.example');
    const disabled = await service.addReadyUser(admin.token, 'disabled@contoso.example');
    expect((await setStatus(disabled.userId, 'disabled')).status).toBe(200);
    const deleted = await service.addReadyUser(admin.token, 'deleted@contoso.example');
    await service.callChecked('DELETE', `/api/users/${deleted.userId}`, { token: admin.token });
    await service.addUser(admin.token, 'fresh@contoso.example');

    const answers = [
      await service.signIn('wrong@contoso.example', WRONG),
      await service.signIn('unknown@contoso.example', WRONG),
      await service.signIn('unknown@nowhere.example', WRONG),
      await service.signIn(disabled.userName, disabled.password),
      await service.signIn(disabled.userName, WRONG),
      await service.signIn(deleted.userName, deleted.password),
      await service.signIn('fresh@contoso.example', WRONG),
    ];
    for (const answer of answers) expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
    const [first, ...others] = answers.map(withoutOccasion);
    for (const other of others) expect(other).toEqual(first);
  });

  it('uses the language of the header, never that of an unproven user', async () => {
    await service.callChecked('POST', '/api/users', {
      token: admin.token,
      body: {
        userName: 'luc@contoso.example',
        displayName: 'Luc',
        locale: 'fr-CA',
        roles: ['salesAgent'],
      },
    });
    const plain = await service.signIn('luc@contoso.example', WRONG);
    expect(plain.headers.get('content-language')).toBe('en');
    expect(plain.body.title).toBe('User name or password is wrong');
    const french = await service.signIn('luc@contoso.example', WRONG, { 'accept-language': 'fr' });
    expect(french.headers.get('content-language')).toBe('fr');
    expect(french.body.title).toBe('Nom d’utilisateur ou mot de passe incorrect');
  });

  it('is never overloaded while at most 16 users sign in', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `guest${index}@contoso.example`);
    const answers = await Promise.all(names.map((name) => service.signIn(name, WRONG)));
    for (const answer of answers) expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
  });

  it('succeeds again once a disabled user is enabled', async () => {
    const user = await service.addReadyUser(admin.token, 'back@contoso.example');
    await setStatus(user.userId, 'disabled');
    expect((await service.signIn(user.userName, user.password)).status).toBe(401);
    await setStatus(user.userId, 'active');
    expect((await service.signIn(user.userName, user.password)).status).toBe(200);
  });
});

describe('a sign-in', () => {
  it('answers with a token and Me, and records its time for admins', async () => {
    const user = await service.addReadyUser(admin.token, 'ana@contoso.example');
    const startedAt = new Date().toISOString();
    const answer = await service.signIn('Ana@CONTOSO.example', user.password);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(
      ['accessToken', 'deviceToken', 'expiresInSeconds', 'status', 'tokenType', 'user'].sort(),
    );
    const { accessToken: token } = answer.body;
    expect(answer.body).toMatchObject({
      status: 'signedIn',
      tokenType: 'Bearer',
      expiresInSeconds: 3600,
      user: { userId: user.userId, userName: 'ana@contoso.example', tenant: 'contoso.example' },
    });
    expect((await service.callChecked('GET', '/api/me', { token })).body).toEqual(answer.body.user);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-language': 'en',
      vary: 'Accept-Language',
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(answer.headers.has('set-cookie')).toBe(false);
    const seen = await service.callChecked('GET', `/api/users/${user.userId}`, {
      token: admin.token,
    });
    expect(seen.body.lastSignInAt >= startedAt).toBe(true);
  });

  it('keeps earlier sessions, and each has its own token', async () => {
    const user = await service.addReadyUser(admin.token, 'two@contoso.example');
    const again = await service.signIn(user.userName, user.password);
    expect(again.body.accessToken).not.toBe(user.token);
    for (const token of [user.token, again.body.accessToken]) {
      expect((await service.callChecked('GET', '/api/me', { token })).status).toBe(200);
    }
  });

  it('answers in the locale of the proven user, or as the header requests', async () => {
    const made = await service.callChecked('POST', '/api/users', {
      token: admin.token,
      body: {
        userName: 'eve@contoso.example',
        displayName: 'Eve',
        locale: 'fr-CA',
        roles: ['salesAgent'],
      },
    });
    const { value } = made.body.temporaryPassword;
    const own = await service.signIn('eve@contoso.example', value);
    expect(own.headers.get('content-language')).toBe('fr');
    expect(own.body.policy.rules[0]).toMatch(/^Entre 15 et 256 caractères/);
    const asked = await service.signIn('eve@contoso.example', value, { 'accept-language': 'en' });
    expect(asked.headers.get('content-language')).toBe('en');
    await service.chooseOwnPassword('eve@contoso.example', value, goodPassword(3));
    const later = await service.signIn('eve@contoso.example', goodPassword(3));
    expect(later.headers.get('content-language')).toBe('fr');
    expect(later.body.user.roles[0].name).toBe('Agent commercial');
  });
});

describe('a permanent password', () => {
  it('is verified exactly as typed, except for its normal form', async () => {
    const password = 'Crème-Lantern Orbit 0O1I';
    const { temporaryPassword } = await service.addUser(admin.token, 'exact@contoso.example');
    await service.chooseOwnPassword(
      'exact@contoso.example',
      temporaryPassword,
      password.normalize('NFC'),
    );
    const refused = [
      password.toLowerCase(),
      password.toUpperCase(),
      password.replace('-', ''),
      password.replace(' ', ''),
      password.replace('0O', '00'),
      password.replace('1I', '11'),
      ` ${password}`,
      `${password} `,
      `${password}\n`,
      password.replace('è', 'e'),
      password.slice(0, -1),
    ];
    for (const typed of refused) {
      const answer = await service.signIn('exact@contoso.example', typed);
      expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
    }
    for (const form of ['NFC', 'NFD']) {
      const answer = await service.signIn('exact@contoso.example', password.normalize(form));
      expect(answer.body.status).toBe('signedIn');
    }
  });

  it('is compared beyond the 72 bytes that bcrypt reads', async () => {
    const long = `${'orbit lantern velvet '.repeat(12)}1`;
    expect(long).toHaveLength(253);
    const { temporaryPassword } = await service.addUser(admin.token, 'long@contoso.example');
    await service.chooseOwnPassword('long@contoso.example', temporaryPassword, long);
    const other = await service.signIn('long@contoso.example', `${long.slice(0, -1)}2`);
    expect(other.status).toBe(401);
    expect((await service.signIn('long@contoso.example', long)).status).toBe(200);
  });
});

describe('a temporary password', () => {
  it('is accepted in forgiving spellings', async () => {
    const made = await service.addUser(admin.token, 'typed@contoso.example');
    const shown = made.temporaryPassword;
    expect(shown).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    const spellings = [
      shown,
      shown.toLowerCase(),
      `${shown}.`,
      `"${shown}"`,
      `« ${shown} ».`,
      `\u2066${shown}\u2069\ufe0f`,
      shown.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
      shown.replaceAll('-', ''),
      shown.replaceAll('-', ' '),
      ` ${shown.replaceAll('-', ' - ')} `,
      shown.replaceAll('-', '\u2013'),
      shown.replaceAll('0', 'O').replaceAll('1', 'I'),
      shown.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    for (const spelling of spellings) {
      const answer = await service.signIn('typed@contoso.example', spelling);
      expect(answer.body.status, 'a spelling was refused').toBe('passwordChangeRequired');
    }
  });

  it('with a wrong symbol or two swapped is invalid-credentials', async () => {
    const made = await service.addUser(admin.token, 'mistyped@contoso.example');
    const symbols = [...made.temporaryPassword.replaceAll('-', '')];
    const wrong = symbols.with(3, symbols[3] === 'A' ? 'B' : 'A').join('');
    const at = symbols.findIndex((symbol, index) => symbol !== symbols[index + 1]);
    const [one = '', other = ''] = symbols.slice(at, at + 2);
    const swapped = symbols
      .with(at, other)
      .with(at + 1, one)
      .join('');
    const cut = symbols.slice(0, -1).join('');
    for (const typed of [wrong, swapped, cut, `${symbols.join('')}0`]) {
      const answer = await service.signIn('mistyped@contoso.example', typed);
      expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
    }
  });

  it('requires a change and returns all that a portal needs for it', async () => {
    const made = await service.addUser(admin.token, 'change@contoso.example');
    const answer = await service.signIn('change@contoso.example', made.temporaryPassword);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const user = await service.callChecked('GET', `/api/users/${made.userId}`, {
      token: admin.token,
    });
    const policy = await service.callChecked('GET', '/api/password-policy');
    expect(answer.body).toEqual({
      status: 'passwordChangeRequired',
      reason: 'temporaryPassword',
      changeToken: expect.any(String),
      expiresInSeconds: 600,
      temporaryPasswordExpiresAt: user.body.credential.expiresAt,
      policy: policy.body,
    });
    expect(user.body.lastSignInAt).toBeUndefined();
  });

  it('stays valid after abandoned change steps, like each change token', async () => {
    const { temporaryPassword } = await service.addUser(admin.token, 'left@contoso.example');
    const tokens: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      const answer = await service.signIn('left@contoso.example', temporaryPassword);
      tokens.push(answer.body.changeToken);
    }
    const [first, ...others] = tokens;
    const body = { newPassword: goodPassword(4) };
    const changed = await service.callChecked('POST', '/api/me/password', { token: first, body });
    expect(changed.body.status).toBe('signedIn');
    for (const token of others) {
      const late = await service.callChecked('POST', '/api/me/password', { token, body });
      expect(late.body.code).toBe('invalid-token');
    }
    const spent = await service.signIn('left@contoso.example', temporaryPassword);
    expectUnauthorized(spent, 'invalid-credentials', CHALLENGE);
  });

  it('replaces the password before it, and is replaced by the next reset', async () => {
    const user = await service.addReadyUser(admin.token, 'reset@contoso.example');
    const reset = async () => {
      const path = `/api/users/${user.userId}/password-reset`;
      const answer = await service.callChecked('POST', path, { token: admin.token });
      return answer.body.temporaryPassword.value as string;
    };
    const first = await reset();
    expect((await service.signIn(user.userName, user.password)).status).toBe(401);
    const second = await reset();
    expect((await service.signIn(user.userName, first)).status).toBe(401);
    expect((await service.signIn(user.userName, second)).body.status).toBe(
      'passwordChangeRequired',
    );
  });
});
