import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSeal, createTokenSeal } from '../../shared/crypto/sealed/seal.ts';
import {
  createSecretCache,
  SECRET_CACHE_MS,
  SECRET_SETTLING_MS,
} from '../../shared/crypto/secret/secret-cache.ts';
import type { Seal } from '../../shared/port/token.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { ManualClock, settle, VaultDouble } from './vault-double.ts';

const PEPPER = 'pepper one '.repeat(4);
const POSITION = '{"nextRowKey":"user:ana$contoso.example"}';
const BINDING = 'contoso.example users role=salesAgent';

let clock: ManualClock;
let vault: VaultDouble;
let seal: Seal;

/** A seal with its own cache, like another instance. */
function instance(): Seal {
  return createSeal(createSecretCache({ vault, name: 'password-pepper', clock }), 'cursor');
}

beforeEach(() => {
  clock = new ManualClock();
  vault = new VaultDouble();
  vault.add('v1', PEPPER, clock.now() - SECRET_SETTLING_MS);
  seal = instance();
});

const opened = (cursor: string) => seal.open(cursor, BINDING);

/** Seals any content with the real key, as only a defect of the service could. */
function sealed(text: string, header: object = {}): Promise<string> {
  const info = 'portal-credentials/page-cursor/v1';
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'v1', ...header })
    .encrypt(new Uint8Array(hkdfSync('sha256', PEPPER, '', info, 32)));
}

describe('a sealed cursor', () => {
  it('opens on any instance, only for the binding it was made for', async () => {
    const cursor = await seal.seal(POSITION, BINDING);
    expect(await opened(cursor)).toBe(POSITION);
    expect(await instance().open(cursor, BINDING)).toBe(POSITION);
    expect(await seal.open(cursor, 'fabrikam.example users role=salesAgent')).toBeUndefined();
    expect(await seal.open(cursor, '')).toBeUndefined();
  });

  it('is URL-safe, hides its content and is never the same twice', async () => {
    const [one, other] = [await seal.seal(POSITION, BINDING), await seal.seal(POSITION, BINDING)];
    expect(one).toMatch(/^[\w.-]+$/);
    expect(one).not.toBe(other);
    for (const part of one.split('.')) {
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain('ana');
    }
    expect(decodeProtectedHeader(one)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'v1' });
  });

  it('with any one character replaced is rejected', async () => {
    const cursor = await seal.seal(POSITION, BINDING);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(cursor.length - 1), fc.constant(cursor.length - 1)),
        fc.constantFrom(...'ABCDabcd0123-_.=+/'),
        async (position, symbol) => {
          fc.pre(cursor[position] !== symbol);
          const altered = cursor.slice(0, position) + symbol + cursor.slice(position + 1);
          expect(await opened(altered)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(['', '....', 'a.b.c.d.e', 'bnVsbA....', 'e30....', 'x', '\0', 'é....', '2'])(
    'that is %j is rejected',
    async (text) => {
      expect(await opened(text)).toBeUndefined();
    },
  );

  it.each([
    ['zip', { zip: 'DEF' }],
    ['crit', { crit: ['x'], x: 1 }],
    ['another cipher', { enc: 'A128GCM' }],
    ['another way to the key', { alg: 'A256KW' }],
    ['no kid', { kid: undefined }],
  ])('with %s in its header is rejected', async (_, extra) => {
    const [, ...rest] = (await seal.seal(POSITION, BINDING)).split('.');
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'v1', ...extra };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    expect(await opened([encoded, ...rest].join('.'))).toBeUndefined();
  });

  it('under the pepper itself or another key is rejected', async () => {
    const foreign = await new CompactEncrypt(Buffer.from(POSITION))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'v1' })
      .encrypt(Buffer.from(PEPPER).subarray(0, 32));
    expect(await opened(foreign)).toBeUndefined();
  });

  it('with another content is rejected', async () => {
    expect(await opened(await sealed('{"position":"p"}'))).toBeUndefined();
    expect(await opened(await sealed('{"position":"p","binding":"b"}'))).toBeUndefined();
  });

  it('is at most 2 KiB: a longer one is neither made nor opened', async () => {
    const base = (await seal.seal('', BINDING)).length;
    // Three bytes are four characters of base64url.
    const most = Math.floor(((2048 - base) * 3) / 4);
    const cursor = await seal.seal('p'.repeat(most), BINDING);
    expect(cursor.length).toBeGreaterThan(2044);
    expect(cursor.length).toBeLessThanOrEqual(2048);
    expect(await opened(cursor)).toBe('p'.repeat(most));
    await expect(seal.seal('p'.repeat(most + 3), BINDING)).rejects.toThrow(RangeError);
    expect(await opened('A'.repeat(2049))).toBeUndefined();
  });
});

describe('the pepper of a sealed cursor', () => {
  it('may rotate: old cursors open while their version is enabled', async () => {
    const old = await seal.seal(POSITION, BINDING);
    vault.add('v2', 'pepper two '.repeat(4), clock.now());
    clock.nowMs += SECRET_SETTLING_MS;
    const young = await seal.seal(POSITION, BINDING);
    expect(decodeProtectedHeader(young).kid).toBe('v2');
    expect(await opened(old)).toBe(POSITION);
    vault.disable('v1');
    clock.nowMs += SECRET_CACHE_MS;
    await opened(young);
    await settle();
    expect(await opened(old)).toBeUndefined();
    expect(await opened(young)).toBe(POSITION);
  });

  it('is fetched at once if another instance used it first, and only then', async () => {
    await seal.seal(POSITION, BINDING);
    vault.add('v2', 'pepper two '.repeat(4), clock.now() - SECRET_SETTLING_MS);
    const ahead = await instance().seal(POSITION, BINDING);
    const calls = vault.calls;
    expect(await opened(ahead)).toBe(POSITION);
    expect(vault.calls).toBe(calls + 1);
    const [, ...rest] = ahead.split('.');
    for (let count = 0; count < 20; count += 1) {
      const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: `made-up-${count}` });
      const made = [Buffer.from(header).toString('base64url'), ...rest].join('.');
      expect(await opened(made)).toBeUndefined();
    }
    expect(vault.calls).toBe(calls + 1);
  });

  it('is Unavailable only without any copy', async () => {
    const cursor = await seal.seal(POSITION, BINDING);
    vault.isDown = true;
    expect(await opened(cursor)).toBe(POSITION);
    await expect(instance().open(cursor, BINDING)).rejects.toThrow(Unavailable);
    await expect(instance().seal(POSITION, BINDING)).rejects.toThrow(Unavailable);
    expect(await instance().open('nonsense', BINDING)).toBeUndefined();
  });
});

describe('a sealed device token', () => {
  it('has its own key: it does not open as a cursor, nor a cursor as a token', async () => {
    const devices = createTokenSeal(
      createSecretCache({ vault, name: 'password-pepper', clock }),
      'device',
    );
    const token = await devices.seal(POSITION, BINDING);
    expect(await devices.open(token, BINDING)).toBe(POSITION);
    expect(await opened(token)).toBeUndefined();
    expect(await devices.open(await seal.seal(POSITION, BINDING), BINDING)).toBeUndefined();
  });

  it('with an unknown pepper version makes no call to the vault', async () => {
    const devices = createTokenSeal(
      createSecretCache({ vault, name: 'password-pepper', clock }),
      'device',
    );
    await devices.seal(POSITION, BINDING);
    const before = vault.calls;
    expect(await devices.open(await sealed('{}', { kid: 'made-up' }), BINDING)).toBeUndefined();
    expect(vault.calls).toBe(before);
  });
});
