import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { jwksEndpoint } from '../shared/http/endpoint/jwks.ts';
import { serve } from '../shared/http/serve.ts';

app.http('jwks', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: '.well-known/jwks.json',
  handler: serve(jwksEndpoint, wire),
});
