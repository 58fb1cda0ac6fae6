import { describe, expect, it } from 'vitest';
import {
  type AddressHistory,
  earlierTerms,
  followAddresses,
  isSameAddress,
  NO_ADDRESS_HISTORY,
  trustedAddresses,
} from '../../shared/credential/address.ts';

/** The history of a user who has these addresses from this moment on. */
function changed(
  addressHistory: AddressHistory,
  nowMs: number,
  email?: string,
  secondEmail?: string,
): AddressHistory {
  return followAddresses({ email, secondEmail, addressHistory }, nowMs);
}

const DAY_MS = 86_400_000;

describe('the history of addresses', () => {
  it('says of each address since when it is in force and whether it was the first', () => {
    const one = changed(NO_ADDRESS_HISTORY, 1, 'a@x.eu', 'b@x.eu');
    expect(one.terms).toEqual([
      { address: 'a@x.eu', sinceMs: 1, isFirst: true },
      { address: 'b@x.eu', sinceMs: 1, isFirst: true },
    ]);
    expect(changed(one, 2, 'a@x.eu', 'c@x.eu').terms).toEqual([
      { address: 'a@x.eu', sinceMs: 1, isFirst: true },
      { address: 'c@x.eu', sinceMs: 2, isFirst: false },
      { address: 'b@x.eu', sinceMs: 1, untilMs: 2, isFirst: true },
    ]);
  });

  it('follows an address that moves between email and secondEmail', () => {
    const one = changed(NO_ADDRESS_HISTORY, 1, 'a@x.eu');
    expect(changed(one, 2, 'b@x.eu', 'a@x.eu').terms[0]).toMatchObject({ sinceMs: 1 });
  });

  it('remembers for ever that there was an address, though not which', () => {
    const gone = changed(changed(NO_ADDRESS_HISTORY, 1, 'a@x.eu'), 2);
    const later = changed(gone, 20 * DAY_MS);
    expect(later).toEqual({ terms: [], hadAny: true });
    expect(changed(later, 21 * DAY_MS, 'b@x.eu').terms[0]?.isFirst).toBe(false);
  });

  it('keeps the four that were in force longest, however many an intruder sets', () => {
    let history = changed(NO_ADDRESS_HISTORY, 0, 'owner@x.eu');
    for (let turn = 0; turn < 6; turn += 1) {
      history = changed(history, 1000 + turn * (turn + 1), `intruder${turn}@x.eu`);
    }
    const earlier = earlierTerms(history, 2000).map(({ address }) => address);
    expect(earlier).toHaveLength(4);
    expect(earlier[0]).toBe('owner@x.eu');
    expect(earlier).not.toContain('intruder0@x.eu');
  });

  it('ends 14 days after an address left, to the millisecond', () => {
    const history = changed(changed(NO_ADDRESS_HISTORY, 0, 'a@x.eu'), 10);
    expect(earlierTerms(history, 10 + 14 * DAY_MS - 1)).toHaveLength(1);
    expect(earlierTerms(history, 10 + 14 * DAY_MS)).toHaveLength(0);
  });
});

describe('the addresses that get freeze links', () => {
  it('are those that were in force for a day, to the millisecond, earlier ones too', () => {
    const old = changed(NO_ADDRESS_HISTORY, 0, 'owner@x.eu');
    const taken = changed(old, 30 * DAY_MS, 'intruder@x.eu');
    expect(trustedAddresses(taken, 30 * DAY_MS)).toEqual(['owner@x.eu']);
    expect(trustedAddresses(taken, 31 * DAY_MS - 1)).toEqual(['owner@x.eu']);
    expect(trustedAddresses(taken, 31 * DAY_MS)).toEqual(['intruder@x.eu', 'owner@x.eu']);
    const short = changed(changed(taken, 30 * DAY_MS + 1, 'c@x.eu'), 30 * DAY_MS + 2);
    expect(trustedAddresses(short, 30 * DAY_MS + 2)).toEqual(['owner@x.eu']);
  });

  it('include the first address ever at once, and of two set together the email alone', () => {
    const both = changed(NO_ADDRESS_HISTORY, 5, 'main@x.eu', 'second@x.eu');
    expect(trustedAddresses(both, 5)).toEqual(['main@x.eu']);
    expect(trustedAddresses(both, 5 + DAY_MS)).toEqual(['main@x.eu', 'second@x.eu']);
    const gone = changed(changed(NO_ADDRESS_HISTORY, 1, 'a@x.eu'), 2);
    const anew = changed(gone, 40 * DAY_MS, 'b@x.eu');
    expect(trustedAddresses(anew, 40 * DAY_MS)).toEqual([]);
  });
});

describe('two addresses', () => {
  it('are the same in any case, and none is the same as none', () => {
    expect(isSameAddress('A@x.eu', 'a@X.eu')).toBe(true);
    expect(isSameAddress('a@x.eu', 'b@x.eu')).toBe(false);
    expect(isSameAddress(undefined, undefined)).toBe(false);
  });
});
