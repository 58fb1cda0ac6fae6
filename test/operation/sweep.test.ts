import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserName } from '../../shared/credential/name.ts';
import { SWEEP_TIME_MS } from '../../shared/operation/expire-temporary-passwords.ts';
import type { AttemptRecord } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { nameOf } from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type Seeded,
  type SweepStage,
  startSweepStage,
} from './fixture/sweep-context.ts';

/** CONTRACT.md "Timer": twice, late, in parallel, and whatever the index holds. */

/** A page of the index, which is a batch. */
const PAGE = 200;
const NOTHING = { expired: 0, removed: 0, left: 0, failed: 0 };

let testContext: SweepStage;

beforeEach(async () => {
  testContext = await startSweepStage();
});
afterEach(() => testContext.stop());

async function expectExpiredOnce(seeded: readonly Seeded[]): Promise<void> {
  for (const { user } of seeded) {
    expect((await testContext.read(user.userName)).credential.kind).toBe('expired');
    expect(await testContext.expiryEvents(user)).toBe(1);
  }
  const left = await testContext.overdue();
  expect(seeded.filter(({ entry }) => left.includes(entry.issueId))).toEqual([]);
}

describe('a sweep', () => {
  it('expires a password from the millisecond at which it is overdue', async () => {
    const one = await testContext.seed(testContext.newName(), {
      expiresAtMs: testContext.clock.nowMs + 1,
    });
    expect(await testContext.sweep()).toMatchObject(NOTHING);
    expect((await testContext.read(one.user.userName)).credential.kind).toBe('temporary');
    testContext.clock.nowMs += 1;
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    await expectExpiredOnce([one]);
  });

  it('records its own time and the expiry if it runs weeks late', async () => {
    const one = await testContext.seed(testContext.newName());
    testContext.clock.nowMs += 21 * DAY_MS;
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    const [event] = await testContext.eventsOf(one.user);
    expect(event).toMatchObject({
      atMs: testContext.clock.nowMs,
      details: { expiresAt: new Date(one.entry.expiresAtMs).toISOString() },
    });
  });

  it('expires each password once beside other runs, whose reports add up', async () => {
    const many = await testContext.seedAll(Array.from({ length: 40 }, () => ({})));
    const reports = await Promise.all(Array.from({ length: 4 }, () => testContext.sweep()));
    expect(reports.reduce((sum, { expired }) => sum + expired, 0)).toBe(many.length);
    for (const { failed } of reports) expect(failed).toBe(0);
    expect(await testContext.sweep()).toMatchObject({ expired: 0, left: 0 });
    await expectExpiredOnce(many);
  });

  it('leaves a user who changes during the run to the next run', async () => {
    const one = await testContext.seed(testContext.newName());
    const { accounts } = testContext.tables;
    let isFirst = true;
    const report = await testContext.sweep({
      accounts: override(accounts, {
        commit: async (change) => {
          const before = await accounts.findUser(one.user.userName);
          const after = { ...one.user, displayName: 'Changed meanwhile' };
          if (isFirst && before !== undefined)
            await testContext.write(before, after, 'user.updated');
          isFirst = false;
          return accounts.commit(change);
        },
      }),
    });
    expect(report).toMatchObject({ ...NOTHING, left: 1 });
    expect(await testContext.expiryEvents(one.user)).toBe(0);
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    expect((await testContext.read(one.user.userName)).displayName).toBe('Changed meanwhile');
    await expectExpiredOnce([one]);
  });

  it('yields to a reset that comes between its read and its write', async () => {
    const one = await testContext.seed(testContext.newName());
    const { accounts } = testContext.tables;
    const again = testContext.temporary(testContext.clock.nowMs + DAY_MS);
    const report = await testContext.sweep({
      accounts: override(accounts, {
        commit: async (change) => {
          const before = await accounts.findUser(one.user.userName);
          const after = { ...one.user, credential: again, credentialVersion: 2 };
          if (before !== undefined) await testContext.write(before, after, 'password.reset');
          return accounts.commit(change);
        },
      }),
    });
    expect(report).toMatchObject({ ...NOTHING, left: 1 });
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, removed: 1 });
    expect((await testContext.read(one.user.userName)).credential).toEqual(again);
    expect(await testContext.expiryEvents(one.user)).toBe(0);
    expect(await testContext.overdue()).toEqual([]);
  });

  it('stops after its time at the end of a batch, and the next run continues', async () => {
    const many = await testContext.seedAll(Array.from({ length: PAGE + 20 }, () => ({})));
    const { accounts } = testContext.tables;
    // The clock stands, and then the time is over in the midst of the first batch.
    let reads = 0;
    const slow = override(accounts, {
      findUser: (userName: UserName) => {
        reads += 1;
        if (reads === 50) testContext.clock.nowMs += SWEEP_TIME_MS;
        return accounts.findUser(userName);
      },
    });
    const first = await testContext.sweep({ accounts: slow });
    expect(first).toMatchObject({ ...NOTHING, expired: PAGE, isUnfinished: true });
    expect(await testContext.overdue()).toHaveLength(many.length - PAGE);
    const second = await testContext.sweep();
    expect(second).toMatchObject({ ...NOTHING, expired: 20, isUnfinished: false });
    await expectExpiredOnce(many);
  });

  it('continues through all batches until its time is over', async () => {
    await testContext.seedAll(Array.from({ length: PAGE + 20 }, () => ({})));
    const { accounts } = testContext.tables;
    let reads = 0;
    const slow = override(accounts, {
      findUser: (userName: UserName) => {
        reads += 1;
        if (reads === 50) testContext.clock.nowMs += SWEEP_TIME_MS - 1;
        return accounts.findUser(userName);
      },
    });
    expect(await testContext.sweep({ accounts: slow })).toMatchObject({
      expired: PAGE + 20,
      isUnfinished: false,
    });
  });
});

