import { signOutUser } from '../../operation/sign-out.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';

export const signOutUserEndpoint = defineEndpoint({
  name: 'signOutUser',
  method: 'POST',
  route: 'api/users/{userId}/sign-out',
  summary: 'End all sessions of another user.',
  access: 'admin',
  answers: { 204: { description: 'Ended. All tokens of that user are invalid.' } },
  refusals: ['not-found', 'conflict'],
  handle: async ({ services, principal, params, context }) => {
    const userId = userIdIn(params);
    await signOutUser(services, { principal, userId }, context);
    return { status: 204 };
  },
});
