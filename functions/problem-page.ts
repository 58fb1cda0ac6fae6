import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { problemPageEndpoint } from '../shared/http/endpoint/problem-page.ts';
import { serve } from '../shared/http/serve.ts';

app.http('problemPage', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'problems/{code}',
  handler: serve(problemPageEndpoint, wire),
});
