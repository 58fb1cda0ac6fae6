import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEVICE_LIMIT,
  FORGET_AFTER_MS,
  isVoid,
  judgeAttempt,
  judgePolicyCalls,
  LOCKED_RETRY_AFTER_SECONDS,
  SESSION_LIMIT,
  type Series,
  STRANGER_LIMIT,
  seriesTag,
  UNDER_WAY_MAX_MS,
  waitMsAfter,
  waitsUntilMs,
} from '../../shared/credential/lockout.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const FREE = 5;
const ALLOWED = { verdict: 'allowed', isNewSeries: false };
const NEW_SERIES = { verdict: 'allowed', isNewSeries: true };
const FULL = { verdict: 'full' };

function seriesOf(failures: number, elapsedMs = 0): Series {
  const lastFailureAtMs = NOW - elapsedMs;
  return { failures, startedAtMs: NOW, lastFailureAtMs, underWay: [] };
}

function rule(freeAttempts = FREE) {
  return { nowMs: NOW, freeAttempts, limit: STRANGER_LIMIT };
}

/** Judges after that number of failures, the last of them so long ago. */
function judgedAfter(failures: number, elapsedMs: number, freeAttempts = FREE) {
  return judgeAttempt(seriesOf(failures, elapsedMs), rule(freeAttempts));
}

function waits(retryAfterSeconds: number) {
  return { verdict: 'wait', retryAfterSeconds };
}

it('holds the lockout limits of the contract', () => {
  expect(STRANGER_LIMIT).toBe(80);
  expect(DEVICE_LIMIT).toBe(10);
  expect(SESSION_LIMIT).toBe(10);
  expect(LOCKED_RETRY_AFTER_SECONDS).toBe(900);
  expect(FORGET_AFTER_MS).toBe(2_592_000_000);
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
  ])(
    'returns for %i failures with %i free attempts a wait of %i ms',
    (failures, free, expected) => {
      expect(waitMsAfter(failures, free)).toBe(expected);
    },
  );
});

