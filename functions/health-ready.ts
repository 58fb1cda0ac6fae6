import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { healthReadyEndpoint } from '../shared/http/endpoint/health.ts';
import { serve } from '../shared/http/serve.ts';

app.http('healthReady', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/health/ready',
  handler: serve(healthReadyEndpoint, wire),
});
