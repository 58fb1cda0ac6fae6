import type { Clock } from '../port/clock.ts';
import type { SignInOrigin } from '../port/telemetry.ts';

/** The window of the alert on a spray (infra/app/alert/spray.kql). */
export const SPREAD_WINDOW_MS = 15 * 60_000;
/** The number of remembered pairs of a name and a network: some 100 KB, and a spray fills them. */
export const SPREAD_LIMIT = 1000;

/** The spread of the refused sign-ins of the last minutes, as counts of distinct pseudonyms. */
export interface SpreadCounts {
  readonly names: number;
  readonly networks: number;
  /** The most names that one network tried. */
  readonly names_of_one_network: number;
  /** The most networks that tried one name. */
  readonly networks_of_one_name: number;
}

export interface Spread {
  add(origin: SignInOrigin): void;
  /**
   * Counts the spread.
   * @returns undefined if no sign-in was refused within {@link SPREAD_WINDOW_MS}
   */
  count(): SpreadCounts | undefined;
}

function add(sets: Map<string, Set<string>>, key: string, member: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(member));
}

const mostOf = (sets: Map<string, Set<string>>) =>
  Math.max(...[...sets.values()].map(({ size }) => size));

/** Creates the memory of the newest {@link SPREAD_LIMIT} pairs, in this process alone. */
export function createSpread(clock: Clock): Spread {
  /** By pair, the one that was refused last at the end. */
  const seen = new Map<string, SignInOrigin & { readonly atMs: number }>();
  return {
    add(origin) {
      const pair = `${origin.network} ${origin.name}`;
      seen.delete(pair);
      seen.set(pair, { ...origin, atMs: clock.now() });
      const [oldest] = seen.keys();
      if (seen.size > SPREAD_LIMIT && oldest !== undefined) seen.delete(oldest);
    },
    count() {
      const nowMs = clock.now();
      const namesOf = new Map<string, Set<string>>();
      const networksOf = new Map<string, Set<string>>();
      for (const [pair, { name, network, atMs }] of seen) {
        if (nowMs - atMs >= SPREAD_WINDOW_MS) {
          seen.delete(pair);
          continue;
        }
        add(namesOf, network, name);
        add(networksOf, name, network);
      }
      if (seen.size === 0) return undefined;
      return {
        names: networksOf.size,
        networks: namesOf.size,
        names_of_one_network: mostOf(namesOf),
        networks_of_one_name: mostOf(networksOf),
      };
    },
  };
}
