import { describe, expect, it } from 'vitest';
import { FairSlots } from '../../shared/crypto/password/fair-queue.ts';
import { HASH_WAITING_LIMIT } from '../../shared/crypto/password/hash-queue.ts';
import { clientNetwork } from '../../shared/http/client-network.ts';

const THREADS = 1;
const TOTAL = THREADS + HASH_WAITING_LIMIT;
const KEPT = HASH_WAITING_LIMIT / 4;
/** More networks than there are slots. */
const MANY = 200;

const open = () => new FairSlots(TOTAL, KEPT);
const at = (address: string) => clientNetwork(address, 0);

/** Spots that a sequence of callers is given. */
function taken(slots: FairSlots, count: number, addressOf: (n: number) => string): number {
  let given = 0;
  for (let n = 0; n < count; n += 1) if (slots.take(at(addressOf(n)))) given += 1;
  return given;
}

const FLOODS: readonly (readonly [string, (n: number) => string, number])[] = [
  ['one address', () => '198.51.100.7', KEPT],
  ['one /56', (n) => `2001:db8:1:2300::${n.toString(16)}`, KEPT],
  ['one /48', (n) => `2001:db8:1:${(n << 8).toString(16)}::1`, 6],
  ['one /32', (n) => `2001:db8:${n.toString(16)}::1`, 3],
  ['one /16', (n) => `198.51.${n}.7`, KEPT / 2],
];

describe('fair shares of slots', () => {
  it.each(FLOODS)('keep slots free for another network in a flood from %s', (_, flood, left) => {
    const slots = open();
    expect(taken(slots, MANY, flood)).toBe(TOTAL - left);
    expect(taken(slots, MANY, () => '2001:db9::1')).toBe(left);
    expect(slots.take(at('203.0.113.1'))).toBe(false);
  });

  it('shrink as other networks leave, so a flood keeps only its share', () => {
    const slots = open();
    taken(slots, MANY, (n) => `2001:db8:${n.toString(16)}::1`);
    taken(slots, MANY, () => '203.0.113.1');
    slots.free(at('203.0.113.1'));
    expect(slots.take(at('2001:db8:ffff::1'))).toBe(false);
    expect(slots.take(at('203.0.113.1'))).toBe(true);
  });

  it('serve neighbours in the same /16, /32 and /48 while one network floods', () => {
    for (const [flood, neighbour] of [
      ['198.51.100.7', '198.51.101.7'],
      ['2001:db8:1:2300::1', '2001:db8:2::1'],
      ['2001:db8:1:2300::1', '2001:db8:1:2400::1'],
    ] as const) {
      const slots = open();
      taken(slots, MANY, () => flood);
      expect(slots.take(at(neighbour)), neighbour).toBe(true);
    }
  });

  it('withstand two floods, each from all of a /32', () => {
    const slots = open();
    taken(slots, MANY, (n) => `2001:${n % 2 === 0 ? 'db8' : 'db9'}:${n.toString(16)}::1`);
    expect(taken(slots, 3, () => '203.0.113.1')).toBe(3);
  });

  // What is promised ends here: SECURITY.md says so.
  it('are exhausted by an attacker with more large networks than slots', () => {
    const slots = open();
    expect(taken(slots, MANY, (n) => `${n + 1}.51.100.7`)).toBe(TOTAL);
    expect(slots.take(at('2001:db8::1'))).toBe(false);
  });

  it('do not limit a network while slots are spare', () => {
    expect(taken(open(), TOTAL - KEPT, () => '203.0.113.1')).toBe(TOTAL - KEPT);
  });
});

describe('the turns before the next slot of a network', () => {
  it('count each other network once for each of its own, and once more', () => {
    const slots = open();
    for (let n = 0; n < 5; n += 1) slots.take(['flood']);
    slots.take(['b']);
    expect(slots.ahead(['flood'])).toBe(6);
    expect(slots.ahead(['b'])).toBe(3);
    expect(slots.ahead(['c'])).toBe(2);
  });

  it('count a network of many addresses as one', () => {
    const slots = open();
    for (let n = 0; n < 10; n += 1) slots.take(at(`2001:db8:${n}::1`));
    expect(slots.ahead(at('2001:db9::1'))).toBe(1);
    expect(slots.ahead(at('2001:db8:f::1'))).toBe(10);
    expect(slots.ahead(at('2001:db8:1::1'))).toBe(10);
  });
});
