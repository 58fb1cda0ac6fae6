import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { withPlaces } from '../fixture/override.ts';

/** CONTRACT.md: `now ≥ expiresAt` is expired, to the millisecond, whether or not the sweep ran. */

const TTL_MS = 60_000;
const WRONG = 'not the right one';

let operations: Operations;
let admin: SignedInUser;
let ana: Awaited<ReturnType<Operations['addUser']>>;

beforeEach(async () => {
  operations = await createOperations({ temporaryPasswordTtlMs: TTL_MS });
  admin = await operations.readyAdmin();
  ana = await operations.addUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());

describe('a temporary password', () => {
  it('is valid one millisecond before its expiry', async () => {
    operations.pass(TTL_MS - 1);
    const result = await operations.signIn(ana.userName, ana.temporaryPassword);
    expect(result).toMatchObject({
      status: 'passwordChangeRequired',
      temporaryPasswordExpiresAtMs: operations.clock.now() + 1,
      change: { expiresInSeconds: 0 },
    });
    if (result.status !== 'passwordChangeRequired') throw new Error('unreachable');
    const change = operations.changePassword(result.change.token, goodPassword(3));
    expect(await outcomeText(change)).toBe('signedIn');
  });

  it('is reported as expired only to a caller who proves it', async () => {
    operations.pass(TTL_MS);
    expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
      'temporary-password-expired',
    );
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
  });

  it('answers the same after the sweep, in any spelling', async () => {
    operations.pass(TTL_MS);
    expect(await sweep()).toMatchObject({ expired: 1 });
    expect((await operations.user(ana.userName)).credential.kind).toBe('expired');
    const spelling = ana.temporaryPassword.toLowerCase().replace(/(.{4})/g, '$1 - ');
    expect(await operations.attempt(ana.userName, spelling)).toBe('temporary-password-expired');
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
  });

  it('refunds only its own attempt if it is proven too late', async () => {
    await operations.attempt(ana.userName, WRONG);
    operations.pass(TTL_MS);
    const before = await operations.counted(ana.userName);
    for (let tries = 0; tries < 20; tries += 1) {
      operations.pass(10);
      expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
        'temporary-password-expired',
      );
    }
    expect(await operations.counted(ana.userName)).toEqual(before);
    expect(before?.failures).toBe(1);
  });

  it('signs in during the waits of strangers and keeps their count', async () => {
    for (let count = 0; count < 5; count += 1) await operations.attempt(ana.userName, WRONG);
    expect(await operations.attempt(ana.userName, WRONG)).toBe('too-many-attempts 1');
    const before = await operations.counted(ana.userName);
    expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
    expect(await operations.counted(ana.userName)).toEqual(before);
  });

  it('is not reported as expired for a disabled user', async () => {
    const { accounts } = operations.dependencies;
    const before = (await operations.sessionOf(ana)).user;
    await accounts.commit({
      before,
      after: { ...before.value, status: 'disabled' },
      isDelete: false,
      credential: undefined,
      admins: undefined,
      authority: undefined,
      notices: [],
      events: [],
      operationId: 'disable',
    });
    for (const ms of [0, TTL_MS]) {
      operations.pass(ms);
      expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
        'invalid-credentials',
      );
    }
  });

  it('is rejected after a newer reset, even before its expiry', async () => {
    operations.pass(1000);
    const next = await operations.reset(admin, ana.userId);
    expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
      'invalid-credentials',
    );
    operations.pass(TTL_MS - 1);
    expect(await operations.attempt(ana.userName, next)).toBe('passwordChangeRequired');
    operations.pass(1);
    expect(await operations.attempt(ana.userName, next)).toBe('temporary-password-expired');
  });

  it('stays valid after any number of abandoned change steps', async () => {
    for (let step = 0; step < 3; step += 1) {
      expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
        'passwordChangeRequired',
      );
    }
    await operations.chooseOwnPassword(ana.userName, ana.temporaryPassword);
    expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
      'invalid-credentials',
    );
  });
});

describe('a change token', () => {
  it('expires with the temporary password, though its own time is longer', async () => {
    const token = await operations.changeToken(ana.userName, ana.temporaryPassword);
    operations.pass(TTL_MS - 1);
    expect((await operations.principal(token)).use).toBe('passwordChange');
    operations.pass(1);
    expect(await outcomeText(operations.principal(token))).toBe('invalid-token');
  });

  it('expires at its own time, though the temporary password stays valid', async () => {
    const brief = await createOperations({ changeTokenTtlSeconds: 2 });
    try {
      const ben = await brief.addUser(await brief.readyAdmin(), 'ben@contoso.example');
      const token = await brief.changeToken(ben.userName, ben.temporaryPassword);
      brief.pass(1999);
      expect((await brief.principal(token)).use).toBe('passwordChange');
      brief.pass(1);
      expect(await outcomeText(brief.principal(token))).toBe('invalid-token');
      expect(await brief.attempt(ben.userName, ben.temporaryPassword)).toBe(
        'passwordChangeRequired',
      );
    } finally {
      await brief.stop();
    }
  });

  /** A change whose new password takes until `finishedAtMs` after the issue to be hashed. */
  async function changeUntil(finishedAtMs: number): Promise<string> {
    const token = await operations.changeToken(ana.userName, ana.temporaryPassword);
    const { hasher } = operations.dependencies;
    const slow = operations.with({
      hasher: withPlaces(hasher, (place) => ({
        async replace(password, earlier) {
          const hash = await place.replace(password, earlier);
          operations.pass(finishedAtMs);
          return hash;
        },
      })),
    });
    return outcomeText(slow.changePassword(token, goodPassword(3)));
  }

  it('changes nothing if the temporary password expires during the hash', async () => {
    expect(await changeUntil(TTL_MS)).toBe('invalid-token');
    expect((await operations.user(ana.userName)).credential.kind).toBe('temporary');
    expect(await operations.eventTypes(ana.userName)).toEqual(['user.created']);
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('invalid-credentials');
  });

  it('changes the password if the hash ends a millisecond before the expiry', async () => {
    expect(await changeUntil(TTL_MS - 1)).toBe('signedIn');
    expect(await operations.eventTypes(ana.userName)).toEqual([
      'user.created',
      'temporary-password.used',
      'password.changed',
    ]);
    operations.pass(1);
    expect(await sweep()).toMatchObject({ expired: 0 });
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('signedIn');
  });
});
