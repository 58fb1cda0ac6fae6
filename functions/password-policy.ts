import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { passwordPolicyEndpoint } from '../shared/http/endpoint/password-policy.ts';
import { serve } from '../shared/http/serve.ts';

app.http('passwordPolicy', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/password-policy',
  handler: serve(passwordPolicyEndpoint, wire),
});
