/** The smallest function app there is, built as ours is. */
import { app } from '@azure/functions';

app.http('hello', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'api/hello',
  handler: async () => ({ jsonBody: { hello: 'world' } }),
});
