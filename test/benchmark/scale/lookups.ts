/** Measures a search, a filtered list of events and the counts of a tenant as users grow. */
import { setTimeout as pause } from 'node:timers/promises';
import { createTableStores } from '../../../shared/azure/table/table-store.ts';
import type { Tenant, UserId } from '../../../shared/credential/name.ts';
import type { User } from '../../../shared/credential/user.ts';
import { countUsers } from '../../../shared/operation/count-users.ts';
import { listEvents } from '../../../shared/operation/list-events.ts';
import { searchUsers } from '../../../shared/operation/search-users.ts';
import type { Part } from '../part.ts';
import type { Citizen } from './population.ts';
import {
  COST_HEAD,
  type Cost,
  costCells,
  costOf,
  NOW_MS,
  number,
  onPopulation,
  type Stage,
  sameTarget,
} from './stage.ts';

const TENANT = 'big.example' as Tenant;
const LIMIT = 50;
const ROUNDS = 7;
/** CONTRACT.md `GET /api/users/summary`. */
const SUMMARY_QUERIES_MAX = 20;
/** A page of a search: one query, and a read for each user. */
const SEARCH_CALLS_MAX = 1 + LIMIT;
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

/** A page of a search, the newest page of events in a span, and a count by two instances. */
function lookupsOn({ stores, meter, connectionString }: Stage, users: number) {
  const principal = {
    user: { value: { tenant: TENANT } as User, etag: '', authorityStamp: undefined, words: [] },
    use: 'access',
  } as const;
  let nowMs = NOW_MS;
  const dependencies = {
    ...stores,
    clock: { now: () => nowMs },
    pause,
    cursors: { seal: async (text: string) => text, open: async (text: string) => text },
  };
  const policies = { additionalPolicies: meter.policies };
  const other = { ...dependencies, ...createTableStores({ connectionString }, policies) };
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
      const instances = [dependencies, other];
      return Promise.all(instances.map((instance) => countUsers(instance, { principal })));
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

export function lookupTargets(measured: ReadonlyMap<number, LookupCosts>): Part['targets'] {
  const all = [...measured.values()];
  const most = (name: Lookup, what: 'calls' | 'queries' | 'rows') =>
    Math.max(...all.flatMap((each) => each[name].map((cost) => cost[what])));
  const same = (['search, one word', 'events'] as const).map((name) =>
    sameTarget(
      `${name}: a page of ${LIMIT}`,
      all.flatMap((each) => each[name]),
    ),
  );
  const calls = most('search, two words', 'calls');
  const queries = most('summary', 'queries');
  return [
    ...same,
    {
      text:
        `search, two words: a page of ${LIMIT} takes at most ${SEARCH_CALLS_MAX} calls, ` +
        'whatever the size',
      measured: `${calls} calls, ${most('search, two words', 'rows')} rows`,
      isMet: calls <= SEARCH_CALLS_MAX,
      reason: 'The table has them for each size.',
    },
    {
      text:
        `a summary takes at most ${SUMMARY_QUERIES_MAX} queries a minute and tenant, asked of ` +
        'two instances at once',
      measured: `${queries} queries`,
      isMet: queries <= SUMMARY_QUERIES_MAX,
      reason: 'The table has them for each size.',
    },
  ];
}

export function lookupTable(measured: ReadonlyMap<number, LookupCosts>): Part['tables'][number] {
  return {
    caption: `Finding and counting, a page of ${LIMIT}, median (lowest–highest)`,
    head: ['users', 'what', ...COST_HEAD],
    rows: [...measured].flatMap(([users, costs]) =>
      LOOKUPS.map((name) => [number(users), name, ...costCells(costs[name])]),
    ),
  };
}
