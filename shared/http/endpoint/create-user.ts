import type { User } from '../../credential/user.ts';
import { createUser } from '../../operation/create-user.ts';
import { UserWithTemporaryPassword } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { CreateUserBody } from '../schema.ts';
import { prefetchSettings, temporaryPasswordAnswer, viewFor } from './user-answer.ts';

export const createUserEndpoint = defineEndpoint({
  name: 'createUser',
  method: 'POST',
  route: 'api/users',
  summary: 'Add a user to your own tenant, with a temporary password.',
  access: 'admin',
  isIdempotent: true,
  body: CreateUserBody,
  answers: {
    201: {
      description: 'Created. The temporary password is in this answer and nowhere else.',
      schema: UserWithTemporaryPassword,
      headers: ['Location', 'ETag'],
    },
  },
  refusals: ['user-name-taken', 'conflict', 'overloaded'],
  prefetch: prefetchSettings,
  handle: async ({ services, principal, prefetched: settings, keyedCall, ...call }) => {
    const { body, context, text, note } = call;
    const { userName, displayName, email, secondEmail, locale, roles } = body;
    const wanted = { userName, displayName, email, secondEmail, locale, roles };
    const viewing = { services, principal, settings };
    const once = keyedCall && { ...keyedCall, show: (user: User) => viewFor(viewing, user) };
    const made = await createUser(services, { principal, wanted, once }, context);
    note({ subjectId: made.user.userId });
    const answer = await temporaryPasswordAnswer({ ...viewing, text, ...made });
    const location = `${services.publicOrigin}/api/users/${made.user.userId}`;
    return { ...answer, status: 201, headers: { ...answer.headers, Location: location } };
  },
});
