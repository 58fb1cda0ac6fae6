import dns from 'node:dns';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tenant, UserId } from '../../shared/credential/name.ts';
import type { Notice } from '../../shared/credential/notice.ts';
import {
  createWebhookSecrets,
  deriveWebhookSecret,
  formatWebhookSecret,
} from '../../shared/crypto/secret/webhook-key.ts';
import type { LogFields } from '../../shared/port/log.ts';
import type { SecretVersion } from '../../shared/port/vault.ts';
import { createWebhookLane, webhookLaneName } from '../../shared/webhook/webhook-lane.ts';
import { type Answer, type Received, type Receiver, startReceiver } from './fixture/receiver.ts';

/** Webhooks, on real receivers that verify by the libraries of the two standards. */

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 31, 9);
const NOTICE: Notice = {
  tenant: 'contoso.example' as Tenant,
  lane: 'hook',
  person: undefined,
  event: {
    eventId: '0123456789ABCDEFGHJKMNPQRS',
    type: 'password.reset',
    atMs: NOW_MS,
    actor: { system: 'operator' },
    subject: { userId: 'ana1' as UserId },
    sequence: 7,
    details: {},
  },
};
const TARGET = { address: 'host', recipient: undefined };

const keyOf = (letter: string, createdAtMs: number): SecretVersion => ({
  version: letter,
  value: letter.repeat(43),
  createdAtMs,
});
const OLD = keyOf('A', 0);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function receiver(answer: Answer, isTls = false): Promise<Receiver> {
  const started = await startReceiver(answer, isTls);
  closing.push(() => started.close());
  return started;
}

interface Sender {
  readonly keys?: readonly SecretVersion[];
  readonly timeoutMs?: number;
  readonly nowMs?: () => number;
  readonly lines?: unknown[];
}

function laneTo(url: string, { keys = [OLD], nowMs = Date.now, ...sender }: Sender = {}) {
  const { timeoutMs = 10_000, lines = [] } = sender;
  const clock = { now: nowMs };
  const note = (message: string, fields?: LogFields) => lines.push({ message, ...fields });
  return createWebhookLane({
    url,
    publicOrigin: 'https://portal.example',
    clock,
    log: { info: note, warn: note, error: note },
    secretsOf: createWebhookSecrets({ all: async () => keys }, clock),
    timeoutMs,
  });
}

const send = (url: string, sender?: Sender) => laneTo(url, sender).send(NOTICE, TARGET);

function verify(key: SecretVersion, url: string, { headers, body }: Received): unknown {
  const secret = formatWebhookSecret(deriveWebhookSecret(key, url));
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

describe('a webhook', () => {
  it('is one that the libraries of CloudEvents and Standard Webhooks accept', async () => {
    const { url, received } = await receiver(204);
    expect(await send(url)).toBe('accepted');
    const [one] = received;
    if (one === undefined) throw new Error('nothing came');
    expect(one).toMatchObject({ method: 'POST', path: '/hook/s3cret?key=value' });
    expect(one.headers['webhook-id']).toBe(NOTICE.event.eventId);
    expect(one.headers.cookie).toBeUndefined();
    verify(OLD, url, one);
    const event = HTTP.toEvent({ headers: one.headers, body: one.body });
    expect(event).toMatchObject({
      specversion: '1.0',
      id: NOTICE.event.eventId,
      source: 'https://portal.example/tenants/contoso.example',
      type: 'org.portal-credentials.password.reset.v1',
      subject: 'ana1',
      time: '2026-01-31T09:00:00.000Z',
      sequence: 7,
    });
    expect(JSON.parse(one.body).data).toEqual({
      type: 'password.reset',
      tenant: 'contoso.example',
      subject: { userId: 'ana1' },
      actor: { system: 'operator' },
    });
  });

  it('of an event of the tenant has the tenant as its subject', async () => {
    const { url, received } = await receiver(200);
    const subject = { tenant: NOTICE.tenant };
    const event = { ...NOTICE.event, type: 'tenant.settings-changed', subject } as const;
    await laneTo(url).send({ ...NOTICE, event }, TARGET);
    expect(JSON.parse(received[0]?.body ?? '').subject).toBe('contoso.example');
  });

  it('of another URL has another secret, whose bytes Standard Webhooks takes', () => {
    const [one, other] = ['https://a.example/', 'https://b.example/'].map((url) =>
      formatWebhookSecret(deriveWebhookSecret(OLD, url)),
    );
    expect(one).not.toBe(other);
    expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhookLaneName('https://a.example/')).toMatch(/^hook[0-9a-f]{16}$/);
  });

  it('goes nowhere through a proxy that the environment names', async () => {
    const proxy = await receiver(200);
    const { origin } = new URL(proxy.url);
    closing.push(http.setGlobalProxyFromEnv({ HTTP_PROXY: origin, http_proxy: origin }));
    const { url, received } = await receiver(204);
    expect(await send(url)).toBe('accepted');
    expect([received.length, proxy.received.length]).toEqual([1, 0]);
  });
});

