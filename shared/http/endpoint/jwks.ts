import { JsonWebKeySet } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';

export const jwksEndpoint = defineEndpoint({
  name: 'jwks',
  method: 'GET',
  route: '.well-known/jwks.json',
  summary: 'Read the public keys of all enabled signing keys (RFC 7517).',
  access: 'anonymous',
  // Far below the ten minutes after which a new key signs.
  cacheControl: 'public, max-age=300',
  answers: { 200: { description: 'The key set.', schema: JsonWebKeySet } },
  refusals: [],
  handle: async ({ services }) => {
    const body = await services.tokens.publicKeys(services.clock.now());
    return { status: 200, body };
  },
});
