import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { readUserEndpoint } from '../shared/http/endpoint/read-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('readUser', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}',
  handler: serve(readUserEndpoint, wire),
});
