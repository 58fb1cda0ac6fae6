import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { signOutUserEndpoint } from '../shared/http/endpoint/sign-out-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('signOutUser', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}/sign-out',
  handler: serve(signOutUserEndpoint, wire),
});
