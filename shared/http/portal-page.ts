import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { parseAccepted } from './accept.ts';
import type { Answer } from './endpoint.ts';

/** The handler of `GET /`. */
export type PortalPage = (request: Pick<HttpRequest, 'headers'>) => Answer;

interface Representation {
  readonly coding: 'br' | 'gzip' | 'identity';
  readonly body: Uint8Array;
  readonly etag: string;
}

/** The representations, best first; the build compressed each once and for all. */
const FILES = { br: 'page.html.br', gzip: 'page.html.gz', identity: 'page.html' } as const;
const CODINGS = ['br', 'gzip', 'identity'] as const;

/** The permissions that the page never uses; it writes to the clipboard, and needs no other. */
const PERMISSIONS_POLICY = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/** Judges whether a coding is acceptable (RFC 9110 section 12.5.3); `identity` always is here. */
function accepts(header: string, coding: Representation['coding']): boolean {
  if (coding === 'identity') return true;
  const weights = new Map(parseAccepted(header).map(({ name, weight }) => [name, weight]));
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
}

/** Compares by RFC 9110 section 13.1.2, weakly. */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

function readRepresentation(
  readFile: (name: string) => Uint8Array,
  coding: Representation['coding'],
): Representation {
  const body = readFile(FILES[coding]);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { coding, body, etag: `"${hash}"` };
}

function headersOf({ etag }: Representation, policy: string): Record<string, string> {
  return {
    ETag: etag,
    // Caches keep it and revalidate each time: an answer without a body means that it is unchanged.
    'Cache-Control': 'no-cache',
    // The page holds both languages; its header Content-Language is the requested one.
    Vary: 'Accept-Encoding, Accept-Language, Origin',
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS_POLICY,
  };
}

/**
 * Creates the handler of the portal, which is one page: style, script and texts are inside, allowed
 * by their hashes. Its files are read at the first call and kept.
 */
export function createPortalPage(readFile: (name: string) => Uint8Array): PortalPage {
  const kept = new Map<string, Representation>();
  let policy: string | undefined;
  return ({ headers }) => {
    const accepted = headers.get('accept-encoding') ?? '';
    const coding = CODINGS.find((name) => accepts(accepted, name)) ?? 'identity';
    const page = kept.get(coding) ?? readRepresentation(readFile, coding);
    kept.set(coding, page);
    policy ??= Buffer.from(readFile('content-security-policy.txt')).toString('utf8');
    const common = headersOf(page, policy);
    if (isKnown(headers.get('if-none-match'), page.etag)) return { status: 304, headers: common };
    return {
      status: 200,
      body: page.body,
      headers: {
        ...common,
        'Content-Type': 'text/html; charset=utf-8',
        ...(coding !== 'identity' && { 'Content-Encoding': coding }),
      },
    };
  };
}
