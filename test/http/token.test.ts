import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { CHALLENGE, expectDead, expectRefused, expectUnauthorized } from './fixture/refused.ts';

/** CONTRACT.md "Tokens": what another service sees of them, and how they end here. */

const ISSUER = 'https://identity.contoso.example';
const AUDIENCE = 'partner-portal';
const CHANGE_TTL_SECONDS = 3;

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  const env = {
    PUBLIC_ORIGIN: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    ACCESS_TOKEN_TTL_SECONDS: '60',
    CHANGE_TOKEN_TTL_SECONDS: `${CHANGE_TTL_SECONDS}`,
    SIGN_IN_FREE_ATTEMPTS: '20',
  };
  service = await startService({ env });
  admin = await service.readyAdmin();
});
afterAll(() => service.stopAndAssertNoLeaks());

/** The access token lives a minute, the tests may take longer. */
async function freshAdmin(): Promise<string> {
  const { body } = await service.signIn(admin.userName, admin.password);
  return body.accessToken;
}

const me = (token: string | undefined) => service.callChecked('GET', '/api/me', { token });

async function keySet() {
  const { body } = await service.callChecked('GET', '/.well-known/jwks.json');
  return createLocalJWKSet(body);
}

describe('an access token', () => {
  it('is verified by another service with the published keys, by RFC 9068', async () => {
    const startedAtSeconds = Math.floor(Date.now() / 1000);
    const roles = ['billingAdmin', 'salesAgent'];
    const user = await service.addReadyUser(await freshAdmin(), 'ana@contoso.example', roles);
    const { payload, protectedHeader } = await jwtVerify(user.token, await keySet(), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'auth_time', 'client_id'],
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toMatchObject({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: user.userId,
      preferred_username: 'ana@contoso.example',
      tenant: 'contoso.example',
      roles,
    });
    const { iat = 0, exp = 0 } = payload;
    expect(iat).toBeGreaterThanOrEqual(startedAtSeconds);
    expect(payload.auth_time).toBe(iat);
    // The exact moment is a claim of its own.
    expect(exp - iat).toBe(60);
    expect(JSON.stringify(payload)).not.toContain(user.password);
  });

  it('states its lifetime and has a unique id', async () => {
    const user = await service.addReadyUser(await freshAdmin(), 'ids@contoso.example');
    const again = await service.signIn(user.userName, user.password);
    expect(again.body.expiresInSeconds).toBe(60);
    const ids = [user.token, again.body.accessToken].map((token) => decodeJwt(token).jti);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });
});

describe('the key set', () => {
  it('holds public keys only, by the ids of tokens, and may be cached', async () => {
    const { body, headers } = await service.callChecked('GET', '/.well-known/jwks.json');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(body.keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: decodeProtectedHeader(admin.token).kid,
        alg: 'ES256',
        use: 'sig',
      },
    ]);
  });
});

describe('a change token', () => {
  it('has another type and audience, and no roles', async () => {
    const made = await service.addUser(await freshAdmin(), 'ben@contoso.example');
    const { body } = await service.signIn('ben@contoso.example', made.temporaryPassword);
    const token = body.changeToken as string;
    const { typ, alg } = decodeProtectedHeader(token);
    expect([typ, alg]).toEqual(['password-change+jwt', 'ES256']);
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ iss: ISSUER, sub: made.userId });
    expect(claims.aud).not.toBe(AUDIENCE);
    expect(claims).not.toHaveProperty('roles');
    const asAccess = { audience: AUDIENCE, issuer: ISSUER, typ: 'at+jwt' };
    await expect(jwtVerify(token, await keySet(), asAccess)).rejects.toThrow();

    expectDead(await me(token));
    expectDead(await service.callChecked('POST', '/api/me/sign-out-everywhere', { token }));
    expectDead(await service.callChecked('GET', '/api/users', { token }));
  });

  it('expires at its own time; the temporary password stays valid', async () => {
    const made = await service.addUser(await freshAdmin(), 'brief@contoso.example');
    const first = await service.signIn('brief@contoso.example', made.temporaryPassword);
    expect(first.body.expiresInSeconds).toBe(CHANGE_TTL_SECONDS);
    await service.passTime(CHANGE_TTL_SECONDS * 1000);
    const late = await service.callChecked('POST', '/api/me/password', {
      token: first.body.changeToken,
      body: { newPassword: goodPassword(3) },
    });
    expectDead(late);
    await service.chooseOwnPassword(
      'brief@contoso.example',
      made.temporaryPassword,
      goodPassword(3),
    );
  });
});

