import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FORGET_AFTER_MS,
  judgeAttempt,
  judgePolicyCalls,
  LOCK_AT_FAILURES,
  LOCKED_RETRY_AFTER_SECONDS,
  SESSION_FAILURES_END_SESSIONS,
  waitMsAfter,
} from '../../shared/credential/lockout.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const FREE = 5;
const ALLOWED = { verdict: 'allowed', isForgotten: false };
const FORGOTTEN = { verdict: 'allowed', isForgotten: true };

/** So many failures, the last of them so long ago. */
function judgedAfter(failures: number, elapsedMs: number, freeAttempts = FREE) {
  return judgeAttempt({ failures, lastFailureAtMs: NOW - elapsedMs }, NOW, freeAttempts);
}

function waits(retryAfterSeconds: number) {
  return { verdict: 'wait', retryAfterSeconds };
}

it('has the limits of the contract', () => {
  expect(LOCK_AT_FAILURES).toBe(100);
  expect(LOCKED_RETRY_AFTER_SECONDS).toBe(900);
  expect(FORGET_AFTER_MS).toBe(2_592_000_000);
  expect(SESSION_FAILURES_END_SESSIONS).toBe(10);
});

describe('waitMsAfter', () => {
  it.each([
    [0, 5, 0],
    [4, 5, 0],
    [5, 5, 1_000],
    [6, 5, 2_000],
    [7, 5, 4_000],
    [14, 5, 512_000],
    [15, 5, 900_000],
    [99, 5, 900_000],
    [0, 1, 0],
    [1, 1, 1_000],
    [10, 1, 512_000],
    [11, 1, 900_000],
    [19, 20, 0],
    [20, 20, 1_000],
    [100_000, 1, 900_000],
  ])('after %i failures with %i free attempts is %i ms', (failures, free, expected) => {
    expect(waitMsAfter(failures, free)).toBe(expected);
  });
});

describe('judgeAttempt', () => {
  it('allows the first attempt, and all before the free ones are spent', () => {
    expect(judgeAttempt(undefined, NOW, FREE)).toEqual(ALLOWED);
    for (const failures of [0, 1, 4]) expect(judgedAfter(failures, 0)).toEqual(ALLOWED);
    expect(judgedAfter(5, 0)).toEqual(waits(1));
    expect(judgedAfter(1, 0, 1)).toEqual(waits(1));
  });

  it.each([
    [5, 1_000],
    [6, 2_000],
    [14, 512_000],
    [15, 900_000],
    [99, 900_000],
  ])('after %i failures ends the wait at %i ms, not 1 ms before', (failures, waitMs) => {
    expect(judgedAfter(failures, 0)).toEqual(waits(waitMs / 1000));
    expect(judgedAfter(failures, waitMs - 1)).toEqual(waits(1));
    expect(judgedAfter(failures, waitMs)).toEqual(ALLOWED);
  });

  it('rounds the wait up to whole seconds', () => {
    expect(judgedAfter(7, 2_999)).toEqual(waits(2));
    expect(judgedAfter(7, 3_000)).toEqual(waits(1));
    expect(judgedAfter(7, 3_001)).toEqual(waits(1));
    expect(judgedAfter(7, 0)).toEqual(waits(4));
    expect(judgedAfter(7, 1)).toEqual(waits(4));
  });

  it('locks at the 100th failure and never forgets the lock', () => {
    const locked = { verdict: 'locked', retryAfterSeconds: 900 };
    expect(judgedAfter(99, FORGET_AFTER_MS - 1)).toEqual(ALLOWED);
    expect(judgedAfter(100, 0)).toEqual(locked);
    expect(judgedAfter(101, 900_000)).toEqual(locked);
    expect(judgedAfter(100, FORGET_AFTER_MS)).toEqual(locked);
    expect(judgedAfter(100, 100 * FORGET_AFTER_MS)).toEqual(locked);
  });

  it('forgets a series 30 days after its last failure, not 1 ms before', () => {
    for (const failures of [1, 5, 99]) {
      expect(judgedAfter(failures, FORGET_AFTER_MS - 1)).toEqual(ALLOWED);
      expect(judgedAfter(failures, FORGET_AFTER_MS)).toEqual(FORGOTTEN);
    }
  });

  it('counts a failure in the future as one of now: clocks of instances differ', () => {
    expect(judgedAfter(7, -1)).toEqual(waits(4));
    expect(judgedAfter(7, -4_000)).toEqual(waits(4));
    expect(judgedAfter(4, -1)).toEqual(ALLOWED);
    expect(judgedAfter(100, -1)).toMatchObject({ verdict: 'locked' });
  });

  it('takes a failure further ahead than its wait for one of a wrong clock', () => {
    expect(judgedAfter(7, -4_001)).toEqual(ALLOWED);
    expect(judgedAfter(99, -900_000)).toEqual(waits(900));
    expect(judgedAfter(99, -900_001)).toEqual(ALLOWED);
    expect(judgedAfter(99, -10 * FORGET_AFTER_MS)).toEqual(ALLOWED);
  });

  it('never waits longer than the rule, whatever the clock does', () => {
    const failures = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(
        failures,
        fc.maxSafeInteger(),
        fc.integer({ min: 1, max: 20 }),
        (k, then, free) => {
          const judged = judgeAttempt({ failures: k, lastFailureAtMs: then }, NOW, free);
          if (judged.verdict === 'allowed') return;
          expect(judged.retryAfterSeconds).toBeGreaterThanOrEqual(1);
          expect(judged.retryAfterSeconds * 1000).toBeLessThanOrEqual(waitMsAfter(k, free));
        },
      ),
    );
  });
});

