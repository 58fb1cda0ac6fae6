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
