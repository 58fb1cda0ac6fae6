import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { deleteUserEndpoint } from '../shared/http/endpoint/delete-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('deleteUser', {
  methods: ['DELETE'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}',
  handler: serve(deleteUserEndpoint, wire),
});
