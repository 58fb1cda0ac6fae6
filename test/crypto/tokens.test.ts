import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { SECRET_CACHE_MS, SECRET_SETTLING_MS } from '../../shared/crypto/secret/secret-cache.ts';
import type { Tokens } from '../../shared/port/token.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  AUDIENCE,
  claimsOf,
  createTokenWorld,
  FOREIGN,
  ISSUER,
  JWK_1,
  JWK_2,
  sign,
  type TokenWorld,
  user,
} from './token-fixture.ts';
import { type ManualClock, settle, type VaultDouble } from './vault-double.ts';

let clock: ManualClock;
let vault: VaultDouble;
let tokens: Tokens;
let faults: string[];
let instance: TokenWorld['instance'];
beforeEach(() => {
  ({ clock, vault, tokens, faults, instance } = createTokenWorld());
});

describe('an access token', () => {
  it('has the claims of RFC 9068 and ours, and nothing else', async () => {
    const { token, expiresInSeconds } = await tokens.issueAccess(user, clock.now());
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' });
    const nowSeconds = Math.floor(clock.now() / 1000);
    expect(decodeJwt(token)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      client_id: AUDIENCE,
      sub: user.userId,
      preferred_username: 'ana@contoso.example',
      tenant: 'contoso.example',
      roles: ['globalAdmin', 'salesAgent'],
      iat: nowSeconds,
      auth_time: nowSeconds,
      exp: nowSeconds + 3600,
      exp_ms: clock.now() + 3_600_000,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      cv: 7,
      se: 3,
    });
    expect(expiresInSeconds).toBe(3600);
  });

  it('is valid to the last millisecond of its time', async () => {
    const issuedAtMs = clock.now();
    const { token, expiresInSeconds } = await tokens.issueAccess(user, issuedAtMs);
    const expiresAtMs = issuedAtMs + expiresInSeconds * 1000;
    expect(await tokens.verify(token, issuedAtMs)).toEqual(claimsOf('access'));
    expect(await tokens.verify(token, expiresAtMs - 1)).toEqual(claimsOf('access'));
    expect(await tokens.verify(token, expiresAtMs)).toBeUndefined();
  });

  it('has a unique id', async () => {
    const issue = async () => decodeJwt((await tokens.issueAccess(user, clock.now())).token).jti;
    expect(await issue()).not.toBe(await issue());
  });
});

describe('a change token', () => {
  it('has its own type and audience, and no roles', async () => {
    const { token } = await tokens.issuePasswordChange(user, clock.now(), Number.MAX_SAFE_INTEGER);
    expect(decodeProtectedHeader(token).typ).toBe('password-change+jwt');
    const payload = decodeJwt(token);
    expect(payload.aud).toBe('portal/password-change');
    expect(payload).not.toHaveProperty('roles');
    expect(payload).not.toHaveProperty('client_id');
    expect(await tokens.verify(token, clock.now())).toEqual(claimsOf('passwordChange'));
  });

  it.each([
    ['its own time', 3_600_000, 600_000, 600],
    ['the temporary password, earlier by a millisecond', 599_999, 599_999, 599],
    ['the temporary password in its last second', 999, 999, 0],
    ['the temporary password, expired already', -1, 0, 0],
  ])('is valid until %s', async (_, untilExpiryMs, livesMs, seconds) => {
    const nowMs = clock.now();
    const issued = await tokens.issuePasswordChange(user, nowMs, nowMs + untilExpiryMs);
    expect(issued.expiresInSeconds).toBe(seconds);
    const { exp } = decodeJwt(issued.token);
    expect(exp).toBe(Math.floor((nowMs + Math.min(untilExpiryMs, 600_000)) / 1000));
    expect(await tokens.verify(issued.token, nowMs + livesMs)).toBeUndefined();
    const before = await tokens.verify(issued.token, nowMs + livesMs - 1);
    expect(before?.use).toBe(livesMs > 0 ? 'passwordChange' : undefined);
  });
});

