import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, startService } from '../fixture/service.ts';
import { runHere } from '../infra/fixture/in-process.ts';

/**
 * Checks the effect of settings. Elsewhere: PORTAL_ORIGINS and PORTAL_URL in service.test.ts,
 * PASSWORD_HISTORY in change-password-setting.test.ts, SIGN_IN_FREE_ATTEMPTS in
 * sign-in-wait.test.ts, the stores in service-health.test.ts, a bad setting in the cloud in
 * setting-cloud.test.ts.
 */

const PUBLIC_ORIGIN = 'https://identity.contoso.example';

describe('a setting other than the default', () => {
  let service: Service;
  const startedAtMs = Date.now();

  beforeAll(async () => {
    service = await startService({
      env: {
        PUBLIC_ORIGIN,
        TOKEN_AUDIENCE: 'api://portal',
        ACCESS_TOKEN_TTL_SECONDS: '61',
        CHANGE_TOKEN_TTL_SECONDS: '7',
        TEMPORARY_PASSWORD_TTL_SECONDS: '90',
        PASSWORD_MIN_LENGTH: '20',
      },
    });
  });

  afterAll(() => service.stopAndAssertNoLeaks());

  it('PUBLIC_ORIGIN does not move the listening address', () => {
    expect(service.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('PUBLIC_ORIGIN is in problem types, links and the OpenAPI document', async () => {
    const refused = await service.callChecked('GET', '/api/me');
    expect(refused.body.type).toBe(`${PUBLIC_ORIGIN}/problems/invalid-token`);
    const { body } = await service.callChecked('GET', '/openapi.json');
    expect(body.servers).toEqual([{ url: PUBLIC_ORIGIN }]);
    // PORTAL_URL is not set: the portal is at the public origin.
    const redirect = await service.callChecked('GET', '/.well-known/change-password');
    expect(redirect.headers.get('location')).toBe(`${PUBLIC_ORIGIN}/#/profile/password`);
  });

  it('puts issuer, audience and lifetimes into tokens and answers', async () => {
    const [admin] = service.admins;
    const { userName = '', temporaryPassword = '' } = admin ?? {};
    const first = await service.signIn(userName, temporaryPassword);
    expect(first.body.expiresInSeconds).toBe(7);
    const change = decodeJwt(first.body.changeToken);
    // Both are whole seconds around the moments that they mean.
    expect([7, 8]).toContain((change.exp ?? 0) - (change.iat ?? 0));
    expect(change.iss).toBe(PUBLIC_ORIGIN);
    expect(change.aud).not.toBe('api://portal');

    const changed = await service.callChecked('POST', '/api/me/password', {
      token: first.body.changeToken,
      body: { newPassword: goodPassword(1) },
    });
    expect(changed.body.expiresInSeconds).toBe(61);
    const access = decodeJwt(changed.body.accessToken);
    expect([61, 62]).toContain((access.exp ?? 0) - (access.iat ?? 0));
    expect(access).toMatchObject({ iss: PUBLIC_ORIGIN, aud: 'api://portal' });

    const token = changed.body.accessToken;
    const wanted = { userName: 'ana@contoso.example', displayName: 'Ana', roles: ['salesAgent'] };
    const made = await service.callChecked('POST', '/api/users', { token, body: wanted });
    const { user, temporaryPassword: issued } = made.body;
    expect(made.headers.get('location')).toBe(`${PUBLIC_ORIGIN}/api/users/${user.userId}`);
    expect(issued.expiresInSeconds).toBe(90);
    const { issuedAt, expiresAt } = user.credential;
    expect(issued.expiresAt).toBe(expiresAt);
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(90_000);
    expect(Date.parse(issuedAt)).toBeGreaterThanOrEqual(startedAtMs);
  });

  it('PASSWORD_MIN_LENGTH is in the policy and is enforced', async () => {
    const { body } = await service.callChecked('GET', '/api/password-policy');
    expect(body.minLength).toBe(20);
    expect(body.passwordRules).toContain('minlength: 20');
    expect(body.rules[0]).toContain('20');
    const signedIn = await service.signIn('admin@contoso.example', goodPassword(1));
    const change = (newPassword: string) =>
      service.callChecked('POST', '/api/me/password', {
        token: signedIn.body.accessToken,
        body: { currentPassword: goodPassword(1), newPassword },
      });
    const short = 'orbit lantern velve';
    expect(short).toHaveLength(19);
    const refused = await change(short);
    expect(refused.body.reasons).toMatchObject([{ code: 'too-short' }]);
    expect(refused.body.reasons[0].detail).toContain('20');
    expect((await change(`${short}t`)).status).toBe(200);
  });
});

it('rejects a temporary password of one second after it, only to its owner', async () => {
  const service = await startService({ env: { TEMPORARY_PASSWORD_TTL_SECONDS: '1' } });
  const [admin] = service.admins;
  const { userName = '', temporaryPassword = '' } = admin ?? {};
  await service.passTime(1000);
  const late = await service.signIn(userName, temporaryPassword);
  expect(late).toMatchObject({ status: 401, body: { code: 'temporary-password-expired' } });
  const wrong = await service.signIn(userName, goodPassword(1));
  expect(wrong.body.code).toBe('invalid-credentials');
  await service.stopAndAssertNoLeaks();
});

it('applies BCRYPT_COST to new hashes, and to old ones at sign-in', async () => {
  const costsIn = (directory: string) => {
    const rows = readFileSync(join(directory, 'tables.json'), 'utf8');
    return [...new Set([...rows.matchAll(/\$2[aby]\$(\d\d)\$/g)].map(([, cost]) => cost))];
  };
  const first = await startService({ env: { BCRYPT_COST: '10' } });
  const { directory } = first;
  await first.readyAdmin();
  await first.end('SIGTERM');
  expect(costsIn(directory)).toEqual(['10']);
  const second = await startService({ directory, env: { BCRYPT_COST: '11' } });
  const signedIn = await second.signIn('admin@contoso.example', goodPassword(1));
  expect(signedIn.body.status).toBe('signedIn');
  await second.stopAndAssertNoLeaks();
  expect(costsIn(directory)).toEqual(['11']);
  rmSync(directory, { recursive: true });
});

describe('a bad setting', () => {
  // Of each kind one; all of them in test/setting.test.ts and in setting-cloud.test.ts.
  const BAD = {
    PUBLIC_ORIGIN: 'https://portal.example/',
    PORTAL_ORIGINS: 'https://a.example,*',
    TABLES_CONNECTION_STRING: 'AccountName=store',
    KEY_VAULT_URL: 'http://127.0.0.1:1',
    // Below the least of the quick build; below that of the deployed one in the next test.
    BCRYPT_COST: '3',
    TOKEN_AUDIENCE: 'two words',
    SWEEP_SCHEDULE: 'every 5 minutes',
  };

  it.each(Object.entries(BAD))('(%s=%s) stops the start with one sentence', async (name, value) => {
    const sentence = new RegExp(`^exit 1: ${name} [^\\n]+\\.$`);
    await expect(startService({ env: { [name]: value } })).rejects.toThrow(sentence);
  });

  it('stops create-admin as well', async () => {
    const env = { BCRYPT_COST: '9' };
    const { code, stderr } = await runHere('create-admin', ['a@b.example'], {
      ...env,
      TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
      KEY_VAULT_URL: 'https://vault.example',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^BCRYPT_COST [^\n]+\.\n$/);
  });

  it('that is empty counts as unset', async () => {
    const empty = Object.fromEntries(Object.keys(BAD).map((name) => [name, ' ']));
    const service = await startService({ env: empty });
    try {
      const { body } = await service.callChecked('GET', '/api/password-policy');
      expect(body).toMatchObject({ minLength: 15, history: 5 });
    } finally {
      await service.stopAndAssertNoLeaks();
    }
  });
});
