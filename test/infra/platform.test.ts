import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/host/functions-host.ts';
import { makePackage, removeTemporaryDirectories } from './fixture/package.ts';
import { rawRequest } from './fixture/raw-request.ts';
import { recordOf, resetRecord } from './fixture/record.ts';

/**
 * Checks the platform before the app and after it, seen on the real Functions host (4.1037, as
 * Flex Consumption, with the settings of the templates), and what the local host does.
 */

const SETTINGS = {
  WEBSITE_SKU: 'FlexConsumption',
  CORS_ALLOWED_ORIGINS: '["https://portal.example"]',
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1048576',
} as const;
const HOST_FILE = {
  version: '2.0',
  extensions: { http: { routePrefix: '', hsts: { isEnabled: true, maxAge: '365.00:00:00' } } },
};
const YEAR = 'max-age=31536000';

/** With the settings of a deployed app, and as `npm start` runs it. */
let deployed: FunctionsHost;
let plain: FunctionsHost;

beforeAll(async () => {
  process.env.TICK_SCHEDULE = '0 0 0 31 2 *';
  resetRecord();
  const packageDirectory = await makePackage({ file: 'app.ts' }, HOST_FILE);
  const start = () => startFunctionsHost({ packageDirectory, port: 0, log: () => {} });
  plain = await start();
  Object.assign(process.env, SETTINGS);
  deployed = await start();
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
});

afterAll(async () => {
  recordOf().gate.resolve();
  await deployed?.stop();
  await plain?.stop();
  await removeTemporaryDirectories();
});

/** The status line's number, and the body, of what a server sends to these very bytes. */
async function probe(host: FunctionsHost, lines: readonly string[], body = ''): Promise<string> {
  const { port } = new URL(host.origin);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const head = lines.map((line) => line.replaceAll('<port>', port));
  socket.write(`${[...head, 'Connection: close', '', ''].join('\r\n')}${body}`);
  const reply = Buffer.concat(await socket.toArray()).toString();
  const [, status = ''] = /^HTTP\/1\.1 (\d{3})/.exec(reply) ?? [];
  const sent = reply.slice(reply.indexOf('\r\n\r\n') + 4);
  // No byte, or the last of no chunks.
  return `${status} ${['', '0\r\n\r\n'].includes(sent) ? 'bare' : 'body'}`;
}

const OWN = 'Host: 127.0.0.1:<port>';
const PREFLIGHT = [
  'OPTIONS /nothing HTTP/1.1',
  OWN,
  'Origin: https://portal.example',
  'Access-Control-Request-Method: POST',
];
const posted = (length: number) => ['POST /api/echo/x HTTP/1.1', OWN, `Content-Length: ${length}`];
const MIB = 1024 * 1024;
/** A request line of this many bytes, with its end. */
const lineOf = (bytes: number) => `GET /api/echo/${'x'.repeat(bytes - 25)} HTTP/1.1`;

interface Probe {
  readonly name: string;
  readonly lines: readonly string[];
  readonly body?: string;
  /** The real host, as Flex Consumption with the settings of the templates. */
  readonly real: string;
  /** The local host without these settings, where it differs. */
  readonly local?: string;
}

const PROBES: readonly Probe[] = [
  { name: 'a plain request', lines: ['GET /api/echo/x HTTP/1.1', OWN], real: '200 body' },
  // Each of these was another answer here.
  { name: 'a preflight', lines: PREFLIGHT, real: '204 bare', local: '404 bare' },
  {
    name: 'a body of the limit',
    lines: posted(MIB),
    body: 'x'.repeat(MIB),
    real: '200 body',
  },
  {
    name: 'a body above the limit',
    lines: posted(MIB + 1),
    body: 'x'.repeat(MIB + 1),
    real: '500 bare',
    local: '200 body',
  },
  { name: '%00 in the path', lines: ['GET /api/echo/a%00b HTTP/1.1', OWN], real: '400 bare' },
  { name: '%00 in the query', lines: ['GET /api/echo/x?a=%00 HTTP/1.1', OWN], real: '200 body' },
  { name: 'a request line of 8 KiB', lines: [lineOf(8192), OWN], real: '200 body' },
  { name: 'a longer request line', lines: [lineOf(8193), OWN], real: '414 bare' },
  { name: 'a request line of 20 KiB', lines: [lineOf(20_480), OWN], real: '414 bare' },
  { name: 'two hosts', lines: ['GET /api/echo/x HTTP/1.1', OWN, OWN], real: '400 bare' },
  {
    name: 'an absolute address of another host',
    lines: ['GET http://elsewhere.example/api/echo/x HTTP/1.1', OWN],
    real: '400 bare',
  },
  {
    name: 'an absolute address of this host',
    lines: ['GET http://127.0.0.1:<port>/api/echo/x HTTP/1.1', OWN],
    real: '200 body',
  },
  { name: 'any host', lines: ['GET /api/echo/x HTTP/1.1', 'Host: *'], real: '400 bare' },
  {
    name: 'a user in the host',
    lines: ['GET /api/echo/x HTTP/1.1', 'Host: u@evil'],
    real: '400 bare',
  },
  { name: 'no host at all', lines: ['GET /api/echo/x HTTP/1.1'], real: '400 bare' },
  {
    name: 'a wrong length of an answer',
    lines: ['GET /wrong/length HTTP/1.1', OWN],
    real: '500 bare',
  },
  { name: 'an answer beyond ASCII', lines: ['GET /wrong/text HTTP/1.1', OWN], real: '500 bare' },
  {
    name: 'a header that the host has set already',
    lines: ['GET /wrong/twice HTTP/1.1', OWN, 'X-Forwarded-Proto: https'],
    real: '500 bare',
  },
];

