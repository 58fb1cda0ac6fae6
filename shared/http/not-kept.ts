import { NotReady } from './readiness.ts';
import { createHandler, type Handler, type LoadServices } from './serve.ts';

/**
 * Serves the answer in place of one whose change the embedded tables could not keep: the problem of
 * an outage, as any other. The change may have happened.
 */
export function serveNotKept(loadServices: LoadServices): Handler {
  return createHandler({ operation: 'notKept', cacheControl: 'no-store' }, loadServices, () =>
    Promise.reject(new NotReady(['tables'])),
  );
}
