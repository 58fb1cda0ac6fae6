import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import { readUser } from '../../shared/operation/read-user.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';
import { eventsOf } from './fixture/admin-context.ts';

/** Checks the 80th failure beside another event, and when the process stops. */

const WRONG = 'not the right one';
const LOCK_AT = 80;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** Records so many failed guesses, the last of them now. */
async function standAt(failures: number): Promise<void> {
  operations.pass(1000);
  const nowMs = operations.clock.now();
  await operations.dependencies.attempts.insert(signInKey(ana.userName), {
    failures,
    startedAtMs: nowMs,
    lastFailureAtMs: nowMs,
    isLockNoted: false,
    underWay: [],
    networks: [],
    scope: '',
    policyCallsAtMs: [],
  });
}

async function lockEvents(): Promise<number> {
  const types = await operations.eventTypes(ana.userName);
  return types.filter((type) => type === 'credential.locked').length;
}

describe('the last guess before a lock, still in verification', () => {
  /** The 80th failure is counted; what `meanwhile` does comes before its hash ends. */
  async function lastDuring(meanwhile: () => Promise<unknown>): Promise<string> {
    await standAt(LOCK_AT - 1);
    operations.pass(900_000);
    const { hasher } = operations.dependencies;
    const slow = operations.with({
      hasher: withPlaces(hasher, (place) => ({
        async verify(password, hash) {
          const isRight = await place.verify(password, hash);
          await meanwhile();
          return isRight;
        },
      })),
    });
    return slow.attempt(ana.userName, WRONG);
  }

  it('locks after an unlock, which keeps every count', async () => {
    const outcome = await lastDuring(async () => {
      expect((await operations.counted(ana.userName))?.failures).toBe(LOCK_AT);
      await operations.unlock(admin, ana.userId);
      expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 1');
    });
    expect(outcome).toBe('invalid-credentials');
    expect((await operations.user(ana.userName)).isLocked).toBe(true);
    expect(await lockEvents()).toBe(1);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
  });

  it('does not lock after a reset', async () => {
    let temporaryPassword = '';
    await lastDuring(async () => {
      temporaryPassword = await operations.reset(admin, ana.userId);
    });
    expect((await operations.user(ana.userName)).isLocked).toBe(false);
    expect(await operations.attempt(ana.userName, temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('locks and writes one event if nothing came between', async () => {
    await lastDuring(async () => {});
    expect((await operations.user(ana.userName)).isLocked).toBe(true);
    const [event] = await eventsOf(operations, ana);
    expect(event).toMatchObject({
      type: 'credential.locked',
      actor: { system: 'sign-in' },
      details: { failures: LOCK_AT },
    });
  });
});

it('records the lock of an unknown name in the attempt row only', async () => {
  const nobody = nameOf('nobody@contoso.example');
  const nowMs = operations.clock.now();
  await operations.dependencies.attempts.insert(signInKey(nobody), {
    failures: LOCK_AT - 1,
    startedAtMs: nowMs - 900_000,
    lastFailureAtMs: nowMs - 900_000,
    isLockNoted: false,
    underWay: [],
    networks: [],
    scope: '',
    policyCallsAtMs: [],
  });
  expect(await operations.attempt(nobody, WRONG)).toBe('invalid-credentials');
  expect(await operations.counted(nobody)).toMatchObject({ failures: LOCK_AT, isLockNoted: true });
  expect(operations.logged).toEqual([]);
});

describe('a lock that was counted but not recorded', () => {
  /** Leaves the state of a process that stopped between the hash and the note. */
  async function dieAtTheLast(): Promise<void> {
    await standAt(LOCK_AT - 1);
    operations.pass(900_000);
    const { accounts } = operations.dependencies;
    const dying = operations.with({ accounts: override(accounts, { commit: down() }) });
    expect(await dying.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    expect((await operations.user(ana.userName)).isLocked).toBe(false);
    expect(operations.logged).toEqual(['best-effort step failed: settle-attempt']);
  }

  it('is left to a later attempt if it cannot be recorded then either', async () => {
    await dieAtTheLast();
    const { accounts } = operations.dependencies;
    const dying = operations.with({ accounts: override(accounts, { commit: down() }) });
    expect(await dying.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
    expect(operations.logged).toHaveLength(2);
    expect(operations.logged.at(-1)).toBe('best-effort step failed: note-lock');
    await operations.attempt(ana.userName, ana.password);
    expect(await lockEvents()).toBe(1);
  });

  it('is shown to an admin at once and recorded once by the next attempt', async () => {
    await dieAtTheLast();
    const request = { principal: await operations.sessionOf(admin), userId: ana.userId };
    const seen = await readUser(operations.dependencies, request);
    expect(seen).toMatchObject({ user: { isLocked: true }, attempts: { failures: LOCK_AT } });
    const unlocked = operations.unlock(admin, ana.userId);
    expect(await outcomeText(unlocked)).toBe('reset-required');
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
    expect((await operations.user(ana.userName)).isLocked).toBe(true);
    await operations.attempt(ana.userName, ana.password);
    expect(await lockEvents()).toBe(1);
    expect((await operations.counted(ana.userName))?.isLockNoted).toBe(true);
  });

  it('writes no second event if only the mark in the row was lost', async () => {
    await standAt(LOCK_AT - 1);
    operations.pass(900_000);
    const { attempts } = operations.dependencies;
    let writes = 0;
    const dying = operations.with({
      attempts: override(attempts, {
        async replace(key, etag, record) {
          writes += 1;
          return writes < 3 ? attempts.replace(key, etag, record) : down()();
        },
      }),
    });
    expect(await dying.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    expect(await lockEvents()).toBe(1);
    expect((await operations.counted(ana.userName))?.isLockNoted).toBe(false);
    await operations.attempt(ana.userName, WRONG);
    expect((await operations.counted(ana.userName))?.isLockNoted).toBe(true);
    expect(await lockEvents()).toBe(1);
  });
});

it('spends one user read on an attempt at a recorded lock, however late', async () => {
  await standAt(LOCK_AT - 1);
  operations.pass(900_000);
  await operations.attempt(ana.userName, WRONG);
  operations.pass(24 * 60 * 60 * 1000);
  const calls = await operations.tables.transport.record(async () => {
    expect(await operations.attempt(ana.userName, WRONG)).toBe('too-many-attempts 900');
  });
  expect(calls).toEqual(['POST attempts', 'GET attempts', 'GET attempts', 'GET accounts']);
});

it('verifies one of 16 parallel guesses at failure 79 and writes one event', async () => {
  await standAt(LOCK_AT - 1);
  operations.pass(900_000);
  const outcomes = await Promise.all(
    Array.from({ length: 16 }, () => operations.attempt(ana.userName, WRONG)),
  );
  expect(outcomes.filter((outcome) => outcome === 'invalid-credentials')).toHaveLength(1);
  expect((await operations.user(ana.userName)).isLocked).toBe(true);
  expect(await lockEvents()).toBe(1);
});
