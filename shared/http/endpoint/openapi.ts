import { type AnyEndpoint, defineEndpoint } from '../endpoint.ts';
import { openApiDocument } from '../openapi.ts';

/**
 * Creates the endpoint of the OpenAPI document.
 * @param endpoints returns the list that the document describes, of which this one is a member
 */
export function createOpenapiEndpoint(endpoints: () => readonly AnyEndpoint[]) {
  return defineEndpoint({
    name: 'openapi',
    method: 'GET',
    route: 'openapi.json',
    summary: 'Read this document.',
    access: 'anonymous',
    cacheControl: 'public, max-age=300',
    answers: { 200: { description: 'OpenAPI 3.1.', mediaType: 'application/json' } },
    refusals: [],
    handle: async ({ services }) => ({
      status: 200,
      body: openApiDocument(services, endpoints()),
    }),
  });
}
