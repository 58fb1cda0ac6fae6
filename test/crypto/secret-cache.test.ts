import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSecretCache,
  SECRET_CACHE_MS,
  SECRET_RETRY_MS,
  SECRET_SETTLING_MS,
  type SecretCache,
  UNKNOWN_REFRESH_MS,
} from '../../shared/crypto/secret/secret-cache.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { ManualClock, settle, VaultDouble } from './vault-double.ts';

let clock: ManualClock;
let vault: VaultDouble;
let ring: SecretCache;
let warnings: string[];

beforeEach(() => {
  clock = new ManualClock();
  vault = new VaultDouble();
  vault.add('v1', 'first value', clock.now() - SECRET_SETTLING_MS);
  warnings = [];
  const warn = (_: string, fields?: { error?: string }) => warnings.push(fields?.error ?? '');
  const log = { info() {}, warn, error() {} };
  ring = createSecretCache({ vault, name: 'password-pepper', clock, log });
});

const names = async () => (await ring.all()).map(({ version }) => version);

describe('the cached copy of a secret', () => {
  it('is fetched once for all concurrent callers', async () => {
    await Promise.all([ring.newest(), ring.all(), ring.find('v1'), ring.newest()]);
    expect(vault.calls).toBe(1);
  });

  it('is fresh for the cache time and then refreshed in the background', async () => {
    await ring.newest();
    vault.add('v2', 'second value', clock.now());
    clock.nowMs += SECRET_CACHE_MS - 1;
    expect(await names()).toEqual(['v1']);
    expect(vault.calls).toBe(1);
    clock.nowMs += 1;
    expect(await names()).toEqual(['v1']);
    await settle();
    expect(vault.calls).toBe(2);
    expect(await names()).toEqual(['v1', 'v2']);
    expect(vault.calls).toBe(2);
  });

  it('does not delay a caller during the background refresh', async () => {
    await ring.newest();
    clock.nowMs += SECRET_CACHE_MS;
    vault.gate = new Promise(() => undefined);
    expect((await ring.newest()).version).toBe('v1');
    expect((await ring.newest()).version).toBe('v1');
    expect(vault.calls).toBe(2);
  });

  it('names its versions to the vault', async () => {
    await ring.newest();
    clock.nowMs += SECRET_CACHE_MS;
    await ring.newest();
    expect(vault.known).toEqual([0, 1]);
  });

  it('is refreshed before use after a long idle time', async () => {
    vault.add('v2', 'second value', clock.now() - SECRET_SETTLING_MS);
    await ring.newest();
    vault.disable('v2');
    clock.nowMs += SECRET_SETTLING_MS;
    expect((await ring.newest()).version).toBe('v1');
  });

  it('is refreshed before use after a long idle time, also after a failure', async () => {
    await ring.newest();
    vault.isDown = true;
    clock.nowMs += SECRET_CACHE_MS;
    await ring.newest();
    await settle();
    vault.isDown = false;
    clock.nowMs += SECRET_RETRY_MS;
    await ring.newest();
    await settle();
    vault.add('v2', 'second value', clock.now() - SECRET_SETTLING_MS);
    clock.nowMs += SECRET_SETTLING_MS;
    expect((await ring.newest()).version).toBe('v2');
  });

  it('drops a disabled version at the next refresh', async () => {
    vault.add('v2', 'second value', clock.now());
    expect(await names()).toEqual(['v1', 'v2']);
    vault.disable('v1');
    clock.nowMs += SECRET_CACHE_MS;
    await ring.all();
    await settle();
    expect(await names()).toEqual(['v2']);
    expect(await ring.find('v1')).toBeUndefined();
  });
});

describe('the secret cache with a vault that is down', () => {
  it('throws Unavailable without a copy; each caller retries, one call at a time', async () => {
    vault.isDown = true;
    const both = await Promise.allSettled([ring.newest(), ring.all()]);
    for (const one of both) {
      expect(one).toMatchObject({ status: 'rejected', reason: { part: 'vault' } });
    }
    expect(vault.calls).toBe(1);
    await expect(ring.newest()).rejects.toThrow(Unavailable);
    expect(vault.calls).toBe(2);
    vault.isDown = false;
    expect((await ring.newest()).version).toBe('v1');
  });

  it('serves the stale copy and retries only after the retry time', async () => {
    await ring.newest();
    vault.isDown = true;
    clock.nowMs += SECRET_CACHE_MS;
    await ring.newest();
    await settle();
    expect(vault.calls).toBe(2);
    expect(warnings).toEqual(['The vault is down.']);
    clock.nowMs += SECRET_RETRY_MS - 1;
    expect((await ring.newest()).version).toBe('v1');
    expect(vault.calls).toBe(2);
    clock.nowMs += 1;
    expect((await ring.newest()).version).toBe('v1');
    expect(vault.calls).toBe(3);
    await settle();
    clock.nowMs += 24 * 3_600_000;
    expect((await ring.newest()).version).toBe('v1');
    await settle();
    vault.isDown = false;
    vault.add('v2', 'second value', clock.now());
    clock.nowMs += SECRET_RETRY_MS;
    await ring.newest();
    await settle();
    expect(await names()).toEqual(['v1', 'v2']);
  });

  it('turns an error of another kind into Unavailable', async () => {
    const broken = { listSecretVersions: () => Promise.reject(new TypeError('secret text')) };
    const onBroken = createSecretCache({ vault: broken, name: 'password-pepper', clock });
    await expect(onBroken.newest()).rejects.toThrow('Reading password-pepper failed.');
    await expect(onBroken.newest()).rejects.toThrow(Unavailable);
  });
});

