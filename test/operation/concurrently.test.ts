import { expect, it } from 'vitest';
import { concurrently } from '../../shared/operation/concurrently.ts';
import { each } from '../fixture/archive.ts';

const NUMBERS = Array.from({ length: 20 }, (_, index) => index);

it('processes every item and never more at once than the limit', async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await concurrently(each(NUMBERS), 3, async (number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(number);
  });
  expect(done.toSorted((one, other) => one - other)).toEqual(NUMBERS);
  expect(most).toBe(3);
});

it('starts nothing after a failure, finishes running items, and throws it', async () => {
  const begun: number[] = [];
  let ended = 0;
  const work = concurrently(each(NUMBERS), 3, async (number) => {
    begun.push(number);
    await new Promise(setImmediate);
    if (number === 1) throw new Error('the second failed');
    await new Promise(setImmediate);
    ended += 1;
  });
  await expect(work).rejects.toThrow('the second failed');
  expect(begun.length).toBeLessThanOrEqual(4);
  expect(ended).toBe(begun.length - 1);
});

it('throws what the list of items throws', async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield 1;
    throw new Error('no more');
  }
  await expect(concurrently(failing(), 2, async () => {})).rejects.toThrow('no more');
});
