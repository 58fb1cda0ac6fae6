/**
 * Works a list off with a bounded number in flight. After the first failure nothing new is begun,
 * and it is thrown when what was under way has ended.
 */
export async function concurrently<Item>(
  items: AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let isOver = false;
  const run = async () => {
    try {
      while (!isOver) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        await work(value);
      }
    } finally {
      isOver = true;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, run));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
