import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { openapiEndpoint } from '../shared/http/endpoint/openapi.ts';
import { serve } from '../shared/http/serve.ts';

app.http('openapi', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'openapi.json',
  handler: serve(openapiEndpoint, wire),
});
