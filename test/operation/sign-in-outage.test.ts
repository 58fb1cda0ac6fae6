import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import { APART_SLOTS } from '../../shared/crypto/password/hash-queue.ts';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import type { Dependencies } from '../../shared/operation/dependency.ts';
import type { AttemptStore } from '../../shared/port/store.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';

/** Checks that an unverified password is no attempt, and an outage no wrong password. */

const WRONG = 'not the right one';

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
  operations.pass(1);
});
afterEach(() => operations.stop());

async function failTwice(): Promise<void> {
  for (let count = 0; count < 2; count += 1) {
    operations.pass(1000);
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
  }
  operations.pass(1000);
}

/** A sign-in on altered parts leaves the count as it was, from none and from two. */
async function expectGivenBack(
  alter: (dependencies: Dependencies) => Partial<Dependencies>,
  outcome: string,
): Promise<void> {
  const instance = operations.with(alter(operations.dependencies));
  expect(await instance.attempt(ana.userName, ana.password)).toBe(outcome);
  expect(await operations.counted(ana.userName)).toBeUndefined();
  await failTwice();
  const before = await operations.counted(ana.userName);
  expect(before?.failures).toBe(2);
  expect(await instance.attempt(ana.userName, ana.password)).toBe(outcome);
  expect(await operations.counted(ana.userName)).toEqual(before);
  expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
}

