/**
 * Runs the work of each item with a bounded number in flight. After the first failure no work is
 * begun, and the failure is thrown when the work under way has ended.
 */
export async function concurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
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
