import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  expireTemporaryPasswords,
  SWEEP_TIME_MS,
} from '../../shared/operation/expire-temporary-passwords.ts';
import type { LogFields } from '../../shared/port/log.ts';
import { altered } from '../fixture/altered.ts';
import { MINUTE_MS, type SweepStage, startSweepStage } from './fixture/sweep-stage.ts';

let stage: SweepStage;

beforeAll(async () => {
  stage = await startSweepStage();
});
afterAll(() => stage.stop());

it('keeps an entry that is due before its password, which stays valid', async () => {
  const expiresAtMs = stage.clock.nowMs + 1;
  const early = { expiresAtMs: stage.clock.nowMs };
  const { user, entry } = await stage.seed(stage.newName(), { expiresAtMs, entry: early });
  expect(await stage.sweep()).toMatchObject({ expired: 0, removed: 0, left: 1, failed: 0 });
  expect(await stage.overdue()).toEqual([entry.issueId]);
  expect((await stage.read(user.userName)).credential.kind).toBe('temporary');
  stage.clock.nowMs += 1;
  expect(await stage.sweep()).toMatchObject({ expired: 1, left: 0 });
  const [event] = await stage.eventsOf(user);
  expect(event).toMatchObject({
    type: 'temporary-password.expired',
    actor: { system: 'sweep' },
    details: { expiresAt: new Date(early.expiresAtMs).toISOString() },
  });
});

it('logs an unknown failure without its text', async () => {
  const { user } = await stage.seed(stage.newName());
  const lines: unknown[] = [];
  const note = (message: string, fields?: LogFields) => lines.push([message, fields]);
  const log = { info: () => undefined, warn: note, error: () => undefined };
  const run = (fault: unknown) => {
    const accounts = altered(stage.tables.accounts, { findUser: () => Promise.reject(fault) });
    return expireTemporaryPasswords({ ...stage.dependencies, accounts }, { requestId: 'run', log });
  };
  expect(await run('secret')).toMatchObject({ failed: 1 });
  expect(await run(new TypeError('secret'))).toMatchObject({ failed: 1 });
  const fields = { subjectId: user.userId, requestId: 'run' };
  expect(lines).toEqual([
    ['an expiry failed', { ...fields, error: 'unknown' }],
    ['an expiry failed', { ...fields, error: 'TypeError' }],
  ]);
  expect(await stage.sweep()).toMatchObject({ expired: 1 });
});

it('takes other partitions every five minutes, all of them in thirteen turns', async () => {
  const { attempts } = stage.tables;
  const seen: (readonly [number, number])[] = [];
  const watched = altered(attempts, {
    async removeForgotten({ firstPartition, lastPartition }) {
      seen.push([firstPartition, lastPartition]);
      return 0;
    },
  });
  const period = 5 * MINUTE_MS;
  stage.clock.nowMs = Math.ceil(stage.clock.nowMs / (13 * period)) * 13 * period;
  for (let turn = 0; turn < 13; turn += 1) {
    await stage.sweep({ attempts: watched });
    stage.clock.nowMs += period - 1;
    await stage.sweep({ attempts: watched });
    stage.clock.nowMs += 1;
  }
  const expected = Array.from({ length: 13 }, (_, turn) => {
    const range = [20 * turn, Math.min(255, 20 * turn + 19)] as const;
    return [range, range];
  });
  expect(seen).toEqual(expected.flat());
});

it('removes forgotten rows by pages until the last or the end of its time', async () => {
  const { attempts } = stage.tables;
  const forgetting = (pages: number[], pageMs: number) =>
    stage.sweep({
      attempts: altered(attempts, {
        async removeForgotten() {
          stage.clock.nowMs += pageMs;
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
