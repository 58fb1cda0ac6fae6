import { expect, it } from 'vitest';
import { EventQueue } from './simulate/event-queue.ts';
import { type MorningOptions, simulateMorning } from './simulate/morning.ts';

/** The simulation behind DESIGN.md, where the answer is known without one. */

const QUIET: MorningOptions = {
  users: 100,
  spreadSeconds: 100_000,
  hashSeconds: 0.2,
  processors: 1,
  concurrency: 1,
  startSeconds: 0,
  storeSeconds: 0.01,
  seed: 1,
};
const WAY_SECONDS = 0.2 + 3 * 0.01;

it('takes events in the order of their times, whatever order they came in', () => {
  const queue = new EventQueue<string>();
  for (const at of [5, 1, 4, 1, 3, 2]) queue.add(at, `at ${at}`);
  const taken: number[] = [];
  for (let next = queue.takeUntil(4); next; next = queue.takeUntil(4)) taken.push(next.at);
  expect(taken).toEqual([1, 1, 2, 3, 4]);
  expect(queue.takeUntil(5)?.value).toBe('at 5');
  expect(queue.takeUntil(Number.POSITIVE_INFINITY)).toBeUndefined();
});

it('lets everybody in, and alone nobody waits: a hash, and three calls of the store', () => {
  const { durationsSeconds } = simulateMorning(QUIET);
  expect(durationsSeconds).toHaveLength(100);
  for (const duration of durationsSeconds) expect(duration).toBeCloseTo(WAY_SECONDS, 9);
});

it('bills at least a second for whoever comes alone', () => {
  expect(simulateMorning(QUIET).billedSeconds).toBeCloseTo(100, 9);
});

it('hashes in turn on one thread, and side by side on two', () => {
  const crowd = { ...QUIET, users: 2, spreadSeconds: 0.000001, concurrency: 2 };
  const longest = (processors: number) =>
    simulateMorning({ ...crowd, processors }).durationsSeconds.at(-1);
  expect(longest(1)).toBeCloseTo(0.2 + WAY_SECONDS, 4);
  expect(longest(2)).toBeCloseTo(WAY_SECONDS, 4);
});

it('needs the processors that the arithmetic says, at least, and is the same each time', () => {
  const busy = { ...QUIET, users: 20_000, spreadSeconds: 600, concurrency: 4, startSeconds: 2 };
  const morning = simulateMorning(busy);
  expect(morning.peakInstances).toBeGreaterThanOrEqual(Math.floor(morning.peakRate * 0.2));
  expect(simulateMorning(busy)).toEqual(morning);
});
