import { defineEndpoint } from '../endpoint.ts';

/** The document is made from the list of endpoints, of which this is one: hence the late import. */
export const openapiEndpoint = defineEndpoint({
  name: 'openapi',
  method: 'GET',
  route: 'openapi.json',
  summary: 'This document.',
  access: 'anonymous',
  cacheControl: 'public, max-age=300',
  answers: { 200: { description: 'OpenAPI 3.1.', mediaType: 'application/json' } },
  refusals: [],
  handle: async ({ wiring }) => {
    const { openApiDocument } = await import('../openapi.ts');
    return { status: 200, body: openApiDocument(wiring.publicOrigin, wiring.version) };
  },
});