describe('the attempt of a sign-in', () => {
  it('is refunded if the user cannot be read', async () => {
    await expectGivenBack(
      ({ accounts }) => ({ accounts: override(accounts, { findUser: down() }) }),
      'unavailable',
    );
  });

  it('is refunded if the hashes cannot be read', async () => {
    await expectGivenBack(
      ({ accounts }) => ({ accounts: override(accounts, { findCredential: down() }) }),
      'unavailable',
    );
  });

  it('is refunded if the pepper of the hash is missing in the vault', async () => {
    operations.peppers.versions.splice(0);
    operations.peppers.add('pepper-2');
    expect(await operations.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect(await operations.counted(ana.userName)).toBeUndefined();
  });

  it('is refunded if the hash worker stops', async () => {
    const verify = async () => {
      throw new Error('the worker stopped');
    };
    const { hasher } = operations.dependencies;
    const instance = operations.with({ hasher: withPlaces(hasher, () => ({ verify })) });
    await failTwice();
    const before = await operations.counted(ana.userName);
    await expect(instance.attempt(ana.userName, ana.password)).rejects.toThrow('stopped');
    expect(await operations.counted(ana.userName)).toEqual(before);
  });

  it('is refunded alone: concurrent failures stay counted', async () => {
    const { accounts } = operations.dependencies;
    const instance = operations.with({
      accounts: override(accounts, {
        async findUser() {
          operations.pass(1000);
          await operations.attempt(ana.userName, WRONG);
          return down()();
        },
      }),
    });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect(await operations.counted(ana.userName)).toMatchObject({
      failures: 1,
      lastFailureAtMs: operations.clock.now(),
    });
  });

  it('is not refunded into a series that began after an admin cleared it', async () => {
    await failTwice();
    const { accounts, attempts } = operations.dependencies;
    const instance = operations.with({
      accounts: override(accounts, {
        async findUser() {
          await attempts.remove(signInKey(ana.userName), '*');
          operations.pass(1000);
          await operations.attempt(ana.userName, WRONG);
          return down()();
        },
      }),
    });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect(await operations.counted(ana.userName)).toMatchObject({ failures: 1 });
  });
});

describe('a sign-in during an outage of the attempts table', () => {
  function without(...methods: readonly (keyof AttemptStore)[]): Operations {
    const replaced = Object.fromEntries(methods.map((method) => [method, down()]));
    const { attempts } = operations.dependencies;
    return operations.with({ attempts: override(attempts, replaced) });
  }

  it('computes no hash', async () => {
    let verified = 0;
    const hasher = withPlaces(operations.dependencies.hasher, () => ({
      async verify() {
        verified += 1;
        return true;
      },
    }));
    const instance = without('insert').with({ hasher });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect(verified).toBe(0);
  });

  it('answers unavailable and keeps the count if the refund fails', async () => {
    const { accounts } = operations.dependencies;
    const instance = without('replace', 'remove').with({
      accounts: override(accounts, { findUser: down() }),
    });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect((await operations.counted(ana.userName))?.failures).toBe(1);
    expect(operations.logged).toContain('best-effort step failed: give-back-attempt');
  });

  it('succeeds if the count cannot be cleared', async () => {
    expect(await without('remove').attempt(ana.userName, ana.password)).toBe('signedIn');
    expect(operations.logged).toContain('best-effort step failed: clear-attempts');
  });

  it('answers too-many-attempts for 1 s, without a hash, after three lost counts', async () => {
    let tries = 0;
    const { attempts, hasher } = operations.dependencies;
    const instance = operations.with({
      attempts: override(attempts, {
        async insert() {
          tries += 1;
          return undefined;
        },
      }),
      hasher: withPlaces(hasher, () => ({ verify: down('vault') })),
    });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('too-many-attempts 1');
    expect(tries).toBe(3);
    expect(operations.logged).toEqual([]);
  });

  it('judges a temporary password, whose attempts are not counted', async () => {
    const temporaryPassword = await operations.reset(admin, ana.userId);
    const { attempts } = operations.dependencies;
    const instance = operations.with({
      attempts: override(attempts, { insert: down(), find: down(), remove: down() }),
    });
    expect(await instance.attempt(ana.userName, temporaryPassword)).toBe('passwordChangeRequired');
    operations.pass(operations.dependencies.temporaryPasswordTtlMs);
    expect(await instance.attempt(ana.userName, temporaryPassword)).toBe(
      'temporary-password-expired',
    );
    expect(operations.logged).toEqual([]);
  });

  it('counts an attempt once if the answer of the write was lost', async () => {
    operations.tables.wire.loseNextWriteAnswer();
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    expect((await operations.counted(ana.userName))?.failures).toBe(1);
  });
});

describe('a sign-in before it counts an attempt', () => {
  it('reads the pepper: without one no attempt is spent', async () => {
    const instance = operations.with({ hasher: { acquire: down('vault') } });
    expect(await instance.attempt(ana.userName, WRONG)).toBe('unavailable');
    expect(await operations.counted(ana.userName)).toBeUndefined();
  });

  it('takes a slot in the hash queue: a full queue spends no attempt', async () => {
    const small = await createOperations({ waitingLimit: 1 });
    try {
      const admin = await small.readyAdmin();
      const { hasher } = small.dependencies;
      const slots = [await hasher.acquire(), await hasher.acquire()];
      const nobody = nameOf('nobody@contoso.example');
      for (const name of [admin.userName, nobody]) {
        expect(await small.attempt(name, WRONG)).toBe('overloaded 1');
        expect(await small.counted(name)).toBeUndefined();
      }
      const change = () => outcomeText(small.changePassword(admin.token, goodPassword(9), WRONG));
      // Sessions have slots apart.
      expect(await change()).toBe('invalid-credentials');
      for (let index = 0; index < APART_SLOTS; index += 1) {
        const session = { by: 'session', userId: `user-${index}` as UserId } as const;
        slots.push(await hasher.acquire(undefined, session));
      }
      expect(await change()).toBe('overloaded 1');
      slots.shift()?.release();
      expect(await small.attempt(admin.userName, admin.password)).toBe('signedIn');
      for (const slot of slots) slot.release();
    } finally {
      await small.stop();
    }
  });

  it('releases the slot whatever the outcome', async () => {
    const small = await createOperations({ waitingLimit: 0, freeAttempts: 1 });
    try {
      const admin = await small.readyAdmin();
      const outcomes: string[] = [];
      for (const password of [WRONG, WRONG, admin.password]) {
        outcomes.push(await small.attempt(admin.userName, password));
      }
      small.pass(1000);
      outcomes.push(await small.attempt(admin.userName, admin.password));
      expect(outcomes).toEqual([
        'invalid-credentials',
        'too-many-attempts 1',
        'too-many-attempts 1',
        'signedIn',
      ]);
    } finally {
      await small.stop();
    }
  });
});

describe('a sign-in after the password was verified', () => {
  it('succeeds if the time of the sign-in cannot be recorded', async () => {
    const { accounts } = operations.dependencies;
    const instance = operations.with({ accounts: override(accounts, { recordSignIn: down() }) });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('signedIn');
    expect(operations.logged).toContain('best-effort step failed: record-sign-in');
  });

  it('records the time of the sign-in without a new version', async () => {
    const before = await operations.user(ana.userName);
    operations.pass(5000);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
    const after = await operations.user(ana.userName);
    expect(after).toEqual({ ...before, lastSignInAtMs: operations.clock.now() });
  });

  it('answers unavailable if the signing key is missing', async () => {
    const { tokens } = operations.dependencies;
    const instance = operations.with({
      tokens: override(tokens, { issueAccess: down('vault') }),
    });
    expect(await instance.attempt(ana.userName, ana.password)).toBe('unavailable');
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  });
});

describe('a sign-in while it hashes', () => {
  it('has begun to read the signing key, also with a temporary password', async () => {
    const acts: string[] = [];
    const { tokens, hasher } = operations.dependencies;
    const instance = operations.with({
      tokens: override(tokens, { prepare: () => acts.push('prepare') }),
      hasher: withPlaces(hasher, (slot) => ({
        verify(...parts) {
          acts.push('verify');
          return slot.verify(...parts);
        },
      })),
    });
    await instance.attempt(ana.userName, ana.password);
    await instance.attempt(ana.userName, await operations.reset(admin, ana.userId));
    expect(acts).toEqual(['prepare', 'verify', 'prepare', 'verify']);
  });
});
