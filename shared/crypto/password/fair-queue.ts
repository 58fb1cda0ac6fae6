import type { ClientNetwork } from '../../port/hasher.ts';

/** A network with the networks inside it, and the number of slots that they hold together. */
interface Holder {
  held: number;
  readonly inner: Map<string, Holder>;
}

/** Counts the slots that are served before the next one of a network, when networks take turns. */
function aheadIn(holder: Holder | undefined, [name, ...rest]: ClientNetwork): number {
  if (holder === undefined) return 0;
  if (name === undefined) return holder.held;
  const own = aheadIn(holder.inner.get(name), rest);
  const others = [...holder.inner].filter(([other]) => other !== name);
  // Each other one has as many turns before it as its own network, and one.
  return others.reduce((sum, [, { held }]) => sum + Math.min(held, own + 1), own);
}

/**
 * A count of slots by network, each in the larger networks around it.
 *
 * Some of the slots are kept for networks that hold less than their share. The share of an
 * outermost network is an equal part of all slots, as if one more were there; the share of an inner
 * one is an equal part of the share around it. The kept slots have one slice for each level. A
 * flood from one innermost network gets no slice. One from many of them gets as many slices as it
 * has levels to itself, and never the last: a flood from a whole /32 leaves that to all other /32.
 */
export class FairSlots {
  readonly #total: number;
  readonly #kept: number;
  readonly #all: Holder = { held: 0, inner: new Map() };

  constructor(total: number, kept: number) {
    this.#total = total;
    this.#kept = kept;
  }

  get taken(): number {
    return this.#all.held;
  }

  take(network: ClientNetwork): boolean {
    if (this.#total - this.taken <= this.#keptFrom(network)) return false;
    this.#add(network, 1);
    return true;
  }

  /** Counts the slots that are served before the next one of this network. */
  ahead(network: ClientNetwork): number {
    return aheadIn(this.#all, network);
  }

  free(network: ClientNetwork): void {
    this.#add(network, -1);
  }

  /** Counts the kept slots that this network may not have. */
  #keptFrom(network: ClientNetwork): number {
    let holder: Holder | undefined = this.#all;
    let share = this.#total;
    let fullLevels = 0;
    for (const [level, name] of network.entries()) {
      const inner: Holder | undefined = holder?.inner.get(name);
      const known = (holder?.inner.size ?? 0) + (inner === undefined ? 1 : 0);
      // The share of one among many networks is still one slot.
      share = Math.max(1, Math.floor(share / (level === 0 ? known + 1 : known)));
      if ((inner?.held ?? 0) >= share) fullLevels = level + 1;
      holder = inner;
    }
    return Math.ceil((this.#kept * fullLevels) / network.length);
  }

  #add(network: ClientNetwork, count: 1 | -1): void {
    let holder = this.#all;
    holder.held += count;
    for (const name of network) {
      const inner = holder.inner.get(name) ?? { held: 0, inner: new Map() };
      inner.held += count;
      if (inner.held > 0) holder.inner.set(name, inner);
      else holder.inner.delete(name);
      holder = inner;
    }
  }
}

/**
 * The tasks that wait, by a path: the kind of caller, then the network or user. Those of one kind
 * take turns, and in each turn those inside do; within the innermost, tasks start in the order in
 * which they arrived. A flood delays itself, and others by one task each. A part of which no task
 * may start yet keeps its turn. {@link FairSlots.ahead} counts by the same turns.
 */
export class TurnQueue<Task> {
  readonly #tasks: Task[] = [];
  readonly #inner = new Map<string, TurnQueue<Task>>();
  readonly #lasting: ReadonlySet<string>;

  /** @param lasting the names that keep their turn while nothing waits there */
  constructor(lasting: readonly string[] = []) {
    this.#lasting = new Set(lasting);
    for (const name of lasting) this.#inner.set(name, new TurnQueue<Task>());
  }

  push([name, ...rest]: readonly string[], task: Task): void {
    if (name === undefined) {
      this.#tasks.push(task);
      return;
    }
    const queue = this.#inner.get(name) ?? new TurnQueue<Task>();
    this.#inner.set(name, queue);
    queue.push(rest, task);
  }

  /**
   * Removes the next task that may start.
   * @returns undefined if none may
   */
  shift(mayStart: (task: Task) => boolean): Task | undefined {
    // A map keeps the order of insertion: the network that had its turn moves to the end.
    for (const [name, queue] of this.#inner) {
      const task = queue.shift(mayStart);
      if (task === undefined) continue;
      this.#inner.delete(name);
      if (!queue.isEmpty || this.#lasting.has(name)) this.#inner.set(name, queue);
      return task;
    }
    const index = this.#tasks.findIndex(mayStart);
    return index === -1 ? undefined : this.#tasks.splice(index, 1)[0];
  }

  get isEmpty(): boolean {
    return this.#tasks.length === 0 && this.#inner.size === 0;
  }
}
