import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { changePasswordRedirectEndpoint } from '../shared/http/endpoint/change-password-redirect.ts';
import { serve } from '../shared/http/serve.ts';

app.http('changePasswordRedirect', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: '.well-known/change-password',
  handler: serve(changePasswordRedirectEndpoint, wire),
});