describe('a secret with no enabled version', () => {
  it('is Unavailable, also with a cached copy, and is queried each time', async () => {
    await ring.newest();
    vault.disable('v1');
    clock.nowMs += SECRET_CACHE_MS;
    await ring.newest();
    await settle();
    await expect(ring.newest()).rejects.toThrow('password-pepper has no usable version.');
    await expect(ring.all()).rejects.toThrow(Unavailable);
    vault.add('v2', 'second value', clock.now());
    expect(await names()).toEqual(['v2']);
  });
});

describe('newest', () => {
  it('returns a new version after twice the cache time, not 1 ms earlier', async () => {
    const createdAtMs = clock.now();
    vault.add('v2', 'second value', createdAtMs);
    await ring.newest();
    clock.nowMs = createdAtMs + SECRET_SETTLING_MS - 1;
    expect((await ring.newest()).version).toBe('v1');
    clock.nowMs = createdAtMs + SECRET_SETTLING_MS;
    expect((await ring.newest()).version).toBe('v2');
  });

  it('returns the only version at once', async () => {
    vault.versions = [];
    vault.add('new', 'value', clock.now());
    expect((await ring.newest()).version).toBe('new');
  });

  it('returns the oldest while none has settled, so that instances agree', async () => {
    vault.versions = [];
    vault.add('a', 'value', clock.now() - 2);
    vault.add('b', 'value', clock.now() - 1);
    expect((await ring.newest()).version).toBe('a');
  });
});

describe('find', () => {
  it('fetches an unknown version at once, however fresh the copy is', async () => {
    await ring.newest();
    vault.add('v2', 'second value', clock.now());
    expect(await ring.find('v2')).toMatchObject({ value: 'second value' });
    expect(vault.calls).toBe(2);
  });

  it('queries a missing version once in the retry time, another at once', async () => {
    await ring.newest();
    expect(await ring.find('gone')).toBeUndefined();
    expect(await ring.find('gone')).toBeUndefined();
    expect(vault.calls).toBe(2);
    await ring.find('other');
    expect(vault.calls).toBe(3);
    clock.nowMs += SECRET_RETRY_MS - 1;
    await ring.find('gone');
    expect(vault.calls).toBe(3);
    clock.nowMs += 1;
    await ring.find('gone');
    expect(vault.calls).toBe(4);
  });

  it('shares one query among 16 concurrent callers of unknown versions', async () => {
    await ring.newest();
    vault.add('v2', 'second value', clock.now());
    const found = await Promise.all(Array.from({ length: 16 }, () => ring.find('v2')));
    expect(new Set(found.map((one) => one?.value))).toEqual(new Set(['second value']));
    expect(vault.calls).toBe(2);
  });

  it('throws Unavailable for an unknown version while the vault is down', async () => {
    await ring.newest();
    vault.isDown = true;
    await expect(ring.find('v2')).rejects.toThrow(Unavailable);
    expect(await ring.find('v1')).toBeDefined();
    vault.isDown = false;
    vault.add('v2', 'second value', clock.now());
    expect(await ring.find('v2')).toBeDefined();
  });
});

describe('refreshForUnknown', () => {
  it('queries at most once in 30 s and never fails', async () => {
    await ring.newest();
    await ring.refreshForUnknown();
    expect(vault.calls).toBe(2);
    clock.nowMs += UNKNOWN_REFRESH_MS - 1;
    await ring.refreshForUnknown();
    expect(vault.calls).toBe(2);
    clock.nowMs += 1;
    vault.isDown = true;
    await ring.refreshForUnknown();
    expect(vault.calls).toBe(3);
  });

  it('gives all concurrent callers the result of one refresh', async () => {
    await ring.newest();
    let open = () => {};
    vault.gate = new Promise((resolve) => {
      open = resolve;
    });
    vault.add('v2', 'second value', clock.now());
    const seen = [1, 2, 3].map(async () => {
      await ring.refreshForUnknown();
      return names();
    });
    open();
    expect(await Promise.all(seen)).toEqual(Array(3).fill(['v1', 'v2']));
    expect(vault.calls).toBe(2);
  });
});