describe('an index entry', () => {
  const AHEAD = { credentialVersion: 2, issueId: 'on-its-way' };

  /** It is left until an hour after its expiry and then removed; the user is as it was. */
  async function expectOrphan(userName: UserName): Promise<void> {
    const before = await testContext.rows('accounts');
    const expiresAtMs = testContext.clock.nowMs;
    for (const afterMs of [0, HOUR_MS - 1]) {
      testContext.clock.nowMs = expiresAtMs + afterMs;
      expect(await testContext.sweep(), `${afterMs}`).toMatchObject({ ...NOTHING, left: 1 });
    }
    testContext.clock.nowMs = expiresAtMs + HOUR_MS;
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, removed: 1 });
    expect(await testContext.overdue()).toEqual([]);
    expect(await testContext.rows('accounts'), userName).toEqual(before);
  }

  it('is kept for an hour if no user has the name, who may be about to exist', async () => {
    const userName = nameOf('nobody@contoso.example');
    const { entry } = await testContext.seed(testContext.newName(), { entry: undefined });
    await testContext.tables.expiries.add({
      ...entry,
      userName,
      expiresAtMs: testContext.clock.nowMs,
    });
    await expectOrphan(userName);
  });

  it('of an earlier user of the name is kept for an hour and harms no other', async () => {
    const userName = testContext.newName();
    const first = await testContext.seed(userName, { expiresAtMs: testContext.clock.nowMs });
    const before = await testContext.tables.accounts.findUser(userName);
    await testContext.write(before, first.user, 'user.deleted');
    await testContext.seed(userName, {
      entry: undefined,
      expiresAtMs: testContext.clock.nowMs + DAY_MS,
    });
    await expectOrphan(userName);
  });

  it('is kept for an hour if the user does not have its version yet', async () => {
    const userName = testContext.newName();
    const entry = { ...AHEAD, expiresAtMs: testContext.clock.nowMs };
    await testContext.seed(userName, { entry, expiresAtMs: testContext.clock.nowMs + DAY_MS });
    await expectOrphan(userName);
  });

  it('expires a credential that is written within the hour', async () => {
    const userName = testContext.newName();
    const expiresAtMs = testContext.clock.nowMs;
    const entry = { ...AHEAD, expiresAtMs };
    const { user } = await testContext.seed(userName, { entry, expiresAtMs: expiresAtMs + DAY_MS });
    testContext.clock.nowMs += HOUR_MS - 1;
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, left: 1 });
    const before = await testContext.tables.accounts.findUser(userName);
    const arrived = { ...testContext.temporary(expiresAtMs), issueId: AHEAD.issueId };
    const after = { ...user, credential: arrived, credentialVersion: AHEAD.credentialVersion };
    await testContext.write(before, after, 'password.reset');
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    expect(await testContext.expiryEvents(user)).toBe(1);
  });

  it.each([
    ['a later temporary password', { credentialVersion: 2 }],
    ['a password of the own', { credentialVersion: 2, credential: { kind: 'permanent' as const } }],
    ['another write of the same version, which won', {}],
  ])('is removed at once if %s superseded it', async (_name, changed) => {
    const { nowMs } = testContext.clock;
    const current = testContext.temporary(nowMs + DAY_MS);
    const credential =
      'credential' in changed ? { ...changed.credential, changedAtMs: nowMs } : current;
    const entry = { credentialVersion: 1, issueId: 'superseded', expiresAtMs: nowMs };
    await testContext.seed(testContext.newName(), { entry, changed: { ...changed, credential } });
    const before = await testContext.rows('accounts');
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, removed: 1 });
    expect(await testContext.rows('accounts')).toEqual(before);
    expect(await testContext.overdue()).toEqual([]);
  });

  it('is not read before it is due, even if superseded', async () => {
    const entry = { issueId: 'superseded', expiresAtMs: testContext.clock.nowMs + 1 };
    await testContext.seed(testContext.newName(), { entry });
    expect(await testContext.sweep()).toMatchObject(NOTHING);
  });
});