describe('judgePolicyCalls', () => {
  const WINDOW_MS = 900_000;
  const callsAgo = (count: number, elapsedMs: number) =>
    Array.from({ length: count }, () => NOW - elapsedMs);

  it('allows 20 calls in 15 minutes and refuses the 21st', () => {
    let callsAtMs: readonly number[] = [];
    for (let call = 0; call < 20; call += 1) {
      const judged = judgePolicyCalls(callsAtMs, NOW + call);
      if (judged.verdict !== 'allowed') throw new Error(`call ${call + 1} was refused`);
      callsAtMs = judged.callsAtMs;
    }
    expect(callsAtMs).toEqual(Array.from({ length: 20 }, (_, call) => NOW + call));
    expect(judgePolicyCalls(callsAtMs, NOW + 20)).toEqual(waits(900));
    expect(judgePolicyCalls(callsAtMs, NOW + WINDOW_MS - 1)).toEqual(waits(1));
    // The first of them leaves the window, and one call has room.
    expect(judgePolicyCalls(callsAtMs, NOW + WINDOW_MS)).toEqual({
      verdict: 'allowed',
      callsAtMs: [...callsAtMs.slice(1), NOW + WINDOW_MS],
    });
  });

  it('drops a call of 15 minutes ago, not one of 1 ms less', () => {
    expect(judgePolicyCalls([NOW - WINDOW_MS], NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW],
    });
    expect(judgePolicyCalls([NOW - WINDOW_MS + 1], NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW - WINDOW_MS + 1, NOW],
    });
  });

  it('waits for as many calls to leave as are too many', () => {
    expect(judgePolicyCalls([...callsAgo(1, 800_000), ...callsAgo(19, 10_000)], NOW)).toEqual(
      waits(100),
    );
    expect(judgePolicyCalls([...callsAgo(2, 800_000), ...callsAgo(19, 10_000)], NOW)).toEqual(
      waits(100),
    );
    expect(judgePolicyCalls([...callsAgo(1, 800_000), ...callsAgo(20, 10_000)], NOW)).toEqual(
      waits(890),
    );
  });

  it('takes the calls in any order', () => {
    const calls = [...callsAgo(19, 10_000), ...callsAgo(1, 800_000)];
    expect(judgePolicyCalls(calls, NOW)).toEqual(waits(100));
  });

  it('survives a clock that went back: never a longer wait, nor one that lasts', () => {
    expect(judgePolicyCalls(callsAgo(20, -1), NOW)).toEqual(waits(900));
    expect(judgePolicyCalls(callsAgo(20, -WINDOW_MS), NOW)).toEqual(waits(900));
    expect(judgePolicyCalls(callsAgo(20, -WINDOW_MS - 1), NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW],
    });
    expect(judgePolicyCalls([NOW + 5, NOW - 5], NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW - 5, NOW, NOW + 5],
    });
  });
});
