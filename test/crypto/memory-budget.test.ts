import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../shared/crypto/password/memory-budget.ts';

/** Foreign hashes that take much memory are computed one after the other. */

function stage(totalKiB: number) {
  const budget = new MemoryBudget(totalKiB);
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const begin = (name: string, kib: number) =>
    budget.run(kib, () => {
      started.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
      });
    });
  const end = (name: string, error?: Error) => ends.get(name)?.(error);
  return { begin, end, started };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a memory budget', () => {
  it('starts work in its order, as far as the memory goes', async () => {
    const { begin, end, started } = stage(100);
    const all = [begin('a', 60), begin('b', 40), begin('c', 1), begin('d', 60), begin('none', 0)];
    await turn();
    expect(started).toEqual(['none', 'a', 'b']);
    end('a');
    await turn();
    expect(started).toEqual(['none', 'a', 'b', 'c']);
    end('b');
    await turn();
    expect(started).toEqual(['none', 'a', 'b', 'c', 'd']);
    for (const name of ['c', 'd', 'none']) end(name);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'none']);
  });

  it('has the memory of work that failed again', async () => {
    const { begin, end, started } = stage(100);
    const first = begin('a', 100);
    const second = begin('b', 100);
    await turn();
    end('a', new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    await turn();
    expect(started).toEqual(['a', 'b']);
    end('b');
    await second;
  });
});
