import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptKey, AttemptRecord, AttemptStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';

/** The parts of an implementation that the suite needs. */
export interface AttemptStoreUnderTest {
  readonly attempts: AttemptStore;
  /** The next write takes effect, its answer is lost, and it is sent again. */
  loseNextWriteAnswer(): void;
  /** From now on the store does not answer; safe to call twice. */
  stop(): Promise<void>;
}

const RACERS = 30;
const BEFORE_MS = 1_750_000_000_000;
const LOCKED_FAILURES = 100;

const RECORD: AttemptRecord = {
  failures: 3,
  startedAtMs: BEFORE_MS - 2,
  lastFailureAtMs: BEFORE_MS,
  isLockNoted: false,
  underWay: [],
  networks: [],
  scope: 'user:7',
  policyCallsAtMs: [],
};

/** Describes every AttemptStore. @param start an empty store */
export function describeAttemptStore(
  name: string,
  start: () => Promise<AttemptStoreUnderTest>,
): void {
  describe(`${name}: attempts`, () => {
    let store: AttemptStoreUnderTest;
    beforeEach(async () => {
      store = await start();
    });
    afterEach(() => store.stop());
    describeWrites(() => store);
    describeLostAnswers(() => store);
    describeForgetting(() => store.attempts);

    it('throws Unavailable in an outage of the attempt store', async () => {
      const { attempts } = store;
      const { etag } = await inserted(attempts, keyOf('a'));
      await store.stop();
      const outcomes = await Promise.allSettled([
        attempts.find(keyOf('a')),
        attempts.insert(keyOf('b'), RECORD),
        attempts.replace(keyOf('a'), etag, RECORD),
        attempts.remove(keyOf('a'), etag),
        attempts.removeForgotten(forgetting({})),
      ]);
      for (const outcome of outcomes) {
        expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(Unavailable);
      }
    });
  });
}

function describeWrites(store: () => AttemptStoreUnderTest): void {
  it('inserts, finds, replaces and removes a record unchanged', async () => {
    const { attempts } = store();
    const key = keyOf('a');
    expect(await attempts.find(key)).toBeUndefined();
    const first = await attempts.insert(key, RECORD);
    expect(first?.value).toEqual(RECORD);
    expect(await attempts.find(key)).toEqual(first);
    expect(await attempts.insert(key, RECORD)).toBeUndefined();

    const policyCallsAtMs = Array.from({ length: 20 }, (_, index) => BEFORE_MS + index);
    const changed = { ...RECORD, failures: 100, isLockNoted: true, policyCallsAtMs };
    const second = await attempts.replace(key, first?.etag ?? '', changed);
    expect(second?.value).toEqual(changed);
    expect(await attempts.find(key)).toEqual(second);

    expect(await attempts.remove(key, first?.etag ?? '')).toBe(false);
    expect(await attempts.replace(key, first?.etag ?? '', RECORD)).toBeUndefined();
    expect(await attempts.find(key)).toEqual(second);
    expect(await attempts.remove(key, second?.etag ?? '')).toBe(true);
    expect(await attempts.find(key)).toBeUndefined();
    expect(await attempts.remove(key, second?.etag ?? '')).toBe(true);
    expect(await attempts.replace(key, second?.etag ?? '', RECORD)).toBeUndefined();
  });

  it('removes a record under any tag', async () => {
    const { attempts } = store();
    expect(await attempts.remove(keyOf('a'), '*')).toBe(true);
    await inserted(attempts, keyOf('a'));
    expect(await attempts.remove(keyOf('a'), '*')).toBe(true);
    expect(await attempts.find(keyOf('a'))).toBeUndefined();
  });

  it(`commits one of ${RACERS} inserts and one of ${RACERS} replacements`, async () => {
    const { attempts } = store();
    const key = keyOf('a');
    const records = Array.from({ length: RACERS }, (_, failures) => ({ ...RECORD, failures }));
    const inserts = await Promise.all(records.map((record) => attempts.insert(key, record)));
    const [first, ...otherInserts] = inserts.filter((stored) => stored !== undefined);
    expect(otherInserts).toEqual([]);
    expect(await attempts.find(key)).toEqual(first);
    const etag = first?.etag ?? '';
    const replaces = await Promise.all(
      records.map((record) => attempts.replace(key, etag, record)),
    );
    const [second, ...otherReplaces] = replaces.filter((stored) => stored !== undefined);
    expect(otherReplaces).toEqual([]);
    expect(await attempts.find(key)).toEqual(second);
  });
}

