import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { createUserEndpoint } from '../shared/http/endpoint/create-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('createUser', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/users',
  handler: serve(createUserEndpoint, wire),
});
