import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { listUsersEndpoint } from '../shared/http/endpoint/list-users.ts';
import { serve } from '../shared/http/serve.ts';

app.http('listUsers', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/users',
  handler: serve(listUsersEndpoint, wire),
});
