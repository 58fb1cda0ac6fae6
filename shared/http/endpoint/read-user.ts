import { readUser } from '../../operation/read-user.ts';
import { UserWithAttempts } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { prefetchSettings, userAnswer } from './user-answer.ts';

export const readUserEndpoint = defineEndpoint({
  name: 'readUser',
  method: 'GET',
  route: 'api/users/{userId}',
  summary: 'Read a user of your own tenant.',
  access: 'admin',
  answers: { 200: { description: 'The user.', schema: UserWithAttempts, headers: ['ETag'] } },
  refusals: ['not-found'],
  prefetch: prefetchSettings,
  handle: async ({ services, principal, prefetched: settings, params }) => {
    const userId = userIdIn(params);
    return userAnswer({
      services,
      principal,
      settings,
      ...(await readUser(services, { principal, userId })),
    });
  },
});
