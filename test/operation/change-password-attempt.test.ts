import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sessionKey } from '../../shared/operation/attempt-series.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';

/** CONTRACT.md `POST /api/me/password`: the counts of a session, by a clock set by hand. */

const WRONG = 'not the right one';
const TOO_SHORT = 'short';
const FREE = 3;
const WINDOW_MS = 15 * 60_000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations({ freeAttempts: FREE, accessTokenTtlSeconds: 86_400 });
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

function change(currentPassword: string, newPassword = TOO_SHORT): Promise<string> {
  return outcomeText(operations.changePassword(ana.token, newPassword, currentPassword));
}

async function countedInSession() {
  return (await operations.dependencies.attempts.find(sessionKey(ana.userId)))?.value;
}

/** 0 for k < F, else 2^(k − F). */
const waitMs = (failures: number) => (failures < FREE ? 0 : 2 ** (failures - FREE) * 1000);

/** Wrong current passwords, each as soon as it may be. */
async function guess(times: number): Promise<void> {
  for (let failures = 0; failures < times; failures += 1) {
    operations.pass(waitMs(failures));
    expect(await change(WRONG)).toBe('invalid-credentials');
  }
}

describe('wrong current passwords in a session', () => {
  it('wait as at sign-in, to the millisecond; refused calls are not counted', async () => {
    await guess(FREE + 2);
    for (let refused = 0; refused < 3; refused += 1) {
      expect(await change(WRONG)).toBe('too-many-attempts 4');
    }
    operations.pass(3999);
    expect(await change(ana.password)).toBe('too-many-attempts 1');
    operations.pass(1);
    expect(await change(ana.password, goodPassword(3))).toBe('signedIn');
  });

  it('do not block a sign-in, nor do failed sign-ins block a change', async () => {
    await guess(FREE);
    expect(await change(WRONG)).toBe('too-many-attempts 1');
    expect(await operations.counted(ana.userName)).toBeUndefined();
    for (let count = 0; count < FREE; count += 1) {
      expect(await operations.attempt(ana.userName, WRONG)).toBe('invalid-credentials');
    }
    expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 1');
    expect((await countedInSession())?.failures).toBe(FREE);
    operations.pass(1000);
    await operations.attempt(ana.userName, WRONG);
    expect(await change(ana.password, goodPassword(3))).toBe('signedIn');
  });

  it('are cleared by a right one, also if the new password is rejected', async () => {
    await guess(FREE - 1);
    expect(await change(ana.password)).toBe('password-rejected');
    expect((await countedInSession())?.failures).toBe(0);
    await guess(FREE);
    expect(await change(WRONG)).toBe('too-many-attempts 1');
  });

  it('end all sessions at the tenth in a row, with one event and no lock', async () => {
    const other = await operations.signIn(ana.userName, ana.password);
    if (other.status !== 'signedIn') throw new Error('unreachable');
    await guess(9);
    expect((await operations.principal(ana.token)).use).toBe('access');
    expect(await operations.eventTypes(ana.userName)).not.toContain('sessions.ended');

    operations.pass(waitMs(9));
    expect(await change(WRONG)).toBe('invalid-credentials');
    for (const token of [ana.token, other.access.token]) {
      expect(await outcomeText(operations.principal(token))).toBe('invalid-token');
    }
    const { tenant, isLocked } = await operations.user(ana.userName);
    expect(isLocked).toBe(false);
    const page = { limit: 1, after: undefined };
    const { items } = await operations.dependencies.accounts.listEvents(tenant, ana.userId, page);
    expect(items).toMatchObject([
      {
        type: 'sessions.ended',
        actor: { system: 'sign-in' },
        details: { wrongCurrentPasswords: 10 },
      },
    ]);
  });

  it('are counted from zero in the sessions that follow', async () => {
    await guess(10);
    const again = await operations.signIn(ana.userName, ana.password);
    if (again.status !== 'signedIn') throw new Error('unreachable');
    ana = { ...ana, token: again.access.token };
    expect(await change(WRONG)).toBe('invalid-credentials');
    expect((await countedInSession())?.failures).toBe(1);
    expect(await change(ana.password, goodPassword(3))).toBe('signedIn');
  });

  it('are refunded if the password could not be verified', async () => {
    await guess(2);
    const before = await countedInSession();
    const { accounts } = operations.dependencies;
    const instance = operations.with({ accounts: override(accounts, { findCredential: down() }) });
    const failed = instance.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(failed)).toBe('unavailable');
    expect(await countedInSession()).toEqual(before);
  });

  it('are not counted for a change token', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    const token = await operations.changeToken(ben.userName, ben.temporaryPassword);
    const refused = operations.changePassword(token, TOO_SHORT);
    expect(await outcomeText(refused)).toBe('password-rejected');
    const found = await operations.dependencies.attempts.find(sessionKey(ben.userId));
    expect(found?.value.failures).toBe(0);
  });
});

describe('calls that reach the password policy', () => {
  // The change that replaced the temporary password was such a call.
  beforeEach(() => operations.pass(WINDOW_MS));

  it('are limited to 20 in 15 minutes, rejected ones included', async () => {
    for (let call = 0; call < 20; call += 1) {
      expect(await change(ana.password)).toBe('password-rejected');
      operations.pass(1000);
    }
    expect(await change(ana.password, goodPassword(3))).toBe('too-many-attempts 880');
    operations.pass(WINDOW_MS - 20_001);
    expect(await change(ana.password, goodPassword(3))).toBe('too-many-attempts 1');
    operations.pass(1);
    expect(await change(ana.password, goodPassword(3))).toBe('signedIn');
  });

  it('are counted across accepted changes and both kinds of token of a user', async () => {
    for (let call = 0; call < 19; call += 1) {
      const next = await operations.changePassword(
        ana.token,
        goodPassword(100 + call),
        ana.password,
      );
      ana = { ...ana, token: next.access.token, password: goodPassword(100 + call) };
    }
    const temporaryPassword = await operations.reset(admin, ana.userId);
    const token = await operations.changeToken(ana.userName, temporaryPassword);
    const call = (password: string) => outcomeText(operations.changePassword(token, password));
    expect(await call(TOO_SHORT)).toBe('password-rejected');
    expect(await call(goodPassword(3))).toBe('too-many-attempts 900');
    operations.pass(WINDOW_MS - 1);
    const late = await operations.changeToken(ana.userName, temporaryPassword);
    const lateCall = () => outcomeText(operations.changePassword(late, goodPassword(3)));
    expect(await lateCall()).toBe('too-many-attempts 1');
    operations.pass(1);
    expect(await lateCall()).toBe('signedIn');
  });

  it('do not count wrong current passwords; the 21st still clears the failures', async () => {
    for (let call = 0; call < 20; call += 1) await change(ana.password);
    expect(await change(WRONG)).toBe('invalid-credentials');
    expect(await change(ana.password)).toBe('too-many-attempts 900');
    const counted = await countedInSession();
    expect(counted).toMatchObject({ failures: 0 });
    expect(counted?.policyCallsAtMs).toHaveLength(20);
  });

  it('are limited for each user separately', async () => {
    for (let call = 0; call < 21; call += 1) await change(ana.password);
    const other = operations.changePassword(admin.token, goodPassword(3), admin.password);
    expect(await outcomeText(other)).toBe('signedIn');
  });
});
