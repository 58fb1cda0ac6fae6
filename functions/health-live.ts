import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { healthLiveEndpoint } from '../shared/http/endpoint/health.ts';
import { serve } from '../shared/http/serve.ts';

app.http('healthLive', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/health/live',
  handler: serve(healthLiveEndpoint, wire),
});