describe('judgeAttempt', () => {
  it('allows attempts until the free ones are spent', () => {
    expect(judgeAttempt(undefined, rule())).toEqual(NEW_SERIES);
    for (const failures of [0, 1, 4]) expect(judgedAfter(failures, 0)).toEqual(ALLOWED);
    expect(judgedAfter(5, 0)).toEqual(waits(1));
    expect(judgedAfter(1, 0, 1)).toEqual(waits(1));
  });

  it.each([
    [5, 1_000],
    [6, 2_000],
    [14, 512_000],
    [15, 900_000],
    [79, 900_000],
  ])('ends the wait after %i failures at %i ms, not 1 ms earlier', (failures, waitMs) => {
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

  it('locks at the 80th failure for good', () => {
    expect(judgedAfter(79, FORGET_AFTER_MS - 1)).toEqual(ALLOWED);
    for (const elapsedMs of [0, 900_000, FORGET_AFTER_MS, 100 * FORGET_AFTER_MS]) {
      expect(judgedAfter(80, elapsedMs)).toEqual(FULL);
    }
    // As 1.0 counted, which locked at 100.
    expect(judgedAfter(100, 900_000)).toEqual(FULL);
  });

  it('locks by verified failures only and starts no attempt beyond the limit', () => {
    const underWay = [{ id: 'a', atMs: NOW - 1 }];
    const judged = (elapsedMs: number) =>
      judgeAttempt({ ...seriesOf(80, elapsedMs), underWay }, rule());
    expect(judged(0)).toEqual(waits(1));
    expect(judged(900_000)).toEqual(waits(1));
    const atMs = NOW - UNDER_WAY_MAX_MS;
    const lost = { ...seriesOf(80), underWay: [{ id: 'a', atMs }] };
    expect(judgeAttempt(lost, rule())).toEqual(FULL);
    const settling = { ...seriesOf(80), underWay: [{ id: 'a', atMs: atMs + 1 }] };
    expect(judgeAttempt(settling, rule())).toEqual(waits(1));
  });

  it('ignores a series that began before the last reset, change or creation', () => {
    const user = (attemptsClearedAtMs: number) => ({ attemptsClearedAtMs, waitsEnded: [] });
    expect(judgeAttempt(seriesOf(80), rule(), user(NOW))).toEqual(NEW_SERIES);
    expect(judgeAttempt(seriesOf(6), rule(), user(NOW + 1))).toEqual(NEW_SERIES);
    expect(judgeAttempt(seriesOf(80), rule(), user(NOW - 1))).toEqual(FULL);
    expect(isVoid(seriesOf(80), undefined)).toBe(false);
  });

  it('allows one attempt more after an unlock ended the wait, but ends no lock', () => {
    const ended = { attemptsClearedAtMs: 0, waitsEnded: [seriesTag(seriesOf(20))] };
    expect(judgeAttempt(seriesOf(20), rule(), ended)).toEqual(ALLOWED);
    expect(judgeAttempt(seriesOf(21), rule(), ended)).toEqual(waits(900));
    const locked = { attemptsClearedAtMs: 0, waitsEnded: [seriesTag(seriesOf(80))] };
    expect(judgeAttempt(seriesOf(80), rule(), locked)).toEqual(FULL);
  });

  it('returns the time at which a wait ends', () => {
    const user = { attemptsClearedAtMs: 0, waitsEnded: [] };
    expect(waitsUntilMs(seriesOf(7, 1000), user, rule())).toBe(NOW + 3000);
    expect(waitsUntilMs(seriesOf(7, 4000), user, rule())).toBeUndefined();
  });

  it('forgets a series 30 days after its last failure, not 1 ms earlier', () => {
    for (const failures of [1, 5, 79]) {
      expect(judgedAfter(failures, FORGET_AFTER_MS - 1)).toEqual(ALLOWED);
      expect(judgedAfter(failures, FORGET_AFTER_MS)).toEqual(NEW_SERIES);
    }
  });

  it('counts a failure in the future as now, since instance clocks differ', () => {
    expect(judgedAfter(7, -1)).toEqual(waits(4));
    expect(judgedAfter(7, -4_000)).toEqual(waits(4));
    expect(judgedAfter(4, -1)).toEqual(ALLOWED);
    expect(judgedAfter(80, -1)).toEqual(FULL);
  });

  it('attributes a failure further ahead than its wait to a wrong clock', () => {
    expect(judgedAfter(7, -4_001)).toEqual(ALLOWED);
    expect(judgedAfter(79, -900_000)).toEqual(waits(900));
    expect(judgedAfter(79, -900_001)).toEqual(ALLOWED);
    expect(judgedAfter(79, -10 * FORGET_AFTER_MS)).toEqual(ALLOWED);
  });

  it('never waits longer than the rule, whatever the clock does', () => {
    const failures = fc.integer({ min: 0, max: 79 });
    fc.assert(
      fc.property(
        failures,
        fc.maxSafeInteger(),
        fc.integer({ min: 1, max: 20 }),
        (k, then, free) => {
          const judged = judgeAttempt({ ...seriesOf(k), lastFailureAtMs: then }, rule(free));
          if (judged.verdict !== 'wait') return;
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

  it('allows 20 calls in 15 minutes and rejects the 21st', () => {
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

  it('drops a call 15 minutes old, not one 1 ms younger', () => {
    expect(judgePolicyCalls([NOW - WINDOW_MS], NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW],
    });
    expect(judgePolicyCalls([NOW - WINDOW_MS + 1], NOW)).toEqual({
      verdict: 'allowed',
      callsAtMs: [NOW - WINDOW_MS + 1, NOW],
    });
  });

  it('waits until as many calls have aged as exceed the limit', () => {
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

  it('accepts the calls in any order', () => {
    const calls = [...callsAgo(19, 10_000), ...callsAgo(1, 800_000)];
    expect(judgePolicyCalls(calls, NOW)).toEqual(waits(100));
  });

  it('never waits longer than 15 minutes after the clock went back', () => {
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
