import { freeze } from '../../operation/freeze.ts';
import { Freeze } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { FreezeBody } from '../schema.ts';

export const freezeEndpoint = defineEndpoint({
  name: 'freeze',
  method: 'POST',
  route: 'api/freeze',
  summary: 'Freeze your account with the link in a notice, so that no one can sign in.',
  access: 'anonymous',
  body: FreezeBody,
  answers: { 200: { description: 'Done, or why not.', schema: Freeze } },
  refusals: ['verification-failed', 'conflict'],
  handle: async ({ services, body, context, note }) => {
    const { outcome, userId } = await freeze(services, body.token.trim(), context);
    note({ subjectId: userId, code: outcome });
    return { status: 200, body: { outcome } };
  },
});
