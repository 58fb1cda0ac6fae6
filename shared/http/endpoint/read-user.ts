import { requireTarget } from '../../operation/target.ts';
import { User } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { userAnswer } from './user-answer.ts';

export const readUserEndpoint = defineEndpoint({
  name: 'readUser',
  method: 'GET',
  route: 'api/users/{userId}',
  summary: 'One user of the own tenant.',
  access: 'admin',
  answers: { 200: { description: 'The user.', schema: User, headers: ['ETag'] } },
  refusals: ['not-found'],
  handle: async ({ wiring, principal, params }) => {
    const userId = userIdIn(params);
    const target = await requireTarget(wiring.accounts, { principal, userId });
    return userAnswer({ wiring, principal, user: target.value });
  },
});
