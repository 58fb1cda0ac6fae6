import { NotReady } from './readiness.ts';
import { type Handler, respond, type Wire } from './serve.ts';

/**
 * The answer in place of another one whose change the embedded tables could not keep: the problem
 * of an outage, as any other. The change may have happened.
 */
export function serveNotKept(wire: Wire): Handler {
  return respond({ operation: 'notKept', cacheControl: 'no-store' }, wire, () =>
    Promise.reject(new NotReady(['tables'])),
  );
}