describe('rotating the signing key', () => {
  it('publishes a new key at once and signs with it when it has settled', async () => {
    const old = await tokens.issueAccess(user, clock.now());
    vault.add('k2', JWK_2, clock.now());
    clock.nowMs += SECRET_CACHE_MS;
    await tokens.publicKeys(clock.now());
    await settle();
    const kids = async () =>
      (await tokens.publicKeys(clock.now())).keys.map((key) => (key as { kid: string }).kid);
    const signer = async () =>
      decodeProtectedHeader((await tokens.issueAccess(user, clock.now())).token).kid;
    expect(await kids()).toEqual(['k1', 'k2']);
    expect(await signer()).toBe('k1');
    clock.nowMs += SECRET_SETTLING_MS - SECRET_CACHE_MS;
    expect(await signer()).toBe('k2');
    expect(await tokens.verify(old.token, clock.now())).toEqual(claimsOf('access'));
    vault.disable('k1');
    clock.nowMs += SECRET_CACHE_MS;
    await kids();
    await settle();
    expect(await kids()).toEqual(['k2']);
    expect(await tokens.verify(old.token, clock.now())).toBeUndefined();
  });

  it('lets an instance fetch an unknown key by its kid, once in 30 s', async () => {
    await tokens.publicKeys(clock.now());
    vault.add('k2', JWK_2, clock.now() - SECRET_SETTLING_MS);
    const { token } = await instance().issueAccess(user, clock.now());
    expect(decodeProtectedHeader(token).kid).toBe('k2');
    const calls = vault.calls;
    expect(await tokens.verify(token, clock.now())).toEqual(claimsOf('access'));
    expect(vault.calls).toBe(calls + 1);
    const payload = decodeJwt(token);
    for (let count = 0; count < 20; count += 1) {
      const forged = await sign(payload, { kid: `made-up-${count}` }, FOREIGN);
      expect(await tokens.verify(forged, clock.now())).toBeUndefined();
    }
    expect(vault.calls).toBe(calls + 1);
  });

  it('throws Unavailable without any key and works from a copy in an outage', async () => {
    const { token } = await tokens.issueAccess(user, clock.now());
    vault.isDown = true;
    const fresh = instance();
    await expect(fresh.issueAccess(user, clock.now())).rejects.toThrow(Unavailable);
    await expect(fresh.verify(token, clock.now())).rejects.toThrow(Unavailable);
    await expect(fresh.publicKeys(clock.now())).rejects.toThrow(Unavailable);
    expect(await fresh.verify('no token at all', clock.now())).toBeUndefined();
    expect(await tokens.verify(token, clock.now())).toEqual(claimsOf('access'));
    const forged = await sign(decodeJwt(token), { kid: 'unknown' }, FOREIGN);
    expect(await tokens.verify(forged, clock.now())).toBeUndefined();
  });
});

describe('the published key set', () => {
  it('shows public members only', async () => {
    const { x, y } = JSON.parse(JWK_1);
    expect(await tokens.publicKeys(clock.now())).toEqual({
      keys: [{ kty: 'EC', crv: 'P-256', x, y, kid: 'k1', alg: 'ES256', use: 'sig' }],
    });
  });

  it.each([
    ['no JSON', '{"d":"secret part'],
    ['a public key', JSON.stringify({ ...JSON.parse(FOREIGN), d: undefined })],
    ['another curve', JSON.stringify({ ...JSON.parse(FOREIGN), crv: 'P-384' })],
    ['a symmetric key', JSON.stringify({ kty: 'oct', k: 'secret part' })],
    ['a point off the curve', JSON.stringify({ ...JSON.parse(FOREIGN), x: 'A'.repeat(43) })],
  ])('omits a version that is %s, and logs which without showing it', async (_, value) => {
    vault.add('bad', value, clock.now() - SECRET_SETTLING_MS);
    const { keys } = await tokens.publicKeys(clock.now());
    expect(keys).toHaveLength(1);
    expect(faults).toEqual(['token-signing-key version bad is not a private P-256 JWK.']);
    const { token } = await tokens.issueAccess(user, clock.now());
    expect(decodeProtectedHeader(token).kid).toBe('k1');
    vault.disable('k1');
    await expect(instance().publicKeys(clock.now())).rejects.toThrow(Unavailable);
  });
});

describe('preparing to issue tokens', () => {
  it('reads the signing keys once, before a token needs them', async () => {
    tokens.prepare();
    tokens.prepare();
    await settle();
    expect(vault.calls).toBe(1);
    await tokens.issueAccess(user, clock.now());
    expect(vault.calls).toBe(1);
  });

  it('is silent if the keys cannot be read, and does not try again', async () => {
    vault.isDown = true;
    tokens.prepare();
    await settle();
    tokens.prepare();
    await settle();
    expect(vault.calls).toBe(1);
    vault.isDown = false;
    await expect(tokens.issueAccess(user, clock.now())).resolves.toBeDefined();
  });
});