describe('the platform', () => {
  it.each(PROBES)('answers $name as the real host does: $real', async ({ lines, body, real }) => {
    expect(await probe(deployed, lines, body)).toBe(real);
  });

  it.each(PROBES)('answers $name without its settings', async ({ lines, body, real, local }) => {
    expect(await probe(plain, lines, body)).toBe(local ?? real);
  });

  it.each([
    // The parser of Node does not know such a method; the real host finds no function for it.
    { lines: ['FOO /api/echo/x HTTP/1.1', OWN], real: '404 bare', local: '400 bare' },
    { lines: ['get /api/echo/x HTTP/1.1', OWN], real: '200 body', local: '400 bare' },
    {
      lines: ['GET /api/echo/x HTTP/1.1', OWN, 'Expect: magic'],
      real: '200 body',
      local: '417 bare',
    },
  ])('differs from the local host at $lines.0: $real there, $local here', async (known) => {
    expect(await probe(plain, known.lines)).toBe(known.local);
    expect(known.real).not.toBe(known.local);
  });
});

describe('a preflight on Flex Consumption', () => {
  it('has CORS headers for a listed origin, and none for another', async () => {
    const ask = async (origin: string) => {
      const headers = {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,if-match',
      };
      const answer = await rawRequest(deployed.origin, '/nothing', { method: 'OPTIONS', headers });
      expect(answer.status).toBe(204);
      return Object.entries(answer.headers).filter(([name]) => name.startsWith('access-control-'));
    };
    expect(await ask('https://portal.example')).toEqual([
      ['access-control-allow-origin', 'https://portal.example'],
      ['access-control-allow-methods', 'PATCH'],
      ['access-control-allow-headers', 'authorization,if-match'],
    ]);
    expect(await ask('https://evil.example')).toEqual([]);
  });
});

describe('Strict-Transport-Security', () => {
  const securityOf = async (path: string, proto: string | undefined) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto };
    const answer = await rawRequest(plain.origin, path, { headers });
    return answer.headers['strict-transport-security'];
  };

  it('is on every answer over https, also those of the host', async () => {
    for (const path of ['/api/echo/x', '/boom', '/nothing', '/order/a/b', '/api/echo/%00']) {
      expect(await securityOf(path, 'https'), path).toBe(YEAR);
    }
  });

  it('is on no answer over http', async () => {
    for (const proto of [undefined, 'http', 'https, http']) {
      expect(await securityOf('/api/echo/x', proto), proto).toBeUndefined();
    }
  });

  it('makes the address that the app gets one of https', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const { body } = await rawRequest(plain.origin, '/api/echo/x', { headers });
    expect(JSON.parse(body).url).toBe(`${plain.origin.replace('http:', 'https:')}/api/echo/x`);
  });

  it('is read from host.json, which is rejected if malformed', async () => {
    const text = "import { app } from '@azure/functions'; app.http('a', { handler: () => ({}) });";
    const hsts = { isEnabled: true, maxAge: '1 year' };
    const bad = await makePackage({ text }, { extensions: { http: { hsts } } });
    const starting = startFunctionsHost({ packageDirectory: bad, port: 0, log: () => {} });
    await expect(starting).rejects.toThrow('cannot read the maxAge "1 year"');
  });
});
