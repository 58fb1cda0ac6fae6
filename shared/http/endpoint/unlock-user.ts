import { unlockUser } from '../../operation/unlock-user.ts';
import { User } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { prefetchSettings, userAnswer } from './user-answer.ts';

export const unlockUserEndpoint = defineEndpoint({
  name: 'unlockUser',
  method: 'POST',
  route: 'api/users/{userId}/unlock',
  summary: 'End the current waits of a user who is not locked. Counts and sessions stay.',
  access: 'admin',
  answers: { 200: { description: 'The user after the change.', schema: User, headers: ['ETag'] } },
  refusals: ['not-found', 'conflict', 'reset-required'],
  prefetch: prefetchSettings,
  handle: async ({ services, principal, prefetched: settings, params, context }) => {
    const userId = userIdIn(params);
    const user = await unlockUser(services, { principal, userId }, context);
    return userAnswer({ services, principal, settings, user });
  },
});
