import { beforeEach, describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import { findPepperFlaw, PEPPER_SECRET } from '../../shared/crypto/password/pepper.ts';
import {
  createSecretCache,
  SECRET_CACHE_MS,
  SECRET_SETTLING_MS,
  type SecretCache,
} from '../../shared/crypto/secret/secret-cache.ts';
import { findSigningKeyFlaw, SIGNING_KEY_SECRET } from '../../shared/crypto/token/signing-keys.ts';
import { createTokens } from '../../shared/crypto/token/tokens.ts';
import type { LogFields } from '../../shared/port/log.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { user } from './token-fixture.ts';
import { ManualClock, privateJwk, settle, VaultDouble } from './vault-double.ts';

/** One bad version of a secret costs what needs it, and nothing else. */

const GOOD_PEPPER = 'a pepper that is long enough '.repeat(2);
const LEFT_OUT = 'a secret version is left out';

let clock: ManualClock;
let vault: VaultDouble;
let warnings: { readonly message: string; readonly fields: LogFields | undefined }[];

beforeEach(() => {
  clock = new ManualClock();
  vault = new VaultDouble();
  warnings = [];
});

function cacheOf(name: string): SecretCache {
  const findFlaw = name === PEPPER_SECRET ? findPepperFlaw : findSigningKeyFlaw;
  const warn = (message: string, fields?: LogFields) => warnings.push({ message, fields });
  return createSecretCache({ vault, name, clock, findFlaw, log: { info() {}, warn, error() {} } });
}

/** Hashes at the least cost, on no thread: what is of interest is which pepper it takes. */
function hasherOn(peppers: SecretCache) {
  const run = async () => ({ bcrypt: `$2b$04$${'.'.repeat(53)}`, isMatch: true });
  const queue = { prepare() {}, acquire: () => ({ run, release() {} }) } as never;
  return createPasswordHasher({ queue, peppers, workFactor: 4 });
}

function tokensOn(signingKeys: SecretCache) {
  return createTokens({
    signingKeys,
    issuer: 'https://portal.example',
    audience: 'portal',
    accessTokenTtlSeconds: 3600,
    changeTokenTtlSeconds: 600,
    randomBytes: (size) => Buffer.alloc(size, 7),
  });
}

const BAD_PEPPERS = [
  ['that is empty', ''],
  ['that is one character short', 'x'.repeat(31)],
] as const;
const BAD_KEYS = [
  ['that is empty', ''],
  ['that is no JSON', '{"d":"secret part'],
  ['that is public', JSON.stringify({ ...JSON.parse(privateJwk()), d: undefined })],
  ['that is off the curve', JSON.stringify({ ...JSON.parse(privateJwk()), x: 'A'.repeat(43) })],
] as const;
/** The place of the bad version, beside the good one's: long settled in both cases. */
const PLACES = [
  ['the newest', 1],
  ['an older', -1],
] as const;
const each = <Bad extends readonly (readonly [string, string])[]>(bad: Bad) =>
  bad.flatMap(([what, value]) => PLACES.map(([slot, ms]) => ({ slot, what, value, ms })));

function addBoth(good: string, bad: string, offsetMs: number): void {
  const atMs = clock.now() - 2 * SECRET_SETTLING_MS;
  const versions = [
    { version: 'good', value: good, createdAtMs: atMs },
    { version: 'bad', value: bad, createdAtMs: atMs + offsetMs },
  ].toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  for (const { version, value, createdAtMs } of versions) vault.add(version, value, createdAtMs);
}

function expectOneWarning(secret: string): void {
  expect(warnings.map(({ message }) => message)).toEqual([LEFT_OUT]);
  expect(warnings[0]?.fields).toMatchObject({ part: 'vault' });
  expect(warnings[0]?.fields?.error).toContain(`${secret} version bad `);
}

describe('a bad pepper version', () => {
  it.each(each(BAD_PEPPERS))('($what, as $slot one) does not stop sign-ins', async (bad) => {
    addBoth(GOOD_PEPPER, bad.value, bad.ms);
    const hasher = hasherOn(cacheOf(PEPPER_SECRET));
    const slot = await hasher.acquire();
    const hash = await slot.hash('gentle harbor 7 whistles');
    expect(hash.pepperVersion).toBe('good');
    expect(await slot.verify('gentle harbor 7 whistles', hash)).toBe(true);
    expect(await slot.renew('gentle harbor 7 whistles', hash)).toBeUndefined();
    await hasher.acquire();
    expectOneWarning(PEPPER_SECRET);
  });

  it.each(each(BAD_PEPPERS))('($what, as $slot one) fails a hash that needs it', async (bad) => {
    addBoth(GOOD_PEPPER, bad.value, bad.ms);
    const slot = await hasherOn(cacheOf(PEPPER_SECRET)).acquire();
    const hash = { ...(await slot.hash('gentle harbor 7 whistles')), pepperVersion: 'bad' };
    const verified = slot.verify('gentle harbor 7 whistles', hash);
    await expect(verified).rejects.toMatchObject({ name: 'Unavailable', pepperVersion: 'bad' });
  });

  it('is logged once while it stays, without its value', async () => {
    addBoth(GOOD_PEPPER, 'short secret', 1);
    const ring = cacheOf(PEPPER_SECRET);
    for (let turn = 0; turn < 4; turn += 1) {
      await ring.newest();
      await settle();
      clock.nowMs += SECRET_CACHE_MS;
    }
    expect(vault.calls).toBeGreaterThan(2);
    expectOneWarning(PEPPER_SECRET);
    expect(JSON.stringify(warnings)).not.toContain('short secret');
  });

  it('that is the only one is an outage, like no pepper at all', async () => {
    vault.add('bad', 'too short', 0);
    await expect(hasherOn(cacheOf(PEPPER_SECRET)).acquire()).rejects.toThrow(Unavailable);
    await expect(hasherOn(cacheOf(PEPPER_SECRET)).acquire()).rejects.toThrow('no usable version');
  });
});

describe('a bad signing key', () => {
  it.each(each(BAD_KEYS))(
    '($what, as $slot one) does not stop issuing and verifying tokens',
    async (bad) => {
      addBoth(privateJwk(), bad.value, bad.ms);
      const tokens = tokensOn(cacheOf(SIGNING_KEY_SECRET));
      const { token } = await tokens.issueAccess(user, clock.now());
      expect(await tokens.verify(token, clock.now())).toMatchObject({ use: 'access' });
      const { keys } = await tokens.publicKeys(clock.now());
      expect(keys.map((key) => (key as { kid: string }).kid)).toEqual(['good']);
      expectOneWarning(SIGNING_KEY_SECRET);
      expect(JSON.stringify(warnings)).not.toContain('secret part');
    },
  );

  it('that is the only one is an outage, like no key at all', async () => {
    vault.add('bad', '{}', 0);
    const tokens = tokensOn(cacheOf(SIGNING_KEY_SECRET));
    await expect(tokens.issueAccess(user, clock.now())).rejects.toThrow(Unavailable);
    await expect(tokens.publicKeys(clock.now())).rejects.toThrow(Unavailable);
  });
});
