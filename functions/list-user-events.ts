import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { listUserEventsEndpoint } from '../shared/http/endpoint/list-events.ts';
import { serve } from '../shared/http/serve.ts';

app.http('listUserEvents', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/users/{userId}/events',
  handler: serve(listUserEventsEndpoint, wire),
});
