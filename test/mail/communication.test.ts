import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommunicationMailer } from '../../shared/mail/communication-mailer.ts';
import type { Mailer } from '../../shared/port/mailer.ts';

/** The SDK of Azure Communication Services against a server in this process. */

const TOKEN = 'token-of-the-identity';
const before = tls.getCACertificates('default');
let received: { readonly authorization: string | undefined; readonly body: string }[];
let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
let scopes: unknown[];
let mailer: Mailer;
let stop: () => void;

beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  tls.setDefaultCACertificates([...before, cert]);
  const server = createServer({ cert, key }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ authorization: request.headers.authorization, body });
      const { status, headers } = answer;
      const type = { 'content-type': 'application/json' };
      response.writeHead(status, { ...type, ...headers });
      response.end(JSON.stringify({ id: 'one', status: 'Running' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const credential = {
    async getToken(scope: unknown) {
      scopes.push(scope);
      return { token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  mailer = createCommunicationMailer('portal@a.example', `https://localhost:${port}`, credential);
  stop = () => server.close();
});
beforeEach(() => {
  received = [];
  scopes = [];
});
afterAll(() => {
  stop();
  tls.setDefaultCACertificates(before);
});

const send = () =>
  mailer.send({
    to: { address: 'ana@mail.example', name: 'x,y@evil.example' },
    ...{ subject: 'Bonjour', text: 'Bonjour\n', html: '<p>Bonjour</p>', language: 'fr' },
    messageId: 'event1.abc@a.example',
  });

describe('mail by Communication Services', () => {
  it('is accepted once the service has it, under the identity of the app', async () => {
    answer = { status: 202, headers: { 'operation-location': 'https://localhost/one' } };
    expect(await send()).toBe('accepted');
    expect(received.map(({ authorization }) => authorization)).toEqual([`Bearer ${TOKEN}`]);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      senderAddress: 'portal@a.example',
      recipients: { to: [{ address: 'ana@mail.example', displayName: 'x,y@evil.example' }] },
      content: { subject: 'Bonjour', plainText: 'Bonjour\n', html: '<p>Bonjour</p>' },
      headers: { 'Message-ID': '<event1.abc@a.example>' },
      userEngagementTrackingDisabled: true,
    });
  });

  it.each([
    [400, 'refused'],
    [401, 'unreachable'],
    [403, 'unreachable'],
    [404, 'unreachable'],
    [500, 'later'],
    [503, 'later'],
  ] as const)('that is answered %i is %s, after one request', async (status, outcome) => {
    answer = { status };
    expect(await send()).toBe(outcome);
    expect(received).toHaveLength(1);
  });

  it('pauses at the limit for as long as the service wants, an hour at most', async () => {
    answer = { status: 429, headers: { 'retry-after': '90' } };
    expect(await send()).toEqual({ retryAfterMs: 90_000 });
    answer = { status: 429, headers: { 'retry-after': '999999' } };
    expect(await send()).toEqual({ retryAfterMs: 3_600_000 });
    answer = { status: 429 };
    expect(await send()).toBe('unreachable');
    expect(received).toHaveLength(3);
  });
});
