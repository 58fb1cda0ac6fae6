import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceKey, signInKey } from '../../shared/operation/attempt-series.ts';
import { DEVICE_TOKEN_TTL_MS, issueDeviceToken } from '../../shared/operation/device.ts';
import { signOutEverywhere } from '../../shared/operation/sign-out.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';

/** CONTRACT.md, "Known devices". */

const WRONG = 'not the right one';
const HOUR_MS = 60 * 60 * 1000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
  operations.pass(HOUR_MS);
});
afterEach(() => operations.stop());

const guess = (device?: unknown) => operations.attempt(ana.userName, WRONG, device);
const signIn = (device?: unknown) => operations.attempt(ana.userName, ana.password, device);

async function failOnDevice(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    operations.pass(900_000);
    expect(await guess(ana.deviceToken)).toBe('invalid-credentials');
  }
}

async function failuresOnDevices(): Promise<number | undefined> {
  return (await operations.dependencies.attempts.find(deviceKey(ana.userId)))?.value.failures;
}

async function calls(work: () => Promise<unknown>): Promise<readonly string[]> {
  return operations.tables.transport.record(async () => void (await work()));
}

describe('a good device token', () => {
  it('signs in during the waits of strangers and keeps their count', async () => {
    for (let count = 0; count < 5; count += 1) await guess();
    expect(await signIn()).toBe('too-many-attempts 1');
    const before = await operations.counted(ana.userName);
    expect(await signIn(ana.deviceToken)).toBe('signedIn');
    expect(await operations.counted(ana.userName)).toEqual(before);
  });

  it('is renewed by each sign-in and change; the former one stays valid', async () => {
    const result = await operations.signIn(ana.userName, ana.password, ana.deviceToken);
    if (result.status !== 'signedIn') throw new Error('a change is required');
    for (let count = 0; count < 5; count += 1) await guess();
    for (const token of [ana.deviceToken, result.deviceToken]) {
      expect(await signIn(token)).toBe('signedIn');
    }
  });

  it('is valid for 180 days, to the millisecond', async () => {
    const user = await operations.user(ana.userName);
    const token = await issueDeviceToken(operations.dependencies, user);
    operations.pass(DEVICE_TOKEN_TTL_MS - 1);
    for (let count = 0; count < 5; count += 1) await guess();
    expect(await signIn(token)).toBe('signedIn');
    operations.pass(1);
    for (let count = 0; count < 5; count += 1) await guess();
    expect(await signIn(token)).toMatch(/^too-many-attempts/);
  });

  it('has its own count of failures and waits, which strangers do not share', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await guess(ana.deviceToken)).toBe('invalid-credentials');
    }
    expect(await signIn(ana.deviceToken)).toBe('too-many-attempts 1');
    expect(await operations.counted(ana.userName)).toBeUndefined();
    expect(await signIn()).toBe('signedIn');
    expect(await failuresOnDevices()).toBe(5);
    operations.pass(1000);
    expect(await signIn(ana.deviceToken)).toBe('signedIn');
    expect(await failuresOnDevices()).toBeUndefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'a change',
      async () =>
        operations.changePassword(await operations.sessionOf(ana), goodPassword(7), ana.password),
    ],
    ['a reset', () => operations.reset(admin, ana.userId)],
    [
      'a sign-out everywhere',
      async () =>
        signOutEverywhere(
          operations.dependencies,
          await operations.sessionOf(ana),
          operations.context(),
        ),
    ],
    [
      'a disabling',
      async () => {
        const principal = await operations.sessionOf(admin);
        const request = { principal, userId: ana.userId, patch: { status: 'disabled' } } as const;
        return updateUser(operations.dependencies, request, operations.context());
      },
    ],
  ])('becomes invalid after %s', async (_, end) => {
    await end();
    await guess(ana.deviceToken);
    expect((await operations.counted(ana.userName))?.failures).toBe(1);
    expect(await failuresOnDevices()).toBeUndefined();
  });
});

