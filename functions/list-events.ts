import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { listEventsEndpoint } from '../shared/http/endpoint/list-events.ts';
import { serve } from '../shared/http/serve.ts';

app.http('listEvents', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/events',
  handler: serve(listEventsEndpoint, wire),
});
