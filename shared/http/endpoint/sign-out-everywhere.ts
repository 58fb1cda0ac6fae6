import { signOutEverywhere } from '../../operation/sign-out.ts';
import { defineEndpoint } from '../endpoint.ts';

export const signOutEverywhereEndpoint = defineEndpoint({
  name: 'signOutEverywhere',
  method: 'POST',
  route: 'api/me/sign-out-everywhere',
  summary: 'End all your own sessions, including this one.',
  access: 'session',
  answers: { 204: { description: 'Ended. All tokens of this user are invalid.' } },
  refusals: ['conflict'],
  handle: async ({ services, principal, context }) => {
    await signOutEverywhere(services, principal, context);
    return { status: 204 };
  },
});
