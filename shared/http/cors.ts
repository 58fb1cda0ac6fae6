import type { HttpRequest } from '@azure/functions';

/** One hour: browsers cap it themselves, and a changed list of origins is not urgent. */
const PREFLIGHT_MAX_AGE_SECONDS = 3600;
const ALLOWED_HEADERS = 'authorization, content-type, if-match, accept-language, idempotency-key';
const EXPOSED_HEADERS =
  'etag, location, retry-after, x-request-id, www-authenticate, content-language';

/** Returns CORS headers for an origin of the list; for all others only `Vary`. */
export function corsHeaders(
  request: HttpRequest,
  portalOrigins: readonly string[],
): Readonly<Record<string, string>> {
  if (portalOrigins.length === 0) return {};
  const origin = request.headers.get('origin');
  if (origin === null || !portalOrigins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': EXPOSED_HEADERS,
  };
}

/**
 * Returns the headers of a preflight's answer.
 * @returns undefined if the request is not a preflight that is allowed
 */
export function preflightHeaders(
  request: HttpRequest,
  portalOrigins: readonly string[],
  methods: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const origin = request.headers.get('origin') ?? '';
  const isPreflight =
    request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
  if (!isPreflight || !portalOrigins.includes(origin)) return undefined;
  return {
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': `${PREFLIGHT_MAX_AGE_SECONDS}`,
  };
}
