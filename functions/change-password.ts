import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { changePasswordEndpoint } from '../shared/http/endpoint/change-password.ts';
import { serve } from '../shared/http/serve.ts';

app.http('changePassword', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/me/password',
  handler: serve(changePasswordEndpoint, wire),
});
