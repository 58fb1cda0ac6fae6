import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttemptDependencies,
  clearAttempt,
  countAttempt,
  emptyRecord,
  refundAttempt,
} from '../../shared/operation/attempt.ts';
import { sessionKey, sessionScope, signInKey } from '../../shared/operation/attempt-series.ts';
import { countPolicyCall } from '../../shared/operation/policy-call.ts';
import type { AttemptRecord, AttemptStore } from '../../shared/port/store.ts';
import { nameOf, sampleUser } from '../contract/account-sample.ts';
import { createOperations, type Operations, outcomeText } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

const FREE = 5;

let operations: Operations;
let key = '';
let made = 0;

beforeAll(async () => {
  operations = await createOperations({ freeAttempts: FREE });
});
afterAll(() => operations.stop());
beforeEach(() => {
  made += 1;
  key = signInKey(nameOf(`user-${made}@contoso.example`));
});

/** The store with some methods replaced. */
function on(replaced: Partial<AttemptStore> = {}): AttemptDependencies {
  const { attempts, clock, randomBytes } = operations.dependencies;
  return { attempts: override(attempts, replaced), clock, randomBytes, freeAttempts: FREE };
}

function count(scope = '', dependencies = on()) {
  return countAttempt(dependencies, { key, scope, limit: 80 });
}

async function row(): Promise<AttemptRecord | undefined> {
  return (await operations.dependencies.attempts.find(key))?.value;
}

async function write(changed: Partial<AttemptRecord>): Promise<void> {
  const nowMs = operations.clock.now();
  const { attempts } = operations.dependencies;
  const record = { ...emptyRecord(nowMs, ''), failures: 1, ...changed };
  expect(await attempts.insert(key, record)).toBeDefined();
}

it('stores attempt keys as SHA-256 hashes, never as typed names', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const { userName, userId } = sampleUser(nameOf('ana@contoso.example'));
  // Rows outlive a release, so what they are called stays as it is.
  expect(signInKey(userName)).toBe(hash(`sign-in\n${userName}`));
  expect(sessionKey(userId)).toBe(hash(`session\n${userId}`));
});

describe('counting an attempt', () => {
  it('starts a series with the first attempt and extends it with the second', async () => {
    const startedAtMs = operations.clock.now();
    expect((await count()).previous).toBeUndefined();
    operations.pass(10);
    const second = await count();
    expect(second.previous).toMatchObject({ failures: 1 });
    const expected = { failures: 2, startedAtMs, lastFailureAtMs: startedAtMs + 10 };
    expect(await row()).toMatchObject({ ...expected, scope: '', isLockNoted: false });
  });

  it('starts a new series for another scope, or if a success cleared the count', async () => {
    const policyCallsAtMs = [operations.clock.now()];
    await write({ failures: 4, scope: 'one', policyCallsAtMs });
    operations.pass(10);
    await count('two');
    const nowMs = operations.clock.now();
    const fresh = { failures: 1, startedAtMs: nowMs, lastFailureAtMs: nowMs, scope: 'two' };
    expect(await row()).toMatchObject({ ...fresh, policyCallsAtMs, isLockNoted: false });

    key = signInKey(nameOf(`other-${made}@contoso.example`));
    await write({ failures: 0, scope: 'two', policyCallsAtMs });
    operations.pass(10);
    await count('two');
    const startedAtMs = operations.clock.now();
    expect(await row()).toMatchObject({ failures: 1, startedAtMs, policyCallsAtMs });
  });

  it('retries if another write came between, and inserts only without a row', async () => {
    await write({});
    const { attempts } = operations.dependencies;
    const calls: string[] = [];
    const losing = on({
      insert: (...parts) => {
        calls.push('insert');
        return attempts.insert(...parts);
      },
      replace: async (...parts) => {
        calls.push('replace');
        return calls.length < 4 ? undefined : attempts.replace(...parts);
      },
    });
    await count('', losing);
    expect(calls).toEqual(['insert', 'replace', 'replace', 'replace']);
    expect(await row()).toMatchObject({ failures: 2 });
  });

  it('inserts again if the row was removed in between', async () => {
    let finds = 0;
    let inserts = 0;
    const { attempts } = operations.dependencies;
    const vanishing = on({
      insert: async (...parts) => {
        inserts += 1;
        return inserts === 1 ? undefined : attempts.insert(...parts);
      },
      find: async () => {
        finds += 1;
        return undefined;
      },
    });
    expect((await count('', vanishing)).stored.value.failures).toBe(1);
    expect([inserts, finds]).toEqual([2, 1]);
  });

  it('leaves the count to the next call after three lost writes', async () => {
    await write({});
    let tries = 0;
    const losing = on({
      replace: async () => {
        tries += 1;
        return undefined;
      },
    });
    expect(await outcomeText(count('', losing))).toBe('too-many-attempts 1');
    expect(tries).toBe(3);
    expect(await row()).toMatchObject({ failures: 1 });
  });
});

