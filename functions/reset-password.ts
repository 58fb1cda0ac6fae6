import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { resetPasswordEndpoint } from '../shared/http/endpoint/reset-password.ts';
import { serve } from '../shared/http/serve.ts';

app.http('resetPassword', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}/password-reset',
  handler: serve(resetPasswordEndpoint, wire),
});
