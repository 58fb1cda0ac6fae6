import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createCommunicationMailer } from '../../shared/mail/communication-mailer.ts';
import { trust } from '../fixture/certificate.ts';
import { type Received, startReceiver } from '../webhook/fixture/receiver.ts';
import { FROM, messageTo } from './fixture/mail-server.ts';

/** Mail by Azure Communication Services: the real SDK, and a server in its place. */

const NOW_MS = Date.parse('2026-01-02T03:04:05Z');
const credential = {
  getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Reply = (response: ServerResponse, request: Received) => void;

/** Starts a server whose certificate is trusted, and a mailer that uses it. */
async function start(reply: Reply) {
  const receiver = await startReceiver(reply, true);
  closing.push(() => receiver.close());
  const distrust = trust(receiver.certificate ?? '');
  closing.push(async () => distrust());
  const { origin } = new URL(receiver.url);
  const clock = { now: () => NOW_MS };
  const mailer = createCommunicationMailer({
    ...{ from: FROM, endpoint: origin, credential, clock, timeoutMs: 2000 },
  });
  return { receiver, send: () => mailer.send(messageTo('ana@mail.example')) };
}

/** Answers with a status, headers, and what the service says. */
const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { code: 'Any', message: 'no' } }));
  };

const accept: Reply = (response, request) => {
  const place = `https://${request.headers.host}/emails/operations/1?api-version=2023-03-31`;
  response.writeHead(202, { 'content-type': 'application/json', 'operation-location': place });
  response.end(JSON.stringify({ id: '1', status: 'Running' }));
};

describe('mail by Communication Services', () => {
  it('is accepted with one request, to an address that is a member of its own', async () => {
    const { receiver, send } = await start(accept);
    expect(await send()).toBe('accepted');
    expect(receiver.received.map(({ method }) => method)).toEqual(['POST']);
    const [posted] = receiver.received;
    expect(posted?.headers.authorization).toBe('Bearer a-token');
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({
      senderAddress: FROM,
      recipients: { to: [{ address: 'ana@mail.example', displayName: 'Ana' }] },
      headers: { 'Message-ID': '<event1.abc@contoso.example>' },
      userEngagementTrackingDisabled: true,
    });
  });

  it('that was accepted is not sent again because its state cannot be read', async () => {
    const { send } = await start((response, request) =>
      (request.method === 'POST' ? accept : answer(429))(response, request),
    );
    expect(await send()).toBe('accepted');
  });

  it.each([
    ['7', { retryAfterMs: 7000 }],
    ['Fri, 02 Jan 2026 03:05:05 GMT', { retryAfterMs: 60_000 }],
    ['86400', { retryAfterMs: 3_600_000 }],
    ['soon', 'unreachable'],
  ])('waits as long as a limit says: %s', async (retryAfter, outcome) => {
    const { receiver, send } = await start(answer(429, { 'retry-after': retryAfter }));
    expect(await send()).toEqual(outcome);
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    [400, 'refused'],
    [401, 'unreachable'],
    [403, 'unreachable'],
    [404, 'unreachable'],
    [429, 'unreachable'],
    [500, 'later'],
    [503, 'later'],
  ])('is judged by the status %i: %s', async (status, outcome) => {
    const { receiver, send } = await start(answer(status));
    expect(await send()).toBe(outcome);
    expect(receiver.received).toHaveLength(1);
  });

  it('does not wait for a service that is silent', async () => {
    const { send } = await start(() => {});
    expect(await send()).toBe('unreachable');
  });
});