describe('refunding an attempt', () => {
  const { giveBack, clear } = {
    giveBack: (counted: Awaited<ReturnType<typeof count>>, { attempts } = on()) =>
      refundAttempt(attempts, counted),
    clear: (counted: Awaited<ReturnType<typeof count>>, { attempts, clock } = on()) =>
      clearAttempt({ attempts, clock }, counted),
  };

  it('restores the row as it was, or removes the row it made', async () => {
    const first = await count();
    const before = await row();
    operations.pass(10);
    const second = await count();
    await giveBack(second);
    expect(await row()).toEqual(before);
    await giveBack(first);
    expect(await row()).toBeUndefined();
  });

  it('keeps concurrent failures, and a second refund does not undo the first', async () => {
    const first = await count();
    const second = await count();
    await giveBack(first);
    expect(await row()).toMatchObject({ failures: 1 });
    await giveBack(second);
    expect(await row()).toBeUndefined();
  });

  it('keeps the count of password-policy calls', async () => {
    await write({ failures: 0, policyCallsAtMs: [1, 2] });
    const first = await count();
    const second = await count();
    await giveBack(first);
    await giveBack(second);
    expect(await row()).toMatchObject({ failures: 0, policyCallsAtMs: [1, 2] });
  });

  it('changes nothing if the series is gone or is another one', async () => {
    const counted = await count();
    await operations.dependencies.attempts.remove(key, '*');
    await giveBack(counted);
    expect(await row()).toBeUndefined();
    await count();
    const second = await count();
    await operations.dependencies.attempts.remove(key, '*');
    await giveBack(second);
    expect(await row()).toBeUndefined();
    operations.pass(10);
    await count();
    await count();
    await giveBack(counted);
    await clear(counted);
    expect(await row()).toMatchObject({ failures: 2 });
  });

  it('stops after thirty lost tries', async () => {
    const counted = await count();
    const { attempts } = operations.dependencies;
    let tries = 0;
    const losing = (until: number) =>
      on({
        remove: async (...parts) => {
          tries += 1;
          return tries < until ? false : attempts.remove(...parts);
        },
      });
    await clear(counted, losing(31));
    expect(tries).toBe(30);
    expect(await row()).toMatchObject({ failures: 1 });
    tries = 0;
    await clear(counted, losing(30));
    expect(await row()).toBeUndefined();
  });
});

describe('counting a password-policy call', () => {
  const user = sampleUser(nameOf('ana@contoso.example'), { credentialVersion: 3, sessionEpoch: 2 });

  it('counts the call in the series of password and session epoch', async () => {
    key = sessionKey(user.userId);
    expect(sessionScope(user)).toBe('3.2');
    const nowMs = operations.clock.now();
    await countPolicyCall(on(), user, undefined);
    expect(await row()).toEqual({
      failures: 0,
      startedAtMs: nowMs,
      lastFailureAtMs: nowMs,
      isLockNoted: false,
      scope: '3.2',
      policyCallsAtMs: [nowMs],
      underWay: [],
      networks: [],
    });
    operations.pass(10);
    await countPolicyCall(on(), user, undefined);
    expect(await row()).toMatchObject({
      lastFailureAtMs: nowMs + 10,
      policyCallsAtMs: [nowMs, nowMs + 10],
    });
  });

  it('keeps the counted wrong passwords when a change token makes the call', async () => {
    const other = sampleUser(nameOf('cem@contoso.example'));
    key = sessionKey(other.userId);
    await write({ failures: 3, scope: sessionScope(other) });
    await countPolicyCall(on(), other, undefined);
    expect(await row()).toMatchObject({ failures: 3 });
  });

  it('leaves the count to the next call after thirty lost writes', async () => {
    let tries = 0;
    const lose = async () => {
      tries += 1;
      return undefined;
    };
    const losing = on({ insert: lose, replace: lose });
    expect(await outcomeText(countPolicyCall(losing, user, undefined))).toBe('too-many-attempts 1');
    expect(tries).toBe(30);
  });

  it('refuses the 21st call, though its current password clears the failures', async () => {
    const other = sampleUser(nameOf('ben@contoso.example'));
    key = sessionKey(other.userId);
    for (let calls = 0; calls < 20; calls += 1) await countPolicyCall(on(), other, undefined);
    const before = await row();
    operations.pass(1000);
    expect(await outcomeText(countPolicyCall(on(), other, undefined))).toBe(
      'too-many-attempts 899',
    );
    expect(await row()).toEqual(before);
    const counted = await countAttempt(on(), { key, scope: sessionScope(other), limit: 10 });
    expect(counted.stored.value.failures).toBe(1);
    const refused = countPolicyCall(on(), other, counted);
    expect(await outcomeText(refused)).toBe('too-many-attempts 899');
    expect(await row()).toMatchObject({ failures: 0, policyCallsAtMs: before?.policyCallsAtMs });
  });
});
