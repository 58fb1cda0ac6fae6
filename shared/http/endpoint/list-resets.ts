import { listResets } from '../../operation/list-resets.ts';
import { defineEndpoint } from '../endpoint.ts';
import { PageQuery } from '../query-schema.ts';
import { userIdIn } from '../request.ts';
import { ResetPage } from '../reset-answer-schema.ts';
import { viewReset } from '../view.ts';

export const listResetsEndpoint = defineEndpoint({
  name: 'listResets',
  method: 'GET',
  route: 'api/users/{userId}/resets',
  summary: 'List the resets of one user, also a deleted one, with what became of each.',
  access: 'admin',
  query: PageQuery,
  answers: {
    200: {
      description:
        'A page; it may hold fewer than `limit` items, even none, and still have `next`.',
      schema: ResetPage,
    },
  },
  refusals: ['not-found'],
  handle: async ({ services, principal, params, query }) => {
    const { limit, after } = query;
    const request = { principal, userId: userIdIn(params), limit, after };
    const page = await listResets(services, request);
    return { status: 200, body: { items: page.items.map(viewReset), next: page.next } };
  },
});
