import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminsWhoCanReset } from '../../shared/credential/rank.ts';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';

/** CONTRACT.md "Attempts", over the hours and days that real seconds cannot show. */

const WRONG = 'not the right one';
const FREE = 5;
const LOCK_AT = 80;
const DAY_MS = 24 * 60 * 60 * 1000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations({ freeAttempts: FREE });
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** The contract's formula: seconds after the k-th failure in a row. */
function waitSeconds(failures: number): number {
  return failures < FREE ? 0 : Math.min(2 ** (failures - FREE), 900);
}

/**
 * Fails until so many failures are on record. The first and the last are real guesses; those
 * between are written into the row that the first one made. One test below guesses all 80.
 */
async function failUntil(failures: number, userName = ana.userName): Promise<void> {
  const { attempts } = operations.dependencies;
  const key = signInKey(userName);
  const guess = async (count: number) => {
    operations.pass(waitSeconds(count) * 1000);
    expect(await operations.attempt(userName, WRONG)).toBe('invalid-credentials');
  };
  const already = (await operations.counted(userName))?.failures ?? 0;
  if (already === 0) await guess(0);
  const row = await attempts.find(key);
  if (row === undefined) throw new Error('no failure was counted');
  const lastFailureAtMs = operations.clock.now();
  const record = { ...row.value, failures: failures - 1, lastFailureAtMs };
  expect(await attempts.replace(key, row.etag, record)).toBeDefined();
  await guess(failures - 1);
  expect((await attempts.find(key))?.value.failures).toBe(failures);
}

describe('the waits before the lock', () => {
  it.each(['ana', 'nobody'])('double up to 15 minutes, to the millisecond, for %s', async (who) => {
    const name = nameOf(`${who}@contoso.example`);
    const expected: string[] = [];
    const seen: string[] = [];
    const attempt = async (when: string, outcome: string) => {
      seen.push(`${when}: ${await operations.attempt(name, WRONG)}`);
      expected.push(`${when}: ${outcome}`);
    };
    for (let failures = 0; failures < LOCK_AT; failures += 1) {
      const seconds = waitSeconds(failures);
      if (seconds > 0) {
        await attempt(`${failures}, at once`, `too-many-attempts ${seconds}`);
        operations.pass(seconds * 1000 - 1);
        await attempt(`${failures}, 1 ms early`, 'too-many-attempts 1');
        operations.pass(1);
      }
      await attempt(`${failures}`, 'invalid-credentials');
    }
    for (const later of [0, 900_000, 31 * DAY_MS]) {
      operations.pass(later);
      await attempt(`locked, ${later} ms`, 'too-many-attempts 900');
    }
    expect(seen).toEqual(expected);
  });

  it('end in success at 79 failures, where the right password clears the count', async () => {
    await failUntil(LOCK_AT - 1);
    operations.pass(900_000);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
    expect(await operations.counted(ana.userName)).toBeUndefined();
    expect((await operations.user(ana.userName)).isLocked).toBe(false);
  });

  it('refuse the right password too, during a wait or the lock', async () => {
    await failUntil(FREE);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 1');
    await failUntil(LOCK_AT);
    operations.pass(900_000);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
  });

  it('are neither counted nor extended by a refused attempt', async () => {
    await failUntil(FREE + 3);
    const before = await operations.counted(ana.userName);
    for (let tries = 0; tries < 3; tries += 1) {
      operations.pass(1000);
      await operations.attempt(ana.userName, WRONG);
    }
    expect(await operations.counted(ana.userName)).toEqual(before);
    expect(waitSeconds(FREE + 3)).toBe(8);
    operations.pass(4999);
    expect(await operations.attempt(ana.userName, WRONG)).toBe('too-many-attempts 1');
    operations.pass(1);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  });
});

