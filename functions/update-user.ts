import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { updateUserEndpoint } from '../shared/http/endpoint/update-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('updateUser', {
  methods: ['PATCH'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}',
  handler: serve(updateUserEndpoint, wire),
});
