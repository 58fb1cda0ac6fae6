import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { signOutEverywhereEndpoint } from '../shared/http/endpoint/sign-out-everywhere.ts';
import { serve } from '../shared/http/serve.ts';

app.http('signOutEverywhere', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/me/sign-out-everywhere',
  handler: serve(signOutEverywhereEndpoint, wire),
});
