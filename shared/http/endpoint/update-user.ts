import { updateUser } from '../../operation/update-user.ts';
import { User } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { UpdateUserBody } from '../schema.ts';
import { prefetchSettings, userAnswer } from './user-answer.ts';

export const updateUserEndpoint = defineEndpoint({
  name: 'updateUser',
  method: 'PATCH',
  route: 'api/users/{userId}',
  summary: 'Change a profile, roles or status. null clears email, secondEmail and locale.',
  access: 'admin',
  body: UpdateUserBody,
  // RFC 7396.
  mediaTypes: ['application/merge-patch+json'],
  isConditional: true,
  answers: { 200: { description: 'The user after the change.', schema: User, headers: ['ETag'] } },
  refusals: ['not-found', 'last-global-admin', 'conflict'],
  prefetch: prefetchSettings,
  handle: async ({ services, principal, prefetched: settings, params, ifMatch, body, context }) => {
    const userId = userIdIn(params);
    const user = await updateUser(services, { principal, userId, ifMatch, patch: body }, context);
    return userAnswer({ services, principal, settings, user });
  },
});
