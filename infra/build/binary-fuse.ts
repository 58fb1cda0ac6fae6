import {
  type FuseGeometry,
  type FuseProbe,
  fuseGeometry,
  fuseProbe,
  slotCount,
} from '../../shared/credential/binary-fuse.ts';

/** A seed fails for a few sets in a hundred; so many in a row mean that a key is there twice. */
const MAX_SEEDS = 100;

export interface BuiltFuse {
  readonly seed: number;
  readonly geometry: FuseGeometry;
  readonly slots: Uint16Array;
}

/**
 * Builds the filter of the keys, which must be different. The same keys in the same order give
 * the same filter: seeds are tried from 0 on.
 * @throws {Error} no seed works
 */
export function buildFuse(keys: readonly string[]): BuiltFuse {
  const geometry = fuseGeometry(keys.length);
  for (let seed = 0; seed < MAX_SEEDS; seed += 1) {
    const probes = keys.map((key) => fuseProbe(key, seed, geometry));
    const order = peel(probes, slotCount(geometry));
    if (order !== undefined) {
      return { seed, geometry, slots: assign(probes, order, slotCount(geometry)) };
    }
  }
  throw new Error('the filter cannot be built: a key is there twice');
}

/** A key and the slot that no key peeled after it has. */
interface Peeled {
  readonly probe: FuseProbe;
  readonly slot: number;
}

/**
 * Takes away, again and again, a key that is alone in one of its slots (the paper's section 3).
 * Undefined when keys are left over that are alone nowhere.
 */
function peel(probes: readonly FuseProbe[], slots: number): Peeled[] | undefined {
  const keysOf = new Uint32Array(slots);
  // The xor of the indices of a slot's keys: once one key is left, it is that key's index.
  const indexOf = new Uint32Array(slots);
  for (const [index, probe] of probes.entries()) {
    for (const slot of probe.slots) toggle(slot, index, 1);
  }
  const alone = Array.from(keysOf.keys()).filter((slot) => keysOf[slot] === 1);
  const order: Peeled[] = [];
  for (let slot = alone.pop(); slot !== undefined; slot = alone.pop()) {
    if (keysOf[slot] !== 1) continue;
    const index = indexOf[slot] ?? 0;
    const probe = probes[index];
    if (probe === undefined) throw new Error('a slot names a key that is not there');
    order.push({ probe, slot });
    for (const other of probe.slots) {
      toggle(other, index, -1);
      if (keysOf[other] === 1) alone.push(other);
    }
  }
  return order.length === probes.length ? order : undefined;

  function toggle(slot: number, index: number, change: 1 | -1): void {
    keysOf[slot] = (keysOf[slot] ?? 0) + change;
    indexOf[slot] = (indexOf[slot] ?? 0) ^ index;
  }
}

/** Last peeled first: a key's own slot is set when its other two have their final values. */
function assign(probes: readonly FuseProbe[], order: readonly Peeled[], slots: number) {
  const values = new Uint16Array(slots);
  for (let turn = probes.length - 1; turn >= 0; turn -= 1) {
    const peeled = order[turn];
    if (peeled === undefined) continue;
    let value = peeled.probe.fingerprint;
    for (const slot of peeled.probe.slots) value ^= values[slot] ?? 0;
    values[peeled.slot] = value;
  }
  return values;
}