describe('a lock', () => {
  it('is set at the 80th failure, with one event, and ends no session', async () => {
    await failUntil(LOCK_AT - 1);
    operations.pass(900_000);
    const before = await operations.user(ana.userName);
    expect(before.isLocked).toBe(false);
    const { tokens, clock } = operations.dependencies;
    const { token } = await tokens.issueAccess(before, clock.now());
    await operations.attempt(ana.userName, WRONG);
    expect((await operations.principal(token)).user.value).toMatchObject({
      isLocked: true,
      credential: before.credential,
    });
    for (let refused = 0; refused < 3; refused += 1) {
      operations.pass(900_000);
      await operations.attempt(ana.userName, WRONG);
    }
    const page = { limit: 200, after: undefined };
    const { tenant, userId } = before;
    const { items } = await operations.dependencies.accounts.listEvents(tenant, userId, page);
    expect(items.filter(({ type }) => type === 'credential.locked')).toMatchObject([
      { actor: { system: 'sign-in' }, details: { failures: LOCK_AT } },
    ]);
  });

  it('removes an admin from the list of helpful admins until a change', async () => {
    const roles = ['userManagementAdmin'] as const;
    const uma = await operations.addReadyUser(admin, 'uma@contoso.example', roles);
    const listed = async () => {
      const { tenant } = await operations.user(ana.userName);
      const row = await operations.dependencies.accounts.findAdmins(tenant);
      const user = await operations.user(ana.userName);
      return adminsWhoCanReset(user, row?.value ?? []).map(({ userName }) => userName);
    };
    expect(await listed()).toContain(uma.userName);
    await failUntil(LOCK_AT, uma.userName);
    expect(await listed()).toEqual([admin.userName]);
    const { tokens, clock } = operations.dependencies;
    const { token } = await tokens.issueAccess(await operations.user(uma.userName), clock.now());
    const session = await operations.principal(token);
    await operations.changePassword(session, goodPassword(7), uma.password);
    expect(await listed()).toContain(uma.userName);
  });

  it('is not ended by an unlock, which answers reset-required', async () => {
    await failUntil(LOCK_AT);
    const before = await operations.user(ana.userName);
    const events = await operations.eventTypes(ana.userName);
    expect(await outcomeText(operations.unlock(admin, ana.userId))).toBe('reset-required');
    expect(await operations.user(ana.userName)).toEqual(before);
    expect(await operations.eventTypes(ana.userName)).toEqual(events);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
  });

  it('is ended by a reset, which issues a temporary password', async () => {
    await failUntil(LOCK_AT);
    operations.pass(1000);
    const temporaryPassword = await operations.reset(admin, ana.userId);
    expect(await operations.user(ana.userName)).toMatchObject({
      isLocked: false,
      credential: { kind: 'temporary' },
    });
    expect(await operations.counted(ana.userName)).toBeUndefined();
    expect(await operations.attempt(ana.userName, temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('is ended by a password change of the signed-in user', async () => {
    await failUntil(LOCK_AT);
    operations.pass(1000);
    const session = await operations.sessionOf(ana);
    expect(session.user.value.isLocked).toBe(true);
    const password = goodPassword(3);
    await operations.changePassword(session, password, ana.password);
    expect((await operations.user(ana.userName)).isLocked).toBe(false);
    expect(await operations.attempt(ana.userName, password)).toBe('signedIn');
  });

  it('of an unknown name is ended by creating the user', async () => {
    const name = 'later@contoso.example';
    await failUntil(LOCK_AT, nameOf(name));
    expect(await operations.attempt(nameOf(name), WRONG)).toBe('too-many-attempts 900');
    operations.pass(1000);
    const made = await operations.addUser(admin, name);
    expect(await operations.attempt(made.userName, made.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
    expect((await operations.user(made.userName)).isLocked).toBe(false);
  });

  it('outlasts the removal of the row that counted it', async () => {
    await failUntil(LOCK_AT);
    await operations.dependencies.attempts.remove(signInKey(ana.userName), '*');
    for (const password of [ana.password, WRONG]) {
      expect(await operations.attempt(ana.userName, password)).toBe('too-many-attempts 900');
    }
    expect(await operations.counted(ana.userName)).toBeUndefined();
    const unlocked = operations.unlock(admin, ana.userId);
    expect(await outcomeText(unlocked)).toBe('reset-required');
  });

  it('does not block a temporary password, issued before it or after', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    await failUntil(LOCK_AT, ben.userName);
    expect((await operations.user(ben.userName)).isLocked).toBe(true);
    expect(await operations.attempt(ben.userName, ben.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
    expect((await operations.user(ben.userName)).isLocked).toBe(true);
    const settled = await operations.chooseOwnPassword(ben.userName, ben.temporaryPassword);
    expect(await operations.attempt(ben.userName, settled.password)).toBe('signedIn');
  });
});

describe('a series of failures', () => {
  it('is forgotten 30 days after its last failure, to the millisecond', async () => {
    await failUntil(FREE + 10);
    operations.pass(30 * DAY_MS - 1);
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    expect((await operations.counted(ana.userName))?.failures).toBe(FREE + 11);

    operations.pass(30 * DAY_MS);
    expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    expect((await operations.counted(ana.userName))?.failures).toBe(1);
  });

  it('never forgets a lock, not even after a year', async () => {
    await failUntil(LOCK_AT);
    operations.pass(365 * DAY_MS);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
    expect(await operations.dependencies.attempts.find(signInKey(ana.userName))).toBeDefined();
  });
});
