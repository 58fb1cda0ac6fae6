/** Measures a search, a filtered list of events and the counts of a tenant as users grow. */
import type { Tenant, UserId } from '../../../shared/credential/name.ts';
import type { User } from '../../../shared/credential/user.ts';
import { countUsers } from '../../../shared/operation/count-users.ts';
import { listEvents } from '../../../shared/operation/list-events.ts';
import { searchUsers } from '../../../shared/operation/search-users.ts';
import { median, type Part, spread } from '../part.ts';
import type { Citizen } from './population.ts';
import { type Cost, costOf, NOW_MS, onPopulation, type Stage } from './stage.ts';

const TENANT = 'big.example' as Tenant;
const LIMIT = 50;
const ROUNDS = 7;
/** CONTRACT.md `GET /api/users/summary`. */
const SUMMARY_QUERIES_MAX = 20;
const MINUTE_MS = 60_000;

/** Names of the lookups, in the order in which they are made. */
const LOOKUPS = ['search, one word', 'search, two words', 'events', 'summary'] as const;
type Lookup = (typeof LOOKUPS)[number];

function* citizens(users: number): Generator<Citizen> {
  for (let index = 0; index < users; index += 1) {
    const displayName = `Given${index % 97} Family${index % 991}`;
    yield { tenant: TENANT, expiresAtMs: undefined, foundBy: { displayName } };
  }
}

/** The middle page of a search, the newest page of events in a span, and a count. */
function lookupsOn({ stores }: Stage, users: number) {
  const principal = {
    user: { value: { tenant: TENANT } as User, etag: '', authorityStamp: undefined, words: [] },
    use: 'access',
  } as const;
  let nowMs = NOW_MS;
  const dependencies = {
    ...stores,
    clock: { now: () => nowMs },
    pause: async () => {},
    cursors: { seal: async (text: string) => text, open: async (text: string) => text },
  };
  const page = { principal, limit: LIMIT, after: undefined };
  const filter = {
    types: ['user.created' as const, 'user.updated' as const],
    actorId: '0'.repeat(26) as UserId,
    toMs: NOW_MS - users / 2,
  };
  return {
    'search, one word': () => searchUsers(dependencies, { ...page, filter: {}, text: 'given5' }),
    'search, two words': () =>
      searchUsers(dependencies, { ...page, filter: {}, text: 'given5 family77' }),
    events: () => listEvents(dependencies, { ...page, filter }),
    summary: () => {
      nowMs += MINUTE_MS;
      return countUsers(dependencies, { principal });
    },
  } satisfies Record<Lookup, () => Promise<unknown>>;
}

export type LookupCosts = Readonly<Record<Lookup, readonly Cost[]>>;

export function measureLookups(users: number): Promise<LookupCosts> {
  return onPopulation(citizens(users), async (stage) => {
    const lookups = lookupsOn(stage, users);
    const costs: Record<Lookup, Cost[]> = {
      ...{ 'search, one word': [], 'search, two words': [], events: [], summary: [] },
    };
    for (const name of LOOKUPS) {
      for (let round = 0; round <= ROUNDS; round += 1) {
        const cost = await costOf(stage.meter, lookups[name]);
        // The first one warms both processes.
        if (round > 0) costs[name].push(cost);
      }
    }
    return costs;
  });
}

const only = (sample: readonly number[]) => [...new Set(sample)].join(' or ');
const number = (value: number) => value.toLocaleString('en');
const callsOf = (costs: readonly Cost[]) => costs.map(({ calls }) => calls);
const rowsOf = (costs: readonly Cost[]) => costs.map(({ rows }) => rows);

export function lookupTargets(measured: ReadonlyMap<number, LookupCosts>): Part['targets'] {
  const all = [...measured.values()];
  const same = (['search, one word', 'events'] as const).map((name) => {
    const costs = all.flatMap((each) => each[name]);
    const isFlat = new Set(callsOf(costs)).size === 1 && new Set(rowsOf(costs)).size === 1;
    const text = `${name}: a page of ${LIMIT} costs the same among all sizes`;
    const seen = `${only(callsOf(costs))} calls, ${only(rowsOf(costs))} rows`;
    return { text, measured: seen, isMet: isFlat };
  });
  // Beside the queries: the row of counts read and written twice, and the row of admins.
  const queries = Math.max(...all.flatMap(({ summary }) => callsOf(summary))) - 4;
  return [
    ...same,
    {
      text: `a summary takes at most ${SUMMARY_QUERIES_MAX} queries, once a minute`,
      measured: `${queries} queries`,
      isMet: queries <= SUMMARY_QUERIES_MAX,
    },
  ];
}

export function lookupTable(measured: ReadonlyMap<number, LookupCosts>): Part['tables'][number] {
  return {
    caption: `Finding and counting, a page of ${LIMIT}, median (lowest–highest)`,
    head: ['users', 'what', 'calls', 'rows', 'own processor ms', 'ms with Azurite'],
    rows: [...measured].flatMap(([users, costs]) =>
      LOOKUPS.map((name) => [
        number(users),
        name,
        String(median(callsOf(costs[name]))),
        String(median(rowsOf(costs[name]))),
        spread(
          costs[name].map(({ ownMs }) => ownMs),
          1,
        ),
        spread(
          costs[name].map(({ durationMs }) => durationMs),
          1,
        ),
      ]),
    ),
  };
}