describe('an access token is rejected from the next request on', () => {
  it('if its user is disabled, even after enabling again', async () => {
    const token = await freshAdmin();
    const user = await service.addReadyUser(token, 'disabled@contoso.example');
    const path = `/api/users/${user.userId}`;
    await service.callChecked('PATCH', path, { token, body: { status: 'disabled' } });
    expectDead(await me(user.token));
    await service.callChecked('PATCH', path, { token, body: { status: 'active' } });
    expectDead(await me(user.token));
    const again = await service.signIn(user.userName, user.password);
    expect((await me(again.body.accessToken)).status).toBe(200);
    expectDead(await me(user.token));
  });

  it('if its user is deleted, even if another user has the name', async () => {
    const token = await freshAdmin();
    const user = await service.addReadyUser(token, 'deleted@contoso.example');
    await service.callChecked('DELETE', `/api/users/${user.userId}`, { token });
    expectDead(await me(user.token));
    const heir = await service.addReadyUser(token, 'deleted@contoso.example');
    expect(heir.userId).not.toBe(user.userId);
    expectDead(await me(user.token));
    expect((await me(heir.token)).status).toBe(200);
  });

  it('if the password is reset, even after the change', async () => {
    const token = await freshAdmin();
    const user = await service.addReadyUser(token, 'reset@contoso.example');
    const path = `/api/users/${user.userId}/password-reset`;
    const { body } = await service.callChecked('POST', path, { token });
    expectDead(await me(user.token));
    await service.chooseOwnPassword(user.userName, body.temporaryPassword.value, goodPassword(3));
    expectDead(await me(user.token));
  });

  it('if an admin ends the sessions; the password stays valid', async () => {
    const token = await freshAdmin();
    const user = await service.addReadyUser(token, 'ended@contoso.example');
    const ended = await service.callChecked('POST', `/api/users/${user.userId}/sign-out`, {
      token,
    });
    expect(ended.status).toBe(204);
    expectDead(await me(user.token));
    expect((await service.signIn(user.userName, user.password)).status).toBe(200);
  });
});

it('keeps a token through a role change, with the new rights at once', async () => {
  const token = await freshAdmin();
  const user = await service.addReadyUser(token, 'roles@contoso.example');
  const list = () => service.callChecked('GET', '/api/users', { token: user.token });
  const setRoles = (roles: readonly string[]) =>
    service.callChecked('PATCH', `/api/users/${user.userId}`, { token, body: { roles } });
  expectRefused(await list(), 403, 'forbidden');
  await setRoles(['userManagementAdmin']);
  expect((await list()).status).toBe(200);
  expect(decodeJwt(user.token).roles).toEqual(['salesAgent']);
  await setRoles(['helpdeskAgent']);
  expectRefused(await list(), 403, 'forbidden');
  expect((await me(user.token)).status).toBe(200);
});

describe('the place of a token', () => {
  it('is not the query, the body, a cookie or another scheme', async () => {
    const token = await freshAdmin();
    const refused = [
      await service.callChecked('GET', `/api/me?access_token=${token}`),
      await service.callChecked('GET', `/api/me?token=${token}`),
      await service.callChecked('GET', '/api/me', { headers: { cookie: `access_token=${token}` } }),
      await service.callChecked('GET', '/api/me', { headers: { authorization: `Basic ${token}` } }),
      await service.callChecked('GET', '/api/me', { headers: { authorization: token } }),
      await service.callChecked('POST', '/api/me/sign-out-everywhere', {
        body: { access_token: token },
      }),
      await service.callChecked('POST', '/api/me/sign-out-everywhere', {
        body: `access_token=${token}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ];
    for (const answer of refused) expectUnauthorized(answer, 'invalid-token', CHALLENGE);
    expect((await me(token)).status).toBe(200);
  });

  it('is the Authorization header, with the scheme in any case', async () => {
    const token = await freshAdmin();
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await service.callChecked('GET', '/api/me', { headers })).status).toBe(200);
    }
  });
});

describe('an altered token', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('is rejected for its header, claims or signature', async () => {
    const token = await freshAdmin();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = decodeJwt(token);
    const protectedHeader = decodeProtectedHeader(token);
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const altered = [
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}`,
      `${header}.${encode({ ...claims, sub: '0'.repeat(26) })}.${signature}`,
      `${encode({ ...protectedHeader, alg: 'none' })}.${payload}.`,
      `${encode({ ...protectedHeader, alg: 'HS256' })}.${payload}.${signature}`,
      `${encode({ ...protectedHeader, typ: 'JWT' })}.${payload}.${signature}`,
      `${encode({ ...protectedHeader, kid: 'another' })}.${payload}.${signature}`,
      `${encode({ ...protectedHeader, typ: 'password-change+jwt' })}.${payload}.${signature}`,
    ];
    for (const bad of altered) expectDead(await me(bad));
    expect((await me(token)).status).toBe(200);
  });

  it('names the issuer’s page in a refusal, and nothing of the token', async () => {
    const answer = await me('eyJhbGciOiJub25lIn0.e30.');
    expectDead(answer);
    expect(answer.body.type).toBe(`${ISSUER}/problems/invalid-token`);
    expect(JSON.stringify(answer.body)).not.toContain('eyJ');
  });
});
