import { app } from '@azure/functions';
import { wire } from '../shared/composition/service.ts';
import { unlockUserEndpoint } from '../shared/http/endpoint/unlock-user.ts';
import { serve } from '../shared/http/serve.ts';

app.http('unlockUser', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}/unlock',
  handler: serve(unlockUserEndpoint, wire),
});