describe('the answer of a webhook', () => {
  it.each([200, 202, 299])('%i is accepted', async (status) => {
    const { url } = await receiver(status);
    expect(await send(url)).toBe('accepted');
  });

  it.each([
    [300, 'unreachable'],
    [400, 'later'],
    [401, 'unreachable'],
    [404, 'unreachable'],
    [410, 'gone'],
    [422, 'later'],
    [429, 'unreachable'],
    [500, 'unreachable'],
  ])('%i is %s', async (status, outcome) => {
    const { url } = await receiver(status);
    expect(await send(url)).toBe(outcome);
  });

  it('301 is a failure, and is not followed', async () => {
    const elsewhere = await receiver(200);
    const { url } = await receiver((response) =>
      response.writeHead(301, { location: elsewhere.url }).end(),
    );
    expect(await send(url)).toBe('unreachable');
    expect(elsewhere.received).toEqual([]);
  });

  it.each([
    ['7200', HOUR_MS],
    ['60', 60_000],
    [new Date(NOW_MS + 120_000).toUTCString(), 120_000],
    [new Date(NOW_MS + 2 * HOUR_MS).toUTCString(), HOUR_MS],
  ])('429 with Retry-After %s is obeyed, up to an hour', async (retryAfter, retryAfterMs) => {
    const { url } = await receiver((response) =>
      response.writeHead(429, { 'retry-after': retryAfter }).end(),
    );
    expect(await send(url, { nowMs: () => NOW_MS })).toEqual({ retryAfterMs });
  });

  it.each(['-1', 'soon', '0', '1e3'])('429 with Retry-After %s is a failure', async (text) => {
    const { url } = await receiver((response) =>
      response.writeHead(429, { 'retry-after': text }).end(),
    );
    expect(await send(url)).toBe('unreachable');
  });

  it('with a body that never ends is accepted for its status, and read no further', async () => {
    const ended = Promise.withResolvers<void>();
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const write = () => {
        while (response.write('x'.repeat(16 * 1024)));
      };
      response.on('drain', write).on('close', () => ended.resolve());
      write();
    });
    expect(await send(url)).toBe('accepted');
    await ended.promise;
  });

  it('that is cut after its status is accepted', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('x', () => response.destroy());
    });
    expect(await send(url)).toBe('accepted');
  });

  it('that drips after its status ends with the time of the try', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      response.write('x');
    });
    expect(await send(url, { timeoutMs: 300 })).toBe('accepted');
  });
});

