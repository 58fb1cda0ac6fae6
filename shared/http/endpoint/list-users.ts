import { listUsers } from '../../operation/list-users.ts';
import { searchUsers } from '../../operation/search-users.ts';
import { UserPage } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ListUsersQuery } from '../query-schema.ts';
import { prefetchSettings, viewFor } from './user-answer.ts';

export const listUsersEndpoint = defineEndpoint({
  name: 'listUsers',
  method: 'GET',
  route: 'api/users',
  summary: 'List the users of your own tenant by user name, or find them by words.',
  access: 'admin',
  query: ListUsersQuery,
  answers: {
    200: {
      description:
        'A page; it may hold fewer than `limit` items, even none, and still have `next`.',
      schema: UserPage,
    },
  },
  refusals: [],
  prefetch: prefetchSettings,
  handle: async ({ services, principal, prefetched: settings, query }) => {
    const { limit, after, userName, search, expiresBefore, ...others } = query;
    const filter = { ...others, userNamePrefix: userName, expiresBeforeMs: expiresBefore };
    const request = { principal, limit, after, filter };
    const page = await (search === undefined
      ? listUsers(services, request)
      : searchUsers(services, { ...request, text: search }));
    const viewing = { services, principal, settings };
    const items = await Promise.all(page.items.map((user) => viewFor(viewing, user)));
    return { status: 200, body: { items, next: page.next } };
  },
});