/** Writes that took effect, whose answers were lost, and which then were sent again. */
function describeLostAnswers(store: () => AttemptStoreUnderTest): void {
  it('recognizes its own insert, replacement and removal', async () => {
    const { attempts, loseNextWriteAnswer } = store();
    const key = keyOf('a');
    loseNextWriteAnswer();
    const first = await inserted(attempts, key);
    expect(await attempts.find(key)).toEqual(first);
    loseNextWriteAnswer();
    const second = await attempts.replace(key, first.etag, { ...RECORD, failures: 4 });
    expect(second?.value.failures).toBe(4);
    expect(await attempts.find(key)).toEqual(second);
    loseNextWriteAnswer();
    expect(await attempts.remove(key, second?.etag ?? '')).toBe(true);
  });

  it('does not take an equal record of another caller as its own', async () => {
    const { attempts } = store();
    const { etag } = await inserted(attempts, keyOf('a'));
    expect(await attempts.insert(keyOf('a'), RECORD)).toBeUndefined();
    expect(await attempts.replace(keyOf('a'), etag, RECORD)).toBeDefined();
    expect(await attempts.replace(keyOf('a'), etag, RECORD)).toBeUndefined();
  });
}

function describeForgetting(attempts: () => AttemptStore): void {
  it('removes records that failed at or before the time, except locked ones', async () => {
    const cases: [string, Partial<AttemptRecord>, boolean][] = [
      ['at', { lastFailureAtMs: BEFORE_MS }, true],
      ['before', { lastFailureAtMs: BEFORE_MS - 1 }, true],
      ['long before', { lastFailureAtMs: 0 }, true],
      ['after', { lastFailureAtMs: BEFORE_MS + 1 }, false],
      ['nearly locked', { failures: LOCKED_FAILURES - 1 }, true],
      ['locked', { failures: LOCKED_FAILURES }, false],
      ['beyond', { failures: LOCKED_FAILURES + 1, lastFailureAtMs: 0 }, false],
    ];
    for (const [name, changed] of cases) await inserted(attempts(), keyOf(name), changed);
    expect(await attempts().removeForgotten(forgetting({}))).toBe(4);
    for (const [name, , isForgotten] of cases) {
      expect((await attempts().find(keyOf(name))) === undefined, name).toBe(isForgotten);
    }
    expect(await attempts().removeForgotten(forgetting({}))).toBe(0);
  });

  it('removes records of the given partitions only, both ends included', async () => {
    const rest = '0'.repeat(62);
    const partitions = ['00', '0f', '10', '7f', '80', 'ff'];
    for (const partition of partitions) await inserted(attempts(), partition + rest);
    const forget = (firstPartition: number, lastPartition: number) =>
      attempts().removeForgotten(forgetting({ firstPartition, lastPartition }));
    expect(await forget(1, 14)).toBe(0);
    expect(await forget(15, 16)).toBe(2);
    expect(await forget(127, 127)).toBe(1);
    expect(await forget(129, 254)).toBe(0);
    expect(await forget(128, 255)).toBe(2);
    expect(await forget(0, 0)).toBe(1);
  });

  it('removes no more than the limit, and the rest next time', async () => {
    for (let index = 0; index < 40; index += 1) await inserted(attempts(), keyOf(String(index)));
    expect(await attempts().removeForgotten(forgetting({ limit: 1 }))).toBe(1);
    expect(await attempts().removeForgotten(forgetting({ limit: 33 }))).toBe(33);
    expect(await attempts().removeForgotten(forgetting({ limit: 33 }))).toBe(6);
    expect(await attempts().removeForgotten(forgetting({ limit: 33 }))).toBe(0);
  });

  it('counts each removal once if two sweeps run together', async () => {
    for (let index = 0; index < 20; index += 1) await inserted(attempts(), keyOf(String(index)));
    const counts = await Promise.all([
      attempts().removeForgotten(forgetting({})),
      attempts().removeForgotten(forgetting({})),
    ]);
    expect(counts[0] + counts[1]).toBe(20);
  });
}

function keyOf(name: string): AttemptKey {
  return createHash('sha256').update(name).digest('hex');
}

async function inserted(
  attempts: AttemptStore,
  key: AttemptKey,
  changed: Partial<AttemptRecord> = {},
) {
  const stored = await attempts.insert(key, { ...RECORD, ...changed });
  if (stored === undefined) throw new Error('the key should be free');
  return stored;
}

function forgetting(changed: Partial<Parameters<AttemptStore['removeForgotten']>[0]>) {
  return {
    firstPartition: 0,
    lastPartition: 255,
    beforeMs: BEFORE_MS,
    lockedFailures: LOCKED_FAILURES,
    limit: 100,
    ...changed,
  };
}
