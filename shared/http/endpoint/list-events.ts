import type * as z from 'zod';
import { listEvents, listUserEvents } from '../../operation/list-events.ts';
import { EventPage } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ListEventsQuery } from '../query-schema.ts';
import { userIdIn } from '../request.ts';
import { viewEvent } from '../view.ts';

const ANSWERS = {
  200: {
    description: 'A page; it may hold fewer than `limit` items, even none, and still have `next`.',
    schema: EventPage,
  },
};

function pageOf({
  limit,
  after,
  type,
  actor,
  from,
  to,
}: z.output<ReturnType<typeof ListEventsQuery>>) {
  return { limit, after, filter: { types: type, actorId: actor, fromMs: from, toMs: to } };
}

export const listEventsEndpoint = defineEndpoint({
  name: 'listEvents',
  method: 'GET',
  route: 'api/events',
  summary: 'List the events of your own tenant, newest first.',
  access: 'admin',
  query: ListEventsQuery,
  answers: ANSWERS,
  refusals: [],
  handle: async ({ services, principal, query }) => {
    const page = await listEvents(services, { principal, ...pageOf(query) });
    return { status: 200, body: { items: page.items.map(viewEvent), next: page.next } };
  },
});

export const listUserEventsEndpoint = defineEndpoint({
  name: 'listUserEvents',
  method: 'GET',
  route: 'api/users/{userId}/events',
  summary: 'List the events of one user, also a deleted one, newest first.',
  access: 'admin',
  query: ListEventsQuery,
  answers: ANSWERS,
  refusals: ['not-found'],
  handle: async ({ services, principal, params, query }) => {
    const request = { principal, userId: userIdIn(params), ...pageOf(query) };
    const page = await listUserEvents(services, request);
    return { status: 200, body: { items: page.items.map(viewEvent), next: page.next } };
  },
});
