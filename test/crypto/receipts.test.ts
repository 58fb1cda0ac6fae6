import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createSecretCache, SECRET_SETTLING_MS } from '../../shared/crypto/secret/secret-cache.ts';
import { createReceipts, RECEIPT_KEY_SECRET } from '../../shared/crypto/token/receipts.ts';
import { findSigningKeyFlaw } from '../../shared/crypto/token/signing-keys.ts';
import type { Receipts, ResetFacts } from '../../shared/port/receipt.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  AUDIENCE,
  createTokenWorld,
  ISSUER,
  JWK_1,
  type TokenWorld,
  user,
} from './token-fixture.ts';
import { privateJwk, VaultDouble } from './vault-double.ts';

const YEAR_MS = 365 * 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'receipts-'));
afterAll(() => rmSync(folder, { recursive: true }));

let world: TokenWorld;
let vault: VaultDouble;
let receipts: Receipts;

beforeEach(() => {
  world = createTokenWorld();
  vault = new VaultDouble();
  vault.add('r1', privateJwk(), world.clock.now() - SECRET_SETTLING_MS);
  receipts = createReceipts(openCache(), ISSUER);
});

function openCache(of = vault) {
  const { clock } = world;
  return createSecretCache({
    vault: of,
    name: RECEIPT_KEY_SECRET,
    clock,
    findFlaw: findSigningKeyFlaw,
  });
}

const TERMS: ResetFacts['terms'] = {
  delivery: 'shown',
  reason: 'lost phone',
  ticket: 'INC-1',
  verification: { kind: 'callBack', reference: 'known number', isProven: false },
};

function factsOf(terms: ResetFacts['terms']): ResetFacts {
  const atMs = world.clock.now();
  const { userId } = user;
  return {
    eventId: 'event-1',
    atMs,
    actor: { userId },
    userId,
    expiresAtMs: atMs + 86_400_600,
    terms,
  };
}

async function sign(facts = factsOf(TERMS)): Promise<string> {
  return (await receipts.obtainSigner())(user.tenant, facts);
}

/** The verifier in shared/crypto/token/README.md, as a reader would run it. */
const [, EXAMPLE = ''] =
  /```js\n([\s\S]*?)```/.exec(readFileSync('shared/crypto/token/README.md', 'utf8')) ?? [];

function runExample(receipt: string, keys: object) {
  const file = join(folder, 'receipt-keys.json');
  writeFileSync(file, JSON.stringify(keys));
  const argv = ['--input-type=module', '--eval', EXAMPLE, ISSUER, file];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    input: `${receipt}\n`,
    encoding: 'utf8',
  });
  return { status, claims: status === 0 ? JSON.parse(stdout) : undefined, stderr };
}

describe('a receipt', () => {
  it('has the claims of the contract and no other', async () => {
    const receipt = await sign();
    const atSeconds = Math.floor(world.clock.now() / 1000);
    expect(decodeProtectedHeader(receipt)).toEqual({
      ...{ alg: 'ES256', typ: 'reset-receipt+jwt', kid: 'r1' },
    });
    expect(decodeJwt(receipt)).toEqual({
      ...{ iss: ISSUER, aud: `${ISSUER}/receipts`, jti: 'event-1', iat: atSeconds },
      ...{ tenant: user.tenant, user: user.userId, actor: { userId: user.userId } },
      ...{ password_expires_at: atSeconds + 86_400, ...TERMS },
    });
    const operators = { ...factsOf({ delivery: 'split' }), actor: { system: 'operator' } as const };
    const claims = decodeJwt(await sign(operators));
    expect(claims).toMatchObject({ actor: { system: 'operator' }, delivery: 'split' });
    for (const absent of ['verification', 'reason', 'ticket', 'sub', 'exp']) {
      expect(claims).not.toHaveProperty(absent);
    }
  });

  it('needs no vault once its key is obtained, and is not begun without one', async () => {
    const signer = await receipts.obtainSigner();
    vault.isDown = true;
    expect(await signer(user.tenant, factsOf(TERMS))).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    receipts = createReceipts(openCache(), ISSUER);
    await expect(receipts.obtainSigner()).rejects.toThrow(Unavailable);
  });
});

describe('years later, after two rotations, with the service gone', () => {
  it('receipts of every key verify by the documented script and the published keys, save a leaked one', async () => {
    const made: string[] = [];
    for (const kid of ['r2', 'r3', undefined]) {
      made.push(await sign());
      if (kid !== undefined) vault.add(kid, privateJwk(), world.clock.now() + YEAR_MS);
      world.clock.nowMs += 2 * YEAR_MS;
    }
    expect(made.map((one) => decodeProtectedHeader(one).kid)).toEqual(['r1', 'r2', 'r3']);
    const keys = await receipts.publicKeys();
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const getKey = createLocalJWKSet(keys as Parameters<typeof createLocalJWKSet>[0]);
    for (const one of made) await jwtVerify(one, getKey, { audience: `${ISSUER}/receipts` });
    const [oldest = '', leaked = ''] = made;
    expect(runExample(oldest, keys).claims).toEqual(decodeJwt(oldest));
    expect(runExample(leaked, keys).claims).toEqual(decodeJwt(leaked));

    vault.disable('r2');
    receipts = createReceipts(openCache(), ISSUER);
    const fewer = await receipts.publicKeys();
    expect(runExample(leaked, fewer).status).toBe(1);
    expect(EXAMPLE.trim().split('\n').length).toBeLessThanOrEqual(14);
  });

  it('an altered receipt, an access token and one of a wrong key are no receipts', async () => {
    const keys = await receipts.publicKeys();
    const [header = '', payload = '', signature = ''] = (await sign()).split('.');
    const other = Buffer.from(payload, 'base64url').toString().replace('INC-1', 'INC-2');
    const altered = [header, Buffer.from(other).toString('base64url'), signature].join('.');
    const { token } = await world.tokens.issueAccess(user, world.clock.now());
    const { keys: ofTokens } = await world.tokens.publicKeys(world.clock.now());
    // Even to a verifier that has the keys of tokens among those of receipts.
    const all = { keys: [...keys.keys, ...ofTokens] };
    for (const forged of [altered, token]) expect(runExample(forged, all).status).toBe(1);
  });
});

describe('a receipt is no token', () => {
  it('to this service, even if a mistake gave both one key', async () => {
    const mixedUp = new VaultDouble();
    mixedUp.add('k1', JWK_1, 0);
    receipts = createReceipts(openCache(mixedUp), ISSUER);
    expect(await world.tokens.verify(await sign(), world.clock.now())).toBeUndefined();
  });

  it('to a resource server that checks issuer, audience and published keys', async () => {
    const receipt = await sign();
    const tokenKeys = await world.tokens.publicKeys(world.clock.now());
    const { keys } = await receipts.publicKeys();
    const both = { keys: [...keys, ...tokenKeys.keys] };
    const expected = {
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(world.clock.now()),
    };
    for (const set of [tokenKeys, both]) {
      const getKey = createLocalJWKSet(set as Parameters<typeof createLocalJWKSet>[0]);
      await expect(jwtVerify(receipt, getKey, expected)).rejects.toThrow();
      const { token } = await world.tokens.issueAccess(user, world.clock.now());
      expect((await jwtVerify(token, getKey, expected)).payload.sub).toBe(user.userId);
    }
  });
});
