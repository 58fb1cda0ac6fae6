/** The filters of the log; in the address, so that Back and a bookmark find it. */
export const EVENT_FILTERS = ['type', 'actor', 'from', 'to'] as const;
export type EventFilterName = (typeof EVENT_FILTERS)[number];
export type EventFilter = Readonly<Record<EventFilterName, string>>;

const DAY = /^\d{4}-\d\d-\d\d$/;

export function readEventFilter(query: URLSearchParams): EventFilter {
  const read = (name: EventFilterName) => query.get(name) ?? '';
  return { type: read('type'), actor: read('actor'), from: read('from'), to: read('to') };
}

/** Returns the query of the address, which names what is filtered alone. */
export function eventAddressQuery(filter: EventFilter): URLSearchParams {
  const given = EVENT_FILTERS.filter((name) => filter[name] !== '');
  return new URLSearchParams(given.map((name) => [name, filter[name]]));
}

/** Returns the query of the API: days are those of the reader, the last of them whole. */
export function eventApiQuery(filter: EventFilter, limit: number): URLSearchParams {
  const query = eventAddressQuery(filter);
  for (const [name, days] of [
    ['from', 0],
    ['to', 1],
  ] as const) {
    query.delete(name);
    const start = startOfDay(filter[name], days);
    if (start !== undefined) query.set(name, start);
  }
  query.set('limit', `${limit}`);
  return query;
}

function startOfDay(day: string, daysLater: number): string | undefined {
  if (!DAY.test(day)) return undefined;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const start = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}
