import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  expireTemporaryPasswords,
  SWEEP_TIME_MS,
} from '../../shared/operation/expire-temporary-passwords.ts';
import type { LogFields } from '../../shared/port/log.ts';
import { override } from '../fixture/override.ts';
import { MINUTE_MS, type SweepStage, startSweepStage } from './fixture/sweep-context.ts';

let testContext: SweepStage;

beforeAll(async () => {
  testContext = await startSweepStage();
});
afterAll(() => testContext.stop());

it('keeps an entry that is due before its password, which stays valid', async () => {
  const expiresAtMs = testContext.clock.nowMs + 1;
  const early = { expiresAtMs: testContext.clock.nowMs };
  const { user, entry } = await testContext.seed(testContext.newName(), {
    expiresAtMs,
    entry: early,
  });
  expect(await testContext.sweep()).toMatchObject({ expired: 0, removed: 0, left: 1, failed: 0 });
  expect(await testContext.overdue()).toEqual([entry.issueId]);
  expect((await testContext.read(user.userName)).credential.kind).toBe('temporary');
  testContext.clock.nowMs += 1;
  expect(await testContext.sweep()).toMatchObject({ expired: 1, left: 0 });
  const [event] = await testContext.eventsOf(user);
  expect(event).toMatchObject({
    type: 'temporary-password.expired',
    actor: { system: 'sweep' },
    details: { expiresAt: new Date(early.expiresAtMs).toISOString() },
  });
});

it('logs an unknown failure without its text', async () => {
  const { user } = await testContext.seed(testContext.newName());
  const lines: unknown[] = [];
  const note = (message: string, fields?: LogFields) => lines.push([message, fields]);
  const log = { info: () => undefined, warn: note, error: () => undefined };
  const run = (fault: unknown) => {
    const accounts = override(testContext.tables.accounts, {
      findUser: () => Promise.reject(fault),
    });
    return expireTemporaryPasswords(
      { ...testContext.dependencies, accounts },
      { requestId: 'run', log },
    );
  };
  expect(await run('secret')).toMatchObject({ failed: 1 });
  expect(await run(new TypeError('secret'))).toMatchObject({ failed: 1 });
  const fields = { subjectId: user.userId, requestId: 'run' };
  expect(lines).toEqual([
    ['an expiry failed', { ...fields, error: 'unknown' }],
    ['an expiry failed', { ...fields, error: 'TypeError' }],
  ]);
  expect(await testContext.sweep()).toMatchObject({ expired: 1 });
});

it('takes other partitions every five minutes, all of them in thirteen turns', async () => {
  const { attempts } = testContext.tables;
  const seen: (readonly [number, number])[] = [];
  const watched = override(attempts, {
    async removeForgotten({ firstPartition, lastPartition }) {
      seen.push([firstPartition, lastPartition]);
      return 0;
    },
  });
  const period = 5 * MINUTE_MS;
  testContext.clock.nowMs = Math.ceil(testContext.clock.nowMs / (13 * period)) * 13 * period;
  for (let turn = 0; turn < 13; turn += 1) {
    await testContext.sweep({ attempts: watched });
    testContext.clock.nowMs += period - 1;
    await testContext.sweep({ attempts: watched });
    testContext.clock.nowMs += 1;
  }
  const expected = Array.from({ length: 13 }, (_, turn) => {
    const range = [20 * turn, Math.min(255, 20 * turn + 19)] as const;
    return [range, range];
  });
  expect(seen).toEqual(expected.flat());
});

it('removes forgotten rows by pages until the last or the end of its time', async () => {
  const { attempts } = testContext.tables;
  const forgetting = (pages: number[], pageMs: number) =>
    testContext.sweep({
      attempts: override(attempts, {
        async removeForgotten() {
          testContext.clock.nowMs += pageMs;
          return pages.shift() ?? 0;
        },
      }),
    });
  const full = [1000, 1000, 999, 1000];
  expect(await forgetting(full, MINUTE_MS)).toMatchObject({
    forgottenAttempts: 2999,
    isUnfinished: false,
  });
  expect(full).toEqual([1000]);
  const endless = () => [1000, 1000, 1000, 1000];
  expect(await forgetting(endless(), SWEEP_TIME_MS / 2)).toMatchObject({
    forgottenAttempts: 2000,
    isUnfinished: true,
  });
  expect(await forgetting(endless(), SWEEP_TIME_MS / 2 - 1)).toMatchObject({
    forgottenAttempts: 3000,
    isUnfinished: true,
  });
});
