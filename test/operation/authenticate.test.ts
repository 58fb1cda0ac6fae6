import { describe, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import { readAccount } from '../../shared/operation/account.ts';
import {
  isTokenCurrent,
  requirePrincipal,
  verifyToken,
} from '../../shared/operation/authenticate.ts';
import { bestEffort } from '../../shared/operation/best-effort.ts';
import type { LogFields } from '../../shared/port/log.ts';
import type { CredentialSecret } from '../../shared/port/store.ts';
import type { AccessClaims } from '../../shared/port/token.ts';
import { NOW_MS, nameOf, sampleUser, userId } from '../contract/account-sample.ts';

const TEMPORARY = {
  kind: 'temporary',
  issueId: 'issue-1',
  issuedAtMs: NOW_MS - 1000,
  expiresAtMs: NOW_MS,
  issuedBy: undefined,
  changedAtMs: undefined,
} as const;
const user = sampleUser(nameOf('ana@contoso.example'), {
  credential: { kind: 'permanent', changedAtMs: NOW_MS },
  credentialVersion: 3,
  sessionEpoch: 2,
});
const claims: AccessClaims = {
  use: 'access',
  userId: user.userId,
  userName: user.userName,
  credentialVersion: 3,
  sessionEpoch: 2,
};
const change: AccessClaims = { ...claims, use: 'passwordChange' };

describe('isTokenCurrent', () => {
  it('accepts a token whose claims match the user', () => {
    expect(isTokenCurrent(claims, user, NOW_MS)).toBe(true);
    expect(isTokenCurrent(change, { ...user, credential: TEMPORARY }, NOW_MS - 1)).toBe(true);
  });

  const DEAD: readonly (readonly [string, Partial<User>])[] = [
    ['somebody else has the name', { userId: userId() }],
    ['the user is disabled', { status: 'disabled' }],
    ['there is a newer password', { credentialVersion: 4 }],
    ['sessions were ended', { sessionEpoch: 3 }],
    ['the password is a temporary one', { credential: TEMPORARY }],
    ['there is no password', { credential: { kind: 'none' } }],
  ];
  it.each(DEAD)('rejects an access token if %s', (_when, changed) => {
    expect(isTokenCurrent(claims, { ...user, ...changed }, NOW_MS - 1)).toBe(false);
  });

  it('accepts a change token only until its own temporary password expires', () => {
    const expired = { ...TEMPORARY, kind: 'expired', expiresAtMs: NOW_MS + 1 } as const;
    expect(isTokenCurrent(change, { ...user, credential: TEMPORARY }, NOW_MS)).toBe(false);
    expect(isTokenCurrent(change, { ...user, credential: expired }, NOW_MS)).toBe(false);
    expect(isTokenCurrent(change, user, NOW_MS)).toBe(false);
    expect(isTokenCurrent(change, { ...user, credential: { kind: 'none' } }, NOW_MS)).toBe(false);
  });
});

describe('verifying a token', () => {
  const verify = (token: string | undefined, found: AccessClaims | undefined) => {
    const tokens = {
      verify: async (text: string, nowMs: number) =>
        text === 'good' && nowMs === NOW_MS ? found : undefined,
    };
    const parts = { tokens, clock: { now: () => NOW_MS } } as unknown as Parameters<
      typeof verifyToken
    >[0];
    return verifyToken(parts, token, ['access']);
  };

  it('verifies at the injected time, for the required use, else invalid-token', async () => {
    expect(await verify('good', claims)).toEqual(claims);
    await expect(verify('bad', claims)).rejects.toMatchObject({ code: 'invalid-token', extra: {} });
    await expect(verify('good', change)).rejects.toMatchObject({ code: 'invalid-token' });
  });

  it('marks the invalid-token refusal of a request that carries no token', async () => {
    await expect(verify(undefined, claims)).rejects.toMatchObject({
      code: 'invalid-token',
      extra: { isTokenMissing: true },
    });
    await expect(verify('bad', claims)).rejects.not.toHaveProperty('extra.isTokenMissing');
  });
});

describe('resolving a principal', () => {
  const require = (found: User | undefined) => {
    const stored = found && { value: found, etag: 'etag' };
    const parts = {
      accounts: { findUser: async () => stored },
      clock: { now: () => NOW_MS },
    } as unknown as Parameters<typeof requirePrincipal>[0];
    return requirePrincipal(parts, claims);
  };

  it('returns the user as stored now', async () => {
    const stored = { value: user, etag: 'etag' };
    expect(await require(user)).toEqual({ user: stored, use: 'access' });
  });

  it('rejects a deleted or disabled user with invalid-token', async () => {
    await expect(require(undefined)).rejects.toMatchObject({ code: 'invalid-token' });
    const disabled = { ...user, status: 'disabled' as const };
    await expect(require(disabled)).rejects.toMatchObject({ code: 'invalid-token' });
  });
});

describe('readAccount', () => {
  const hashes = { userId: user.userId, credentialVersion: 3, permanent: undefined };
  const credential = { ...hashes, temporary: undefined, history: [] };
  const accountsOf = (...read: readonly (CredentialSecret | undefined)[]) => {
    const reads = { users: 0, credentials: 0 };
    return {
      reads,
      findUser: async () => {
        reads.users += 1;
        return { value: user, etag: 'user', authorityStamp: undefined, words: undefined };
      },
      findCredential: async () => {
        const value = read[Math.min(reads.credentials, read.length - 1)];
        reads.credentials += 1;
        return value && { value, etag: 'credential' };
      },
    };
  };
  const torn = { ...credential, credentialVersion: 4 };

  it('reads user and credential again until both have the same version', async () => {
    const accounts = accountsOf(undefined, torn, credential);
    const account = await readAccount(accounts, user.userName);
    expect(account?.credential.value).toEqual(credential);
    expect(accounts.reads).toEqual({ users: 3, credentials: 3 });
  });

  it('answers too-many-attempts for 1 s after three torn reads', async () => {
    const accounts = accountsOf(torn);
    await expect(readAccount(accounts, user.userName)).rejects.toMatchObject({
      code: 'too-many-attempts',
      extra: { retryAfterSeconds: 1 },
    });
    expect(accounts.reads).toEqual({ users: 3, credentials: 3 });
  });
});

describe('a best-effort step', () => {
  const run = async (work: Promise<unknown>) => {
    const lines: (readonly [string, LogFields | undefined])[] = [];
    const note = (message: string, fields?: LogFields) => lines.push([message, fields]);
    const log = { info: () => undefined, warn: note, error: () => undefined };
    await bestEffort({ requestId: 'request', log }, 'step', work);
    return lines;
  };

  it('logs a failure by its name, never by its text, and continues', async () => {
    const fields = { operation: 'step', requestId: 'request' };
    const line = (error: string) => ['best-effort step failed', { ...fields, error }];
    expect(await run(Promise.reject(new TypeError('secret')))).toEqual([line('TypeError')]);
    expect(await run(Promise.reject('secret'))).toEqual([line('unknown')]);
  });

  it('logs nothing if the step succeeds', async () => {
    expect(await run(Promise.resolve())).toEqual([]);
  });
});
