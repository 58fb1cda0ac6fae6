import { Refusal } from '../credential/refusal.ts';
import { preflightHeaders } from './cors.ts';
import type { Answer } from './endpoint.ts';
import type { PortalPage } from './portal-page.ts';
import type { RequestPipeline } from './request-pipeline.ts';
import { methodsAt } from './route.ts';
import { createHandler, type Handler, type LoadServices } from './serve.ts';

function answer(pipeline: RequestPipeline, portalPage: PortalPage): Answer {
  const { request } = pipeline;
  const path = new URL(request.url).pathname;
  const methods = methodsAt(path);
  if (methods.length === 0) throw new Refusal('not-found');
  const preflight = preflightHeaders(request, pipeline.portalOrigins(), methods);
  if (preflight !== undefined) return { status: 204, headers: preflight };
  if (path === '/' && methods.includes(request.method)) return portalPage(request);
  throw new Refusal('method-not-allowed', { allow: methods });
}

/**
 * Serves requests that no function matched: the portal at `/`, preflights, and 404 and 405 as
 * problems. The body is not read.
 */
export function serveFallback(loadServices: LoadServices, portalPage: PortalPage): Handler {
  const description = { operation: 'fallback', cacheControl: 'no-store' };
  return createHandler(description, loadServices, async (pipeline) => answer(pipeline, portalPage));
}