describe('a store failure during a sweep', () => {
  it('fails some entries, not the others, and the next run takes those', async () => {
    const many = await testContext.seedAll(Array.from({ length: 30 }, () => ({})));
    const [unread, unwritten, unremoved] = many;
    const { accounts, expiries } = testContext.tables;
    const fail = down();
    const report = await testContext.sweep({
      accounts: override(accounts, {
        findUser: (name) => (name === unread?.user.userName ? fail() : accounts.findUser(name)),
        commit: (change) =>
          change.after.userId === unwritten?.user.userId ? fail() : accounts.commit(change),
      }),
      expiries: override(expiries, {
        remove: (entry) =>
          entry.issueId === unremoved?.entry.issueId ? fail() : expiries.remove(entry),
      }),
    });
    expect(report).toMatchObject({ ...NOTHING, expired: 27, failed: 3, isUnfinished: false });
    const failed = [unread, unwritten, unremoved].map(
      (one) => `an expiry failed: ${one?.user.userId}`,
    );
    expect([...testContext.logged].sort()).toEqual(failed.sort());
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 2, removed: 1 });
    await expectExpiredOnce(many);
  });

  it('at the index is thrown to the caller, and the next run does all', async () => {
    const one = await testContext.seed(testContext.newName());
    const { expiries } = testContext.tables;
    const unlisted = override(expiries, {
      // biome-ignore lint/correctness/useYield: it fails before there is anything
      async *listOverdue() {
        throw new Unavailable('tables', 'down in this test');
      },
    });
    await expect(testContext.sweep({ expiries: unlisted })).rejects.toThrow(Unavailable);
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    await expectExpiredOnce([one]);
  });

  it('leaves one event if the write took effect and its answer was lost', async () => {
    const one = await testContext.seed(testContext.newName());
    testContext.tables.transport.loseNextWriteAnswer();
    expect(await testContext.sweep()).toMatchObject({ ...NOTHING, expired: 1 });
    await expectExpiredOnce([one]);
  });
});

describe('a forgotten attempt row', () => {
  const FORGET_AFTER_MS = 30 * DAY_MS;
  /** Enough for every partition to have had its turn. */
  const RUNS = 13;

  /** One key in each of the 256 partitions. */
  const KEYS = Array.from({ length: 256 }, (_, index) => {
    const partition = index.toString(16).padStart(2, '0');
    return partition + createHash('sha256').update(partition).digest('hex').slice(2);
  });

  async function record(key: string, changed: Partial<AttemptRecord>): Promise<void> {
    const { nowMs } = testContext.clock;
    const old = nowMs - FORGET_AFTER_MS;
    const stored = await testContext.tables.attempts.insert(key, {
      failures: 3,
      startedAtMs: old,
      lastFailureAtMs: old,
      isLockNoted: false,
      underWay: [],
      networks: [],
      scope: '',
      policyCallsAtMs: [],
      ...changed,
    });
    expect(stored).toBeDefined();
  }

  it.each([
    ['5 minutes', 5 * MINUTE_MS],
    ['10 minutes', 10 * MINUTE_MS],
    ['hour', HOUR_MS],
    ['day', DAY_MS],
  ])('is removed from every partition in 13 runs, one every %s', async (_name, everyMs) => {
    await Promise.all(KEYS.map((key) => record(key, {})));
    let forgotten = 0;
    let most = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const { forgottenAttempts } = await testContext.sweep();
      forgotten += forgottenAttempts;
      most = Math.max(most, forgottenAttempts);
      testContext.clock.nowMs += everyMs;
    }
    expect(forgotten).toBe(KEYS.length);
    expect(most, 'some partitions each time').toBeLessThanOrEqual(20);
    expect((await testContext.rows('attempts')).size).toBe(0);
  });

  it('is removed after 30 days, to the millisecond, unless it is locked', async () => {
    const { nowMs } = testContext.clock;
    const old = nowMs - FORGET_AFTER_MS;
    await Promise.all(KEYS.map((key) => record(key, {})));
    await testContext.sweep();
    const left = await testContext.rows('attempts');
    // A partition whose turn it is, as that run showed; the clock stands.
    const partition = KEYS.map((key) => key.slice(0, 2)).find(
      (first) => ![...left.keys()].some((key) => key.startsWith(`${first} `)),
    );
    const keyOf = (name: string) =>
      partition + createHash('sha256').update(name).digest('hex').slice(2);
    await record(keyOf('due'), { lastFailureAtMs: old });
    await record(keyOf('almost'), { lastFailureAtMs: old + 1 });
    await record(keyOf('79'), { failures: 79 });
    await record(keyOf('80'), { failures: 80, isLockNoted: true });
    await record(keyOf('more'), { failures: 101, lastFailureAtMs: old - 300 * DAY_MS });
    expect((await testContext.sweep()).forgottenAttempts).toBe(2);
    const kept = [];
    for (const name of ['due', 'almost', '79', '80', 'more']) {
      if (await testContext.tables.attempts.find(keyOf(name))) kept.push(name);
    }
    expect(kept).toEqual(['almost', '80', 'more']);
  });
});
