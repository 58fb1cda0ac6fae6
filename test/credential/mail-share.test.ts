import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noteNotices, noticesLeft, type SentMinute } from '../../shared/credential/mail-share.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Plays runs with these waits between them, each of which sends all that it may. */
function play(perHour: number, waits: readonly number[]): readonly number[] {
  let nowMs = 1_000_000_000_000;
  let sent: readonly SentMinute[] = [];
  return waits.flatMap((waitMs) => {
    nowMs += waitMs;
    const count = noticesLeft(perHour, sent, nowMs);
    sent = noteNotices(sent, count, nowMs);
    expect(sent.length).toBeLessThanOrEqual(61);
    return Array<number>(count).fill(nowMs);
  });
}

/** Returns the most that went in any time of this length. */
function most(times: readonly number[], ms: number): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((time) => time >= from && time < from + ms).length),
  );
}

it('leaves a fifth of every hour and every minute, whenever the timer runs', () => {
  const waits = fc.array(fc.integer({ min: 1, max: 20 * MINUTE_MS }), { maxLength: 40 });
  fc.assert(
    fc.property(waits, fc.constantFrom(5, 10, 100, 1000), (played, perHour) => {
      const times = play(perHour, played);
      expect(most(times, HOUR_MS)).toBeLessThanOrEqual((perHour * 4) / 5);
      expect(most(times, MINUTE_MS)).toBeLessThanOrEqual(Math.max(1, perHour * 0.24));
    }),
  );
});

it('lets 24 notices go in a minute and 80 in an hour at 100 an hour', () => {
  const times = play(100, Array(480).fill(15_000));
  expect(most(times, MINUTE_MS)).toBe(24);
  expect(most(times, HOUR_MS)).toBe(80);
  expect(times.length).toBeGreaterThan(150);
});
