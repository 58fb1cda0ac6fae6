import { app } from '@azure/functions';
import { wire } from '../shared/composition.ts';
import { myProfileEndpoint } from '../shared/http/endpoint/my-profile.ts';
import { serve } from '../shared/http/serve.ts';

app.http('myProfile', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/me',
  handler: serve(myProfileEndpoint, wire),
});
