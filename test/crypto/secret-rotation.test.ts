import { describe, expect, it } from 'vitest';
import {
  SECRET_SETTLING_MS,
  SECRET_SUPERSEDED_MS,
} from '../../shared/crypto/secret/secret-cache.ts';
import {
  changeOver,
  judgeRetirement,
  makeSecretValue,
} from '../../shared/crypto/secret/secret-rotation.ts';
import { findWebhookKeyFlaw } from '../../shared/crypto/secret/webhook-key.ts';
import type { KeptVersion } from '../../shared/port/vault.ts';

const version = (name: string, createdAtMs: number, isEnabled = true): KeptVersion => {
  return { version: name, createdAtMs, isEnabled };
};

describe('judgeRetirement', () => {
  const old = version('old', 0);
  const next = version('next', 1000);
  const judge = (versions: readonly KeptVersion[], name: string, nowMs: number, lifeMs = 0) =>
    judgeRetirement(versions, name, { nowMs, lifeMs });

  it('allows retiring a version when its successor and its last use are over', () => {
    const untilMs = 1000 + SECRET_SUPERSEDED_MS + 60_000;
    const obstacle = { kind: 'inUse', untilMs };
    expect(judge([old, next], 'old', untilMs - 1, 60_000)).toEqual(obstacle);
    expect(judge([old, next], 'old', untilMs, 60_000)).toBeUndefined();
  });

  it('keeps the newest and the only version, whatever their age', () => {
    const late = Number.MAX_SAFE_INTEGER;
    expect(judge([old, next], 'next', late)).toEqual({ kind: 'newest' });
    expect(judge([old], 'old', late)).toEqual({ kind: 'onlyOne' });
    expect(judge([old, version('next', 1000, false)], 'old', late)).toEqual({ kind: 'onlyOne' });
  });

  it('takes the next enabled version as the successor', () => {
    const disabled = version('between', 500, false);
    const untilMs = 1000 + SECRET_SUPERSEDED_MS;
    expect(judge([old, disabled, next], 'old', untilMs - 1)).toEqual({ kind: 'inUse', untilMs });
  });
});

describe('changeOver', () => {
  it('returns the times at which instances switch versions', () => {
    expect(changeOver({ createdAtMs: 5 }, false)).toEqual({
      usedFromMs: 5 + SECRET_SETTLING_MS,
      earlierUnusedFromMs: 5 + SECRET_SUPERSEDED_MS,
    });
    expect(changeOver({ createdAtMs: 5 }, true).usedFromMs).toBeUndefined();
  });
});

describe('makeSecretValue', () => {
  it('makes a pepper from all the random bytes', async () => {
    const asked: number[] = [];
    const value = await makeSecretValue('pepper', (size) => {
      asked.push(size);
      return new Uint8Array(size).fill(0xff);
    });
    expect(asked).toEqual([32]);
    expect(Buffer.from(value, 'base64url')).toEqual(Buffer.alloc(32, 0xff));
  });

  it('makes a webhook key that the service takes', async () => {
    const version = { version: 'a', createdAtMs: 0 };
    const value = await makeSecretValue('webhook-key', (size) => new Uint8Array(size));
    expect(await findWebhookKeyFlaw({ ...version, value })).toBeUndefined();
    for (const flawed of ['', value.slice(1), `${value}=`, 'no secret']) {
      expect(await findWebhookKeyFlaw({ ...version, value: flawed })).toContain('32 bytes');
    }
  });

  it('makes another signing key each time', async () => {
    const make = () => makeSecretValue('signing-key', (size) => new Uint8Array(size));
    expect(await make()).not.toBe(await make());
  });
});
