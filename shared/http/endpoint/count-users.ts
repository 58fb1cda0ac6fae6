import { countUsers } from '../../operation/count-users.ts';
import { UserSummary } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { viewSummary } from '../view.ts';

/** Its name comes before `readUser`: of two routes that match, the host takes the lesser name. */
export const countUsersEndpoint = defineEndpoint({
  name: 'countUsers',
  method: 'GET',
  route: 'api/users/summary',
  summary: 'Count the users of your own tenant, at most a minute ago.',
  access: 'admin',
  answers: {
    200: {
      description:
        'Counted from at most 20,000 users, in the order of user names; `isComplete` says if ' +
        'there are more.',
      schema: UserSummary,
    },
  },
  refusals: ['overloaded'],
  handle: async ({ services, principal }) => {
    return { status: 200, body: viewSummary(await countUsers(services, { principal })) };
  },
});
