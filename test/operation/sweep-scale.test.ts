import { afterAll, beforeAll, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import { startTables } from '../fixture/tables.ts';
import {
  DAY_MS,
  HOUR_MS,
  type Seeded,
  type SeedOptions,
  type SweepStage,
  startSweepStage,
  startSweepStageOn,
} from './fixture/sweep-context.ts';

/** Checks 600 users, 50 of them overdue, and what a sweep costs. */

const USERS = 600;
const OVERDUE = 50;
/** The others on a server: a list that read them would be seen with few of them. */
const OTHERS = 50;
const TENANTS = ['contoso.example', 'fabrikam.example', 'northwind.example'];
/** One page of the index, one of the attempts. */
const CALLS_OF_A_RUN = 2;
/** Read the user, write the change, remove the entry. */
const CALLS_OF_AN_EXPIRY = 3;
const TIMEOUT = { timeout: 60_000 };

let testContext: SweepStage;
let seeded: readonly Seeded[];

beforeAll(async () => {
  testContext = await startSweepStage();
});
afterAll(() => testContext.stop());

/** The kinds that an overdue user can be of. */
function overdue(index: number, nowMs: number): SeedOptions {
  const changes: readonly Partial<User>[] = [
    {},
    { isLocked: true },
    { status: 'disabled' },
    { roles: ['globalAdmin'] },
    { credentialVersion: 7, profileVersion: 3, sessionEpoch: 2 },
  ];
  // From this very millisecond back over many hours, so that many buckets of the index are met.
  const expiresAtMs = nowMs - (index === 0 ? 0 : index * index * 60_000);
  return { expiresAtMs, changed: changes[index % changes.length] ?? {} };
}

/** The kinds that a sweep ignores. */
function other(index: number, nowMs: number): SeedOptions {
  const kinds: readonly SeedOptions[] = [
    { expiresAtMs: nowMs + 1 + index * 60_000 },
    { expiresAtMs: nowMs + 1, changed: { isLocked: true } },
    { entry: undefined, changed: { credential: { kind: 'permanent', changedAtMs: nowMs } } },
    {
      entry: undefined,
      changed: { credential: { ...testContext.temporary(nowMs - DAY_MS), kind: 'expired' } },
    },
    { expiresAtMs: nowMs + DAY_MS, changed: { status: 'disabled' } },
  ];
  return kinds[index % kinds.length] ?? {};
}

it('expires the 50 overdue passwords, with one event each, and no other', TIMEOUT, async () => {
  const nowMs = testContext.clock.nowMs;
  seeded = await testContext.seedAll(
    Array.from({ length: USERS }, (_, index) => {
      // Every twelfth, so that they stand among the others.
      const isOverdue = index % (USERS / OVERDUE) === 0;
      const options = isOverdue ? overdue(index / (USERS / OVERDUE), nowMs) : other(index, nowMs);
      return { ...options, tenant: TENANTS[index % TENANTS.length] ?? '' };
    }),
  );
  const due = seeded.filter((_, index) => index % (USERS / OVERDUE) === 0);
  expect(await testContext.overdue()).toEqual(due.map(({ entry }) => entry.issueId).sort());
  const before = await testContext.rows('accounts');
  const entriesBefore = await testContext.rows('expiries');

  const calls = await testContext.tables.transport.record(async () => {
    expect(await testContext.sweep()).toEqual({
      expired: OVERDUE,
      removed: 0,
      left: 0,
      failed: 0,
      oldestLagMs: nowMs - Math.min(...due.map(({ entry }) => entry.expiresAtMs)),
      forgottenAttempts: 0,
      isUnfinished: false,
    });
  });
  expect(calls).toHaveLength(CALLS_OF_A_RUN + OVERDUE * CALLS_OF_AN_EXPIRY);

  const after = await testContext.rows('accounts');
  for (const { user } of due) {
    const { credential, eventSequence } = user;
    expect(await testContext.read(user.userName)).toEqual({
      ...user,
      credential: { ...credential, kind: 'expired' },
      eventSequence: eventSequence + 1,
      lastEventAtMs: nowMs,
    });
    const [event, ...earlier] = await testContext.eventsOf(user);
    expect(event).toMatchObject({
      type: 'temporary-password.expired',
      actor: { system: 'sweep' },
      subject: { userId: user.userId },
      atMs: nowMs,
    });
    expect(earlier.map(({ type }) => type)).toEqual(['user.created']);
  }
  const changed = [...after].filter(([key, row]) => before.get(key) !== row).map(([key]) => key);
  const dueKeys = due.flatMap(({ user: { tenant, userName, userId } }) => [
    expect.stringMatching(`^${tenant} event:tenant:\\d+:${userId}:\\d+$`),
    expect.stringMatching(`^${tenant} event:user:${userId}:\\d+$`),
    `${tenant} user:${userName}`,
  ]);
  expect(changed).toHaveLength(dueKeys.length);
  expect(changed).toEqual(expect.arrayContaining(dueKeys));
  expect([...before.keys()].filter((key) => !after.has(key))).toEqual([]);

  const entries = await testContext.rows('expiries');
  expect(entriesBefore.size - entries.size).toBe(OVERDUE);
  for (const [key, row] of entries) expect(entriesBefore.get(key)).toBe(row);
});

it('changes nothing the second time and makes two calls', async () => {
  const [accounts, entries] = [
    await testContext.rows('accounts'),
    await testContext.rows('expiries'),
  ];
  const calls = await testContext.tables.transport.record(async () => {
    const report = await testContext.sweep();
    expect(report).toMatchObject({ expired: 0, removed: 0, left: 0, failed: 0 });
  });
  expect(calls).toEqual(['GET expiries', 'GET attempts']);
  expect(await testContext.rows('accounts')).toEqual(accounts);
  expect(await testContext.rows('expiries')).toEqual(entries);
});

it('makes calls for overdue passwords only, however many users exist', async () => {
  // On table servers, whose answers show what their lists read.
  const full = await startSweepStageOn(await startTables());
  const empty = await startSweepStageOn(await startTables());
  try {
    const { nowMs } = full.clock;
    await full.seedAll(Array.from({ length: OTHERS }, (_, index) => other(index, nowMs)));
    for (const some of [full, empty]) {
      await some.seedAll([{}, {}, {}]);
      let rowsRead = 0;
      some.tables.transport.onAnswer = (answer, { method }) => {
        const { value = [] } = method === 'GET' ? JSON.parse(answer.bodyAsText ?? '{}') : {};
        rowsRead += Array.isArray(value) ? value.length : 0;
        return answer;
      };
      const calls = await some.tables.transport.record(() => some.sweep());
      expect(calls).toHaveLength(CALLS_OF_A_RUN + 3 * CALLS_OF_AN_EXPIRY);
      expect(rowsRead, 'rows that the lists gave back').toBe(3);
      some.tables.transport.onAnswer = undefined;
    }
  } finally {
    await Promise.all([full.stop(), empty.stop()]);
  }
});

it('expires the other passwords at their time, to the millisecond', async () => {
  const waiting = seeded.filter(
    ({ user, entry }) =>
      user.credential.kind === 'temporary' && entry.expiresAtMs > testContext.clock.nowMs,
  );
  const soon = waiting.filter(({ entry }) => entry.expiresAtMs === testContext.clock.nowMs + 1);
  expect(soon.length).toBeGreaterThan(100);
  testContext.clock.nowMs += 1;
  expect((await testContext.sweep()).expired).toBe(soon.length);
  testContext.clock.nowMs += 30 * 24 * HOUR_MS;
  // More than a page of the index.
  expect(waiting.length - soon.length).toBeGreaterThan(200);
  expect((await testContext.sweep()).expired).toBe(waiting.length - soon.length);
  expect((await testContext.rows('expiries')).size).toBe(0);
});
