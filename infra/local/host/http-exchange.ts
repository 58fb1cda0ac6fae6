import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { RpcCookie, RpcHttpResponse } from './function-app.ts';

/**
 * The most that this host holds in memory of one body, which is the limit of the templates. Of a
 * larger one, where no limit is set, the app gets the beginning: its own limit is far below.
 */
export const BODY_HELD_BYTES = 1024 * 1024;

/** Drains the body and returns it as the real host forwards it, or its beginning. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  // Only a body of a stated length is forwarded: the real host drops a chunked one.
  const isForwarded = Number(request.headers['content-length'] ?? 0) > 0;
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (!isForwarded || held >= BODY_HELD_BYTES) continue;
    chunks.push(chunk);
    held += chunk.length;
  }
  return Buffer.concat(chunks, Math.min(held, BODY_HELD_BYTES));
}

/** Returns the address of the request; undefined if it is not valid. */
export function requestUrl(request: IncomingMessage, scheme: 'http' | 'https'): URL | undefined {
  const target = request.url ?? '';
  const text = target.startsWith('/') ? `http://${request.headers.host ?? ''}${target}` : target;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') return undefined;
  url.protocol = scheme;
  return url;
}

/** Returns the request in the host's protocol. */
export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Buffer,
): object {
  return {
    method: request.method,
    url: url.href,
    nullableHeaders: toNullable(Object.entries(headersOf(request))),
    nullableQuery: toNullable(joinedQuery(url)),
    nullableParams: toNullable(Object.entries(params)),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

/** Returns the headers; repeated ones are joined by commas. */
export function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries({
    ...request.headersDistinct,
    'x-forwarded-for': forwardedFor(request),
  });
  return Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(',')]));
}

/** Like the platform's front end, adds its own entry behind those that the caller wrote. */
function forwardedFor(request: IncomingMessage): readonly string[] {
  const { remoteAddress = '', remotePort, remoteFamily } = request.socket;
  const host = remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress;
  return [...(request.headersDistinct['x-forwarded-for'] ?? []), `${host}:${remotePort}`];
}

/** Joins the values of names that are equal except for case, by commas. */
function joinedQuery(url: URL): (readonly [string, string])[] {
  const byName = new Map<string, [string, string]>();
  for (const [name, value] of url.searchParams) {
    const known = byName.get(name.toLowerCase());
    if (known === undefined) byName.set(name.toLowerCase(), [name, value]);
    else known[1] += `,${value}`;
  }
  return [...byName.values()];
}

function toNullable(entries: Iterable<readonly [string, string]>): object {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

/** The headers of the connection, which the server sets. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

/** @throws {Error} the real host answers a bare 500 to such headers, and so does this one */
function requireHeaders({ headers }: RpcHttpResponse, response: ServerResponse, length: number) {
  for (const [name, value] of Object.entries(headers)) {
    const isWrongLength = name.toLowerCase() === 'content-length' && Number(value) !== length;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a header may not have these
    const isBeyondAscii = /[^\x00-\x7f]/.test(value);
    if (isWrongLength || isBeyondAscii || response.hasHeader(name)) {
      throw new Error(`The real host refuses the header ${name} of an answer.`);
    }
  }
}

/**
 * Sends the answer of the app; no answer is a 204. Resolves when it is sent or the client has left.
 * @throws {Error} the app set a header that the real host refuses; nothing is sent then
 */
export async function sendRpcResponse(
  response: ServerResponse,
  answer: RpcHttpResponse | undefined,
): Promise<void> {
  if (answer === undefined) return sendBare(response, 204);
  const body = Buffer.from(answer.body?.bytes ?? []);
  requireHeaders(answer, response, body.length);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!CONNECTION_HEADERS.has(name.toLowerCase())) response.setHeader(name, value);
  }
  const cookies = (answer.cookies ?? []).map(formatCookie);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.statusCode = Number(answer.statusCode);
  const hasBody = response.statusCode !== 204 && response.statusCode !== 304;
  if (hasBody) response.setHeader('content-length', body.length);
  response.end(hasBody ? body : undefined);
  await settled(response);
}

/** The headers that every answer of the host has. */
const HEADERS_OF_THE_HOST = new Set(['connection', 'strict-transport-security']);

/** Sends a status and nothing else, as the host itself answers. */
export async function sendBare(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!response.headersSent) {
    for (const name of response.getHeaderNames()) {
      if (!HEADERS_OF_THE_HOST.has(name)) response.removeHeader(name);
    }
    const length = status === 204 ? {} : { 'content-length': 0 };
    response.writeHead(status, { ...length, ...headers });
  }
  response.end();
  await settled(response);
}

async function settled(response: ServerResponse): Promise<void> {
  await finished(response).catch(() => {});
}

/** Formats a cookie: RFC 6265, section 4.1. */
function formatCookie(cookie: RpcCookie): string {
  const { domain, path, expires, maxAge, sameSite } = cookie;
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (expires !== undefined) {
    parts.push(`Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`);
  }
  if (maxAge !== undefined) parts.push(`Max-Age=${maxAge.value}`);
  if (domain !== undefined) parts.push(`Domain=${domain.value}`);
  // The real host sets the root where the app names no path.
  parts.push(`Path=${path?.value ?? '/'}`);
  if (cookie.secure?.value === true) parts.push('Secure');
  if (cookie.httpOnly?.value === true) parts.push('HttpOnly');
  // In the protocol `none` stands for "not set".
  if (sameSite !== 'none') {
    parts.push(`SameSite=${{ lax: 'Lax', strict: 'Strict', explicitNone: 'None' }[sameSite]}`);
  }
  return parts.join('; ');
}
