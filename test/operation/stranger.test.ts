import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countAttempt, refundAttempt } from '../../shared/operation/attempt.ts';
import { signInKey, strangerSeries } from '../../shared/operation/attempt-series.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** Findings 2.1 to 2.4: each of these failed while a stranger and an owner shared one brake. */

const WRONG = 'not the right one';
const HOUR_MS = 60 * 60 * 1000;
const LOCKED_FAILURES = 100;

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

/** Records so many failed guesses of strangers, the first of them a moment ago. */
async function recordFailures(failures: number, userName = ana.userName): Promise<void> {
  const nowMs = operations.clock.now();
  const written = await operations.dependencies.attempts.insert(signInKey(userName), {
    failures,
    startedAtMs: nowMs,
    lastFailureAtMs: nowMs,
    isLockNoted: false,
    scope: '',
    policyCallsAtMs: [],
    underWay: [],
    networks: [],
  });
  expect(written).toBeDefined();
  operations.pass(1000);
}

/** An instance that stops (as its store sees it) before it can remove a row of attempts. */
function dying(): Operations {
  const { attempts } = operations.dependencies;
  const remove = () => Promise.reject(new Unavailable('tables', 'gone'));
  return operations.with({ attempts: override(attempts, { remove }) });
}

describe('a user whose lock ended just before the process stopped', () => {
  it('can sign in after a change of the user’s own password', async () => {
    await recordFailures(LOCKED_FAILURES);
    const password = goodPassword(3);
    const session = await operations.sessionOf(ana);
    await dying().changePassword(session, password, ana.password);
    operations.pass(365 * 24 * HOUR_MS);
    expect(await operations.attempt(ana.userName, password)).toBe('signedIn');
  });

  it('can sign in after a reset', async () => {
    await recordFailures(LOCKED_FAILURES);
    const principal = await operations.sessionOf(admin);
    const temporaryPassword = await dying()
      .reset(admin, ana.userId)
      .catch(async () => {
        // The answer is lost with the process: another reset would heal what must heal by itself.
        const account = await operations.user(ana.userName);
        expect(account.credential.kind).toBe('temporary');
        return undefined;
      });
    expect(principal.user.value.userId).toBe(admin.userId);
    expect(temporaryPassword).toBeDefined();
    const token = await operations.changeToken(ana.userName, temporaryPassword ?? '');
    await dying().changePassword(token, goodPassword(3));
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('signedIn');
  });

  it('can sign in after a creation under a name that strangers had locked', async () => {
    const name = nameOf('ben@contoso.example');
    await recordFailures(LOCKED_FAILURES, name);
    const ben = await dying().addUser(admin, name);
    const token = await operations.changeToken(name, ben.temporaryPassword);
    await dying().changePassword(token, goodPassword(3));
    expect(await operations.attempt(name, goodPassword(3))).toBe('signedIn');
  });
});

it('accepts a new temporary password while a stranger guesses each second', async () => {
  const guess = () => operations.attempt(ana.userName, WRONG);
  for (let second = 0; second < 900; second += 1) {
    operations.pass(1000);
    await guess();
  }
  const temporaryPassword = await operations.reset(admin, ana.userId);
  const seen: string[] = [];
  for (let second = 0; second < 60; second += 1) {
    operations.pass(1000);
    for (let tries = 0; tries < 7; tries += 1) await guess();
    seen.push(await operations.attempt(ana.userName, temporaryPassword));
  }
  expect(new Set(seen)).toEqual(new Set(['passwordChangeRequired']));
});

it('refunds no attempt of another caller if the answer of a refund was lost', async () => {
  const { attempts } = operations.dependencies;
  const series = strangerSeries(operations.dependencies.accounts, ana.userName, undefined);
  const count = () => countAttempt(operations.dependencies, series);
  await count();
  const refunded = await count();
  // The write takes effect, its answer is lost, and another caller counts before the retry.
  let isLost = false;
  const losing = override(attempts, {
    replace: async (...parts) => {
      const written = await attempts.replace(...parts);
      if (isLost) return written;
      isLost = true;
      await count();
      return undefined;
    },
  });
  await refundAttempt(losing, refunded);
  expect(isLost).toBe(true);
  expect((await operations.counted(ana.userName))?.failures).toBe(2);
});

it('rejects the unlock of a locked credential, whose password stays locked', async () => {
  await recordFailures(LOCKED_FAILURES);
  await operations.attempt(ana.userName, WRONG);
  expect(await outcomeText(operations.unlock(admin, ana.userId))).toBe('reset-required');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('too-many-attempts 900');
});
