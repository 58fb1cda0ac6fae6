import { JsonWebKeySet } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';

export const receiptKeysEndpoint = defineEndpoint({
  name: 'receiptKeys',
  method: 'GET',
  route: '.well-known/receipt-keys.json',
  summary: 'Read the public keys of all receipts (RFC 7517).',
  access: 'anonymous',
  // Far below the ten minutes after which a new key signs.
  cacheControl: 'public, max-age=300',
  answers: { 200: { description: 'The key set.', schema: JsonWebKeySet } },
  refusals: [],
  handle: async ({ services }) => ({ status: 200, body: await services.receipts.publicKeys() }),
});
