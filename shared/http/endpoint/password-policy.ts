import { Policy } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { viewPolicy } from '../view.ts';

export const passwordPolicyEndpoint = defineEndpoint({
  name: 'passwordPolicy',
  method: 'GET',
  route: 'api/password-policy',
  summary: 'Read the rules for new passwords, as numbers and as sentences.',
  access: 'anonymous',
  // It changes only with a setting; five minutes keep portals quick and soon right.
  cacheControl: 'public, max-age=300',
  answers: { 200: { description: 'The policy.', schema: Policy } },
  refusals: [],
  handle: async ({ services, text }) => ({ status: 200, body: viewPolicy(services.policy, text) }),
});
