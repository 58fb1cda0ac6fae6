import { listUsers } from '../../operation/list-users.ts';
import { searchUsers } from '../../operation/search-users.ts';
import { UserPage } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ListUsersQuery } from '../schema.ts';
import { viewUser } from '../view.ts';

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
  handle: async ({ services, principal, query }) => {
    const { limit, after, userName, search, expiresBefore, ...others } = query;
    const filter = { ...others, userNamePrefix: userName, expiresBeforeMs: expiresBefore };
    const request = { principal, limit, after, filter };
    const page = await (search === undefined
      ? listUsers(services, request)
      : searchUsers(services, { ...request, text: search }));
    const nowMs = services.clock.now();
    const caller = principal.user.value;
    const items = page.items.map((user) => viewUser(user, caller, nowMs));
    return { status: 200, body: { items, next: page.next } };
  },
});