describe('a webhook without an answer is unreachable', () => {
  it('when its receiver is silent', async () => {
    const { url } = await receiver(() => {});
    expect(await send(url, { timeoutMs: 300 })).toBe('unreachable');
  });

  it('when its receiver cuts the connection', async () => {
    const { url } = await receiver((response) => response.destroy());
    expect(await send(url)).toBe('unreachable');
  });

  it('when its receiver speaks something else, or changes the protocol', async () => {
    for (const text of ['220 mail.example ESMTP\r\n', 'HTTP/1.1 101 X\r\nUpgrade: y\r\n\r\n']) {
      const server = createServer((socket) => socket.on('error', () => {}).end(text));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => server.close());
      const { port } = server.address() as { port: number };
      expect(await send(`http://127.0.0.1:${port}/`)).toBe('unreachable');
    }
  });

  it('when nothing listens, and when its certificate is wrong', async () => {
    expect(await send('http://127.0.0.1:1/')).toBe('unreachable');
    const { url, received } = await receiver(200, true);
    expect(await send(url)).toBe('unreachable');
    expect(received).toEqual([]);
  });

  it('when the vault has no key', async () => {
    const { url, received } = await receiver(200);
    const secretsOf = () => Promise.reject(new Error('no key'));
    const log = { info() {}, warn() {}, error() {} };
    const options = { url, publicOrigin: 'https://p.example', clock: Date, log, secretsOf };
    expect(await createWebhookLane(options).send(NOTICE, TARGET)).toBe('unreachable');
    expect(received).toEqual([]);
  });

  it('when its name leads to an address that nothing may be sent to', async () => {
    const { lookup } = dns;
    closing.push(() => {
      dns.lookup = lookup;
      syncBuiltinESMExports();
    });
    const lines: { error?: string }[] = [];
    for (const [scheme, address] of [
      ['https', '169.254.169.254'],
      ['https', '::ffff:a9fe:a9fe'],
      ['http', '10.0.0.1'],
    ] as const) {
      const found = [{ address, family: address.includes(':') ? 6 : 4 }];
      const answer = (_: string, __: object, done: (...all: unknown[]) => void) =>
        done(null, found);
      dns.lookup = answer as typeof lookup;
      syncBuiltinESMExports();
      expect(await send(`${scheme}://localhost:1/`, { lines })).toBe('unreachable');
    }
    expect(lines.map(({ error }) => error)).toEqual(
      Array.from({ length: 3 }, () => 'there is no answer (EFORBIDDEN)'),
    );
  });
});

it('a notice that cannot be rendered is distinct from a receiver that does not answer', async () => {
  const event = { ...NOTICE.event, atMs: Number.NaN };
  const lane = laneTo('http://127.0.0.1:1/');
  expect(await lane.send({ ...NOTICE, event }, TARGET)).toBe('unrenderable');
});

it('the log and the store get the host of a webhook, not its path', async () => {
  const lines: unknown[] = [];
  const { url } = await receiver(500);
  const lane = laneTo(url, { lines });
  await lane.send(NOTICE, TARGET);
  const targets = await lane.listTargets(NOTICE);
  expect(lines).toEqual([
    {
      message: 'a webhook did not accept a notice',
      host: new URL(url).host,
      status: 500,
    },
  ]);
  expect(JSON.stringify([lines, targets, lane.name])).not.toMatch(/s3cret|value/);
});

describe('the signature of a webhook', () => {
  const NEW_AT_MS = Date.now();
  const keys = [OLD, keyOf('B', NEW_AT_MS)];
  const [, fresh = OLD] = keys;

  async function sentAt(nowMs: number): Promise<readonly [string, Received]> {
    const { url, received } = await receiver(204);
    expect(await send(url, { keys, nowMs: () => nowMs })).toBe('accepted');
    const [one] = received;
    if (one === undefined) throw new Error('nothing came');
    return [url, one];
  }

  it('is there for the old secret and the new one after a rotation', async () => {
    const [url, one] = await sentAt(NEW_AT_MS);
    verify(OLD, url, one);
    verify(fresh, url, one);
  });

  it('of the old secret is there until 72 hours are over, and no longer', async () => {
    const signatures = async (nowMs: number) =>
      String((await sentAt(nowMs))[1].headers['webhook-signature']).split(' ').length;
    expect(await signatures(NEW_AT_MS + 72 * HOUR_MS - 1)).toBe(2);
    expect(await signatures(NEW_AT_MS + 72 * HOUR_MS)).toBe(1);
  });

  it('is made at each try, so a receiver takes it once its clock is right', async () => {
    let offMs = -600_000;
    let url = '';
    const started = await receiver((response, one) => {
      const { now } = Date;
      Date.now = () => now() + offMs;
      try {
        verify(OLD, url, one);
        response.writeHead(204).end();
      } catch {
        response.writeHead(400).end();
      } finally {
        Date.now = now;
      }
    });
    url = started.url;
    expect(await send(url)).toBe('later');
    offMs = 0;
    expect(await send(url)).toBe('accepted');
  });
});
