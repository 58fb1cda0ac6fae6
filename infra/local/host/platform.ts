import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestUrl, sendBare } from './http-exchange.ts';

/** Kestrel's `MaxRequestLineSize`: method, target and version with their spaces and line end. */
const REQUEST_LINE_MAX_BYTES = 8 * 1024;
const REQUEST_LINE_FRAME = '  HTTP/1.1\r\n'.length;
/** Kestrel's `MaxRequestHeadersTotalSize` comes on top of the request line. */
export const HEADER_MAX_BYTES = REQUEST_LINE_MAX_BYTES + 32 * 1024;
/** The platform's limit of a body where `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT` is not set. */
const BODY_LIMIT_DEFAULT_BYTES = 100 * 1024 * 1024;
/** Kestrel's `HttpUtilities.IsHostHeaderValid`: a name or an address, and a port. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w!$&'()\-.~]+)(?::\d{1,5})?$/i;

/** The surroundings of a deployed app, by the names that the platform's host reads. */
export interface Platform {
  readonly bodyLimitBytes: number;
  /** The origins for which the host answers preflights, on Flex Consumption; else undefined. */
  readonly corsOrigins: readonly string[] | undefined;
  /** True if callers use https, whatever the front end states in a request. */
  readonly isPublicHttps: boolean;
}

/** @throws {SyntaxError} `CORS_ALLOWED_ORIGINS` is not JSON */
export function readPlatform(env: Readonly<Record<string, string | undefined>>): Platform {
  const limit = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT || BODY_LIMIT_DEFAULT_BYTES);
  const isFlex = env.WEBSITE_SKU === 'FlexConsumption';
  return {
    bodyLimitBytes: limit,
    corsOrigins: isFlex ? JSON.parse(env.CORS_ALLOWED_ORIGINS || '[]') : undefined,
    isPublicHttps: env.PUBLIC_ORIGIN?.trim().startsWith('https:') === true,
  };
}

/** Returns the protocol of the caller, as the nearest front end wrote it. */
function schemeOf({ headersDistinct }: IncomingMessage): 'http' | 'https' {
  const forwarded = headersDistinct['x-forwarded-proto']?.join(',').split(',').at(-1);
  return forwarded?.trim().toLowerCase() === 'https' ? 'https' : 'http';
}

/** Checks RFC 9112 section 3.2: one valid host, and the same one in an absolute target. */
function isHostRight(request: IncomingMessage): boolean {
  const [host = '', ...others] = request.headersDistinct.host ?? [];
  if (others.length > 0 || !HOST.test(host)) return false;
  const target = request.url ?? '';
  if (target.startsWith('/')) return true;
  return URL.canParse(target) && new URL(target).host === new URL(`http://${host}`).host;
}

/** Returns the status if the real host's server refuses the request with a bare status. */
function refusalOf(request: IncomingMessage, platform: Platform): number | undefined {
  const { method = '', url = '', headers } = request;
  const lineBytes = method.length + Buffer.byteLength(url) + REQUEST_LINE_FRAME;
  if (lineBytes > REQUEST_LINE_MAX_BYTES) return 414;
  const [path = ''] = url.split('?');
  if (path.includes('%00') || !isHostRight(request)) return 400;
  // The host turns the server's own 413 into this.
  if (Number(headers['content-length'] ?? 0) > platform.bodyLimitBytes) return 500;
  return undefined;
}

/**
 * Returns the headers of a preflight's 204 where the host answers it and the function is never
 * called, as on Flex Consumption (azure-functions-host#9012); undefined where the app gets the
 * request.
 */
function preflightOf(
  { method, headers }: IncomingMessage,
  { corsOrigins }: Platform,
): Readonly<Record<string, string>> | undefined {
  const { origin } = headers;
  const wanted = headers['access-control-request-method'];
  if (corsOrigins === undefined || method !== 'OPTIONS') return undefined;
  if (origin === undefined || wanted === undefined) return undefined;
  if (!corsOrigins.includes(origin)) return {};
  const asked = headers['access-control-request-headers'];
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': wanted,
    ...(asked !== undefined && { 'access-control-allow-headers': asked }),
  };
}

/**
 * Does what the platform does with a request before the app: refuses it, answers a preflight, or
 * returns its address, with `transportSecurity` set for the answer over https.
 * @returns undefined if it is answered
 */
export async function admit(
  request: IncomingMessage,
  response: ServerResponse,
  platform: Platform & { readonly transportSecurity: string | undefined },
): Promise<URL | undefined> {
  const { transportSecurity, isPublicHttps } = platform;
  const scheme = schemeOf(request);
  if (transportSecurity !== undefined && (isPublicHttps || scheme === 'https')) {
    response.setHeader('strict-transport-security', transportSecurity);
  }
  const refused = refusalOf(request, platform);
  const preflight = preflightOf(request, platform);
  const url = requestUrl(request, scheme);
  if (refused !== undefined) await sendBare(response, refused);
  else if (preflight !== undefined) await sendBare(response, 204, preflight);
  else if (url === undefined) await sendBare(response, 400);
  else return url;
  return undefined;
}