describe('ten failures on devices', () => {
  it('end all tokens of the user in one event; the next attempt is a stranger’s', async () => {
    await failOnDevice(9);
    expect(
      (await operations.principal(ana.token).catch(() => undefined)) ?? 'lapsed',
    ).toBeDefined();
    const before = await operations.user(ana.userName);
    await failOnDevice(1);
    const after = await operations.user(ana.userName);
    expect(after.sessionEpoch).toBe(before.sessionEpoch + 1);
    expect(after.isLocked).toBe(false);
    const types = await operations.eventTypes(ana.userName);
    expect(types.filter((type) => type === 'sessions.ended')).toHaveLength(1);
    expect(await guess(ana.deviceToken)).toBe('invalid-credentials');
    expect((await operations.counted(ana.userName))?.failures).toBe(1);
    expect(await signIn()).toBe('signedIn');
  });

  it('are not exceeded by guesses that run at once', async () => {
    const eager = operations.with({ freeAttempts: 20 });
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, () => eager.attempt(ana.userName, WRONG, ana.deviceToken)),
    );
    const compared = outcomes.filter((outcome) => outcome === 'invalid-credentials').length;
    expect(compared).toBeLessThanOrEqual(10);
    expect(compared).toBeGreaterThan(0);
    expect(outcomes.every((outcome) => /^(?:invalid-cred|too-many-a)/.test(outcome))).toBe(true);
  });

  it('end the tokens at the next attempt if the first write was lost', async () => {
    await failOnDevice(9);
    operations.pass(900_000);
    const { accounts } = operations.dependencies;
    const dying = operations.with({ accounts: override(accounts, { commit: down() }) });
    const last = dying.attempt(ana.userName, WRONG, ana.deviceToken);
    expect(await last).toBe('invalid-credentials');
    const before = await operations.user(ana.userName);
    const losing = operations.with({
      accounts: override(accounts, { commit: async () => 'conflict' }),
    });
    // Whatever comes between, a sign-in is never a conflict.
    expect(await losing.attempt(ana.userName, WRONG, ana.deviceToken)).toBe('invalid-credentials');
    expect(await signIn(ana.deviceToken)).toBe('signedIn');
    const after = await operations.user(ana.userName);
    expect(after.sessionEpoch).toBe(before.sessionEpoch + 1);
  });

  it('are compared with no hash if the token ended during the wait', async () => {
    const { hasher } = operations.dependencies;
    let compared = 0;
    const slow = operations.with({
      hasher: withPlaces(hasher, (slot) => ({
        verify(password, hash) {
          compared += 1;
          return slot.verify(password, hash);
        },
      })),
      attempts: override(operations.dependencies.attempts, {
        insert: async (...parts) => {
          await operations.changePassword(
            await operations.sessionOf(ana),
            goodPassword(7),
            ana.password,
          );
          return operations.dependencies.attempts.insert(...parts);
        },
      }),
    });
    const outcome = await slow.attempt(ana.userName, goodPassword(7), ana.deviceToken);
    expect(outcome).toBe('too-many-attempts 1');
    expect(compared).toBe(0);
    expect(await failuresOnDevices()).toBeUndefined();
  });
});

describe('an invalid device token', () => {
  it('counts as none, costs no store call, and answers alike for every name', async () => {
    const ben = await operations.addReadyUser(admin, 'ben@contoso.example');
    const { devices, cursors } = operations.dependencies;
    const sealed = JSON.stringify({ userId: ana.userId });
    const bad: readonly unknown[] = [
      ...[null, 7, true, '', {}, [ana.deviceToken], `${ana.deviceToken}x`, 'a'.repeat(3000)],
      ...[ben.deviceToken, ana.token, await cursors.seal(sealed, ana.userName)],
      await devices.seal(sealed, ana.userName),
    ];
    const names = [ana.userName, nameOf('nobody@contoso.example'), nameOf('x@nowhere.example')];
    for (const name of names) {
      const none = await calls(() => operations.attempt(name, WRONG));
      await operations.dependencies.attempts.remove(signInKey(name), '*');
      for (const token of bad) {
        const seen = await calls(async () => {
          expect(await operations.attempt(name, WRONG, token)).toBe('invalid-credentials');
        });
        await operations.dependencies.attempts.remove(signInKey(name), '*');
        expect(seen).toEqual(none);
      }
    }
    expect(await failuresOnDevices()).toBeUndefined();
  });
});

describe('a sign-in text in the form of a temporary password', () => {
  it('is compared with a temporary credential only, in one hash, uncounted', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    const cem = await operations.addUser(admin, 'cem@contoso.example');
    const names = [ana.userName, ben.userName, nameOf('nobody@contoso.example')];
    for (const name of names) {
      const seen = await calls(async () => {
        const outcome = await operations.attempt(name, cem.temporaryPassword);
        expect(outcome).toBe('invalid-credentials');
      });
      expect(seen).toEqual(['GET accounts', 'GET accounts']);
      expect(await operations.dependencies.attempts.find(signInKey(name))).toBeUndefined();
    }
    expect(await operations.attempt(cem.userName, cem.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('never proves a permanent password, even one imported in that form', async () => {
    const { temporaryPassword } = await operations.addUser(admin, 'ben@contoso.example');
    const { hasher, accounts } = operations.dependencies;
    const slot = await hasher.acquire();
    const hash = await slot.hash(temporaryPassword);
    slot.release();
    const credential = await accounts.findCredential(ana.userName);
    if (credential === undefined) throw new Error('no hashes');
    expect(await accounts.replacePermanentHash(ana.userName, credential, hash)).toBe('replaced');
    for (const device of [undefined, ana.deviceToken]) {
      expect(await operations.attempt(ana.userName, temporaryPassword, device)).toBe(
        'invalid-credentials',
      );
    }
    // In a session it is a current password like any other, and counted.
    const session = await operations.sessionOf(ana);
    const changed = operations.changePassword(session, goodPassword(7), temporaryPassword);
    expect(await outcomeText(changed)).toBe('signedIn');
  });

  it('signs in during a lock and does not end it', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    operations.pass(1);
    for (let count = 0; count < 80; count += 1) {
      operations.pass(900_000);
      expect(await operations.attempt(ben.userName, WRONG)).toBe('invalid-credentials');
    }
    const temporaryPassword = await operations.reset(admin, ben.userId);
    operations.pass(1);
    for (let count = 0; count < 80; count += 1) {
      operations.pass(900_000);
      await operations.attempt(ben.userName, WRONG);
    }
    expect((await operations.user(ben.userName)).isLocked).toBe(true);
    const again = await operations.reset(admin, ben.userId);
    expect(await operations.attempt(ben.userName, temporaryPassword)).toBe('invalid-credentials');
    expect(await operations.attempt(ben.userName, again)).toBe('passwordChangeRequired');
  });
});
