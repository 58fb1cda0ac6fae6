import { issueSupportCode } from '../../operation/support-code.ts';
import { defineEndpoint } from '../endpoint.ts';
import { SupportCode } from '../reset-answer-schema.ts';

export const supportCodeEndpoint = defineEndpoint({
  name: 'supportCode',
  method: 'POST',
  route: 'api/me/support-code',
  summary: 'Get a code that proves to your help desk that you are signed in.',
  access: 'session',
  answers: {
    200: { description: 'The code, which replaces the one before.', schema: SupportCode },
  },
  refusals: ['too-many-attempts', 'conflict'],
  handle: async ({ services, principal, context }) => {
    return { status: 200, body: await issueSupportCode(services, principal, context) };
  },
});
