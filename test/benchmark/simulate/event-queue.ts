/** What is to happen, by time: a binary heap. */
interface Entry<Value> {
  readonly at: number;
  readonly value: Value;
}

export class EventQueue<Value> {
  readonly #heap: Entry<Value>[] = [];

  add(at: number, value: Value): void {
    const heap = this.#heap;
    const entry = { at, value };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Entry<Value>;
      if (above.at <= at) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  /** The earliest, unless it is later than `limit`. */
  takeUntil(limit: number): Entry<Value> | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.at > limit) return undefined;
    const last = heap.pop() as Entry<Value>;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry<Value>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const [left, right] = [heap[child] as Entry<Value>, heap[child + 1]];
      if (right !== undefined && right.at < left.at) child += 1;
      const below = heap[child] as Entry<Value>;
      if (below.at >= entry.at) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = entry;
  }
}
