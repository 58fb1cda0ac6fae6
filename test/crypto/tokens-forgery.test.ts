import { createPublicKey, createSign } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { UNKNOWN_REFRESH_MS } from '../../shared/crypto/secret/secret-cache.ts';
import type { Tokens } from '../../shared/port/token.ts';
import {
  AUDIENCE,
  claimsOf,
  createTokenWorld,
  FOREIGN,
  ISSUER,
  JWK_1,
  sign,
  user,
} from './token-fixture.ts';
import type { ManualClock, VaultDouble } from './vault-double.ts';

let clock: ManualClock;
let vault: VaultDouble;
let tokens: Tokens;
beforeEach(() => {
  ({ clock, vault, tokens } = createTokenWorld());
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a forged token', () => {
  let payload: JWTPayload;
  let good: string;
  beforeEach(async () => {
    good = (await tokens.issueAccess(user, clock.now())).token;
    payload = decodeJwt(good);
  });
  const refused = async (token: string) =>
    expect(await tokens.verify(token, clock.now())).toBeUndefined();

  it('differs from a real one, which the test key signs', async () => {
    expect(await tokens.verify(await sign(payload), clock.now())).toEqual(claimsOf('access'));
  });

  it.each([
    ['alg none', { alg: 'none', typ: 'at+jwt', kid: 'k1' }],
    ['alg None', { alg: 'None', typ: 'at+jwt', kid: 'k1' }],
    ['no alg', { typ: 'at+jwt', kid: 'k1' }],
    ['an alg that is no string', { alg: ['ES256'], typ: 'at+jwt', kid: 'k1' }],
    ['no typ', { alg: 'ES256', kid: 'k1' }],
    ['typ JWT', { alg: 'ES256', typ: 'JWT', kid: 'k1' }],
    ['a typ of the prototype', { alg: 'ES256', typ: 'constructor', kid: 'k1' }],
    ['no kid', { alg: 'ES256', typ: 'at+jwt' }],
    ['a kid of the prototype', { alg: 'ES256', typ: 'at+jwt', kid: '__proto__' }],
  ])('with %s is rejected, with and without the good signature', async (_, header) => {
    const [, body, signature] = good.split('.');
    await refused(`${encode(header)}.${body}.${signature}`);
    await refused(`${encode(header)}.${body}.`);
  });

  it('signed by HS256 with the public key as the secret is rejected', async () => {
    const { d: _, ...jwk } = JSON.parse(JWK_1);
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    for (const secret of [pem.toString(), JSON.stringify(jwk)]) {
      const forged = await new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
        .sign(Buffer.from(secret));
      await refused(forged);
    }
  });

  it('signed by another key is rejected, with our kid and with its own', async () => {
    await refused(await sign(payload, {}, FOREIGN));
    await refused(await sign(payload, { kid: 'foreign' }, FOREIGN));
  });

  it.each([
    ['jwk', () => ({ jwk: { ...JSON.parse(FOREIGN), d: undefined } })],
    ['jku', () => ({ jku: 'https://attacker.example/jwks.json' })],
    ['x5u', () => ({ x5u: 'https://attacker.example/cert.pem' })],
    ['x5c', () => ({ x5c: ['MIIB'] })],
    ['crit', () => ({ crit: ['b64'], b64: true })],
    ['cty', () => ({ cty: 'JWT' })],
  ])('with %s in its header is rejected, even signed with our key', async (_, extra) => {
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...extra() };
    for (const jwk of [JWK_1, FOREIGN]) {
      const signed = `${encode(header)}.${encode(payload)}`;
      const key = { key: JSON.parse(jwk), format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
      const signature = createSign('sha256').update(signed).sign(key);
      await refused(`${signed}.${signature.toString('base64url')}`);
    }
  });

  it('with the type or audience of the other kind is rejected', async () => {
    const change = await tokens.issuePasswordChange(user, clock.now(), Number.MAX_SAFE_INTEGER);
    const changePayload = decodeJwt(change.token);
    await refused(await sign(payload, { typ: 'password-change+jwt' }));
    await refused(await sign(changePayload, { typ: 'at+jwt' }));
    await refused(await sign({ ...payload, aud: 'portal/password-change' }));
    await refused(await sign({ ...changePayload, aud: AUDIENCE }, { typ: 'password-change+jwt' }));
    const withRoles = { ...changePayload, roles: user.roles };
    await refused(await sign(withRoles, { typ: 'password-change+jwt' }));
  });

  it.each([
    'iss',
    'aud',
    'client_id',
    'sub',
    'preferred_username',
    'tenant',
    'iat',
    'exp',
    'exp_ms',
    'jti',
    'auth_time',
    'roles',
    'cv',
    'se',
  ])('without %s is rejected', async (claim) => {
    const { [claim]: _, ...rest } = payload;
    await refused(await sign(rest));
  });

  it.each([
    ['iss', 'https://other.example'],
    ['iss', `${ISSUER}/`],
    ['aud', 'other'],
    ['aud', [AUDIENCE]],
    ['aud', [AUDIENCE, 'other']],
    ['client_id', 'other'],
    ['sub', 'ana'],
    ['sub', user.userId.toUpperCase()],
    ['sub', 7],
    ['preferred_username', 'Ana@contoso.example'],
    ['preferred_username', 'ana'],
    ['preferred_username', 'ana@fabrikam.example'],
    ['tenant', 'fabrikam.example'],
    ['tenant', 'Contoso.example'],
    ['iat', '1767225600'],
    ['iat', 1767225600.5],
    ['exp', '9999999999'],
    ['exp', null],
    ['exp', -1],
    ['exp_ms', '9999999999999'],
    ['exp_ms', 0],
    ['jti', ''],
    ['auth_time', 'now'],
    ['roles', 'globalAdmin'],
    ['roles', ['root']],
    ['cv', '7'],
    ['cv', 7.5],
    ['cv', -1],
    ['se', null],
    ['nbf', 9_999_999_999],
  ])('whose %s is %j is rejected', async (claim, value) => {
    await refused(await sign({ ...payload, [claim]: value } as JWTPayload));
  });

  it('issued more than a minute ahead of our clock is rejected', async () => {
    const nowSeconds = Math.floor(clock.now() / 1000);
    const at = async (iat: number) => tokens.verify(await sign({ ...payload, iat }), clock.now());
    expect(await at(nowSeconds + 60)).toEqual(claimsOf('access'));
    expect(await at(nowSeconds + 61)).toBeUndefined();
  });

  it.each([
    ['garbage after it', (token: string) => `${token}x`],
    ['a space after it', (token: string) => `${token} `],
    ['a line break after it', (token: string) => `${token}\n`],
    ['padding', (token: string) => `${token}==`],
    ['another part', (token: string) => `${token}.e30`],
    ['its signature twice', (token: string) => `${token}${token.split('.')[2]}`],
    ['a missing part', (token: string) => token.split('.').slice(0, 2).join('.')],
    ['an empty signature', (token: string) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['parts in another order', (token: string) => token.split('.').reverse().join('.')],
  ])('with %s is rejected as malformed', async (_, alter) => {
    await refused(alter(good));
  });

  it.each(['', '.', '..', '...', 'a.b.c', 'bnVsbA.e30.AA', 'W10.e30.AA', '\0', 'é.é.é', '{}'])(
    'that is %j is rejected',
    async (token) => {
      await refused(token);
    },
  );

  it('with any one character replaced is rejected, the last one too', async () => {
    const symbols = [...'ABCDabcd0123-_.=+/'];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(good.length - 1), fc.constant(good.length - 1)),
        fc.constantFrom(...symbols),
        async (position, symbol) => {
          fc.pre(good[position] !== symbol);
          const altered = good.slice(0, position) + symbol + good.slice(position + 1);
          expect(await tokens.verify(altered, clock.now())).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('longer than 8 KiB is rejected unread, and a shorter one is verified', async () => {
    const padded = async (length: number) => sign({ ...payload, jti: 'x'.repeat(length) });
    const base = (await padded(1)).length;
    // Three characters of JSON are four of base64url.
    const most = Math.floor(((8192 - base) * 3) / 4);
    expect((await padded(most)).length).toBeLessThanOrEqual(8192);
    expect(await tokens.verify(await padded(most), clock.now())).toEqual(claimsOf('access'));
    const huge = await padded(most + 8);
    expect(huge.length).toBeGreaterThan(8192);
    await refused(huge);
    await refused('.'.repeat(10_000_000));
  });

  it('causes no call to the vault unless only its kid is unknown', async () => {
    const calls = vault.calls;
    clock.nowMs += UNKNOWN_REFRESH_MS;
    await refused(`${encode({ alg: 'none', typ: 'at+jwt', kid: 'x' })}.e30.`);
    await refused(`${encode({ alg: 'ES256', typ: 'JWT', kid: 'x' })}.e30.`);
    expect(vault.calls).toBe(calls);
  });
});
