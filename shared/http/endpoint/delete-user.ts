import { deleteUser } from '../../operation/delete-user.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';

export const deleteUserEndpoint = defineEndpoint({
  name: 'deleteUser',
  method: 'DELETE',
  route: 'api/users/{userId}',
  summary: 'Delete a user. The name is free immediately, and the events stay readable.',
  access: 'admin',
  isConditional: true,
  answers: { 204: { description: 'Deleted.' } },
  refusals: ['not-found', 'last-global-admin', 'conflict'],
  handle: async ({ services, principal, params, ifMatch, context }) => {
    const userId = userIdIn(params);
    await deleteUser(services, { principal, userId, ifMatch }, context);
    return { status: 204 };
  },
});
