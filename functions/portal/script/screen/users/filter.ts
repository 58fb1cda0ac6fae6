import { CREDENTIAL_STATES, ROLES, STATUSES } from '../../../client/index.ts';

/** The filters of the list; in the address, so that Back and a bookmark find it. */
export const FILTERS = [
  'search',
  'role',
  'status',
  'credentialState',
  'expiring',
  'isFrozen',
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filter = Readonly<Record<FilterName, string>>;

const DAY_MS = 86_400_000;
export const NO_FILTER: Filter = {
  search: '',
  role: '',
  status: '',
  credentialState: '',
  expiring: '',
  isFrozen: '',
};

/** The choices of each list; an address with another value is one of a newer portal. */
export const CHOICES = { role: ROLES, status: STATUSES, credentialState: CREDENTIAL_STATES };

export function readFilter(query: URLSearchParams): Filter {
  const given = FILTERS.map((name) => [name, query.get(name) ?? '']);
  return { ...NO_FILTER, ...Object.fromEntries(given) };
}

/** Returns the query of the address, which names what is filtered alone. */
export function addressQuery(filter: Filter): URLSearchParams {
  const given = FILTERS.filter((name) => filter[name] !== '');
  return new URLSearchParams(given.map((name) => [name, filter[name]]));
}

/**
 * Returns the query of the API.
 * @param nowMs the service's time
 */
export function apiQuery(filter: Filter, limit: number, nowMs: number): URLSearchParams {
  const query = addressQuery(filter);
  if (query.has('expiring')) {
    query.delete('expiring');
    // To the minute, so that the pages of one list have one query.
    const soon = Math.ceil((nowMs + DAY_MS) / 60_000) * 60_000;
    query.set('expiresBefore', new Date(soon).toISOString());
  }
  query.set('limit', `${limit}`);
  return query;
}
