import { listEvents, listUserEvents } from '../../operation/list-events.ts';
import { EventPage } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { PageQuery } from '../schema.ts';
import { viewEvent } from '../view.ts';

export const listEventsEndpoint = defineEndpoint({
  name: 'listEvents',
  method: 'GET',
  route: 'api/events',
  summary: 'List the events of your own tenant, newest first.',
  access: 'admin',
  query: PageQuery,
  answers: { 200: { description: 'A page of events.', schema: EventPage } },
  refusals: [],
  handle: async ({ services, principal, query }) => {
    const page = await listEvents(services, { principal, limit: query.limit, after: query.after });
    return { status: 200, body: { items: page.items.map(viewEvent), next: page.next } };
  },
});

export const listUserEventsEndpoint = defineEndpoint({
  name: 'listUserEvents',
  method: 'GET',
  route: 'api/users/{userId}/events',
  summary: 'List the events of one user, also a deleted one, newest first.',
  access: 'admin',
  query: PageQuery,
  answers: { 200: { description: 'A page of events.', schema: EventPage } },
  refusals: ['not-found'],
  handle: async ({ services, principal, params, query }) => {
    const { limit, after } = query;
    const userId = userIdIn(params);
    const page = await listUserEvents(services, { principal, userId, limit, after });
    return { status: 200, body: { items: page.items.map(viewEvent), next: page.next } };
  },
});
