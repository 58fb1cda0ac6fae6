import { describe, expect, it } from 'vitest';
import { createSpread, SPREAD_LIMIT, SPREAD_WINDOW_MS } from '../../shared/telemetry/spread.ts';

/** Checks that a spray shows in a metric, without a name and without an address. */

function start() {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs };
  return { clock, spread: createSpread(clock) };
}

describe('the spread of refused sign-ins', () => {
  it('counts many names that one network tries', () => {
    const { spread } = start();
    for (const name of ['a', 'b', 'c']) spread.add({ name, network: 'n' });
    spread.add({ name: 'a', network: 'm' });
    expect(spread.count()).toEqual({
      names: 3,
      networks: 2,
      names_of_one_network: 3,
      networks_of_one_name: 2,
    });
  });

  it('counts a stuck client once, however often it tries', () => {
    const { spread } = start();
    for (let tries = 0; tries < 100; tries += 1) spread.add({ name: 'a', network: 'n' });
    expect(Object.values(spread.count() ?? {})).toEqual([1, 1, 1, 1]);
  });

  it('forgets a pair when it was refused last a window ago, and not a millisecond before', () => {
    const { clock, spread } = start();
    spread.add({ name: 'a', network: 'n' });
    clock.nowMs += SPREAD_WINDOW_MS - 1;
    expect(spread.count()?.names).toBe(1);
    clock.nowMs += 1;
    expect(spread.count()).toBeUndefined();
  });

  it('keeps the newest pairs where a flood brings more than the limit', () => {
    const { spread } = start();
    spread.add({ name: 'old', network: 'old' });
    for (let name = 0; name < SPREAD_LIMIT; name += 1) {
      spread.add({ name: String(name), network: 'n' });
    }
    expect(spread.count()).toMatchObject({ names: SPREAD_LIMIT, networks: 1 });
  });
});
