import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { signInEndpoint } from '../shared/http/endpoint/sign-in.ts';
import { serve } from '../shared/http/serve.ts';

app.http('signIn', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/sign-in',
  handler: serve(signInEndpoint, wire),
});
