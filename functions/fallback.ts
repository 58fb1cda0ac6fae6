import { app } from '@azure/functions';
import { loadServices, readPortalFile } from '../shared/composition/app.ts';
import { serveFallback } from '../shared/http/fallback.ts';
import { createPortalPage } from '../shared/http/portal-page.ts';

// The host takes the first match in the alphabetical order of names: this one must be the last.
app.http('zFallback', {
  // Not TRACE and CONNECT: the platform's library cannot read such a request and would answer 500.
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: serveFallback(loadServices, createPortalPage(readPortalFile)),
});
