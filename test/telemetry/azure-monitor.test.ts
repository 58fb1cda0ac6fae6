import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTelemetry } from '../../shared/telemetry/open-telemetry.ts';
import { credential, TOKEN } from '../azure/faulty-vault.ts';
import { certify, trust } from '../fixture/certificate.ts';

/** Application Insights, as an exporter sees it: ingestion over TLS with a token of Entra. */

// biome-ignore lint/suspicious/noExplicitAny: envelopes as they come
type Envelope = any;

let server: Server;
let endpoint: string;
let status = 200;
const received: { readonly path: string; readonly authorization: string | undefined }[] = [];
const envelopes: Envelope[] = [];

beforeAll(async () => {
  const { key, cert } = await certify();
  trust(cert);
  server = createServer({ key, cert }, async (request, response) => {
    const { authorization } = request.headers;
    received.push({ path: request.url ?? '', authorization });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const items = JSON.parse(text.toString());
    envelopes.push(...items);
    const answer = { itemsReceived: items.length, itemsAccepted: items.length, errors: [] };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function open(onExport: (isTaken: boolean) => void) {
  // As the composition does it: the exporter's figures of its own use go to Microsoft.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  const key = 'InstrumentationKey=00000000-1111-2222-3333-444444444444';
  const minutes = 60_000;
  return openTelemetry({
    settings: {
      serviceName: 'portal-credentials',
      traces: 'none',
      metrics: 'none',
      otlpEndpoint: 'http://localhost:4318',
      spanDelayMs: 10 * minutes,
      metricIntervalMs: 60 * minutes,
    },
    azureMonitor: { connectionString: `${key};IngestionEndpoint=${endpoint}`, credential },
    instanceId: 'instance-1',
    version: '1.2.3',
    gauges: { hashQueueLength: () => 3, vaultCacheAgesMs: () => ({ 'password-pepper': 1500 }) },
    clock: { now: () => Date.now() },
    watchExports: () => onExport,
  });
}

const FIND = {
  span: { kind: 'tables', operation: 'find', table: 'accounts' },
  status: 200,
  error: undefined,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parent: { spanId: '00f067aa0ba902b8', isRemote: false },
  startedAtMs: 1_764_000_000_000,
  endedAtMs: 1_764_000_000_042.5,
} as const;

it('sends spans and metrics with the managed identity', async () => {
  const taken: boolean[] = [];
  const exporter = open((isTaken) => taken.push(isTaken));
  exporter.take({ finished: FIND });
  exporter.take({ event: { kind: 'signIn', outcome: 'signedIn' } });
  await exporter.close();
  expect(taken).toEqual([true, true]);
  expect(new Set(received.map(({ authorization }) => authorization))).toEqual(
    new Set([`Bearer ${TOKEN}`]),
  );
  const span = envelopes.find(({ data }) => data.baseType === 'RemoteDependencyData');
  expect(span.data.baseData).toMatchObject({
    name: 'find accounts',
    success: true,
    duration: '00:00:00.0425',
    properties: { 'db.collection.name': 'accounts' },
  });
  expect(span.time).toBe(new Date(FIND.startedAtMs).toISOString());
  expect(span.tags['ai.operation.id']).toBe(FIND.traceId);
  expect(span.tags['ai.operation.parentId']).toBe(FIND.parent.spanId);
  expect(span.tags['ai.cloud.role']).toBe('portal-credentials');
  const metrics = envelopes
    .filter(({ data }) => data.baseType === 'MetricData')
    .flatMap(({ data }) => data.baseData.metrics.map(({ name }: Envelope) => name));
  expect(metrics).toEqual(
    expect.arrayContaining([
      'credentials.sign_ins',
      'credentials.hash.queue_length',
      'credentials.vault.cache_age',
    ]),
  );
  expect(JSON.stringify(envelopes)).not.toContain(TOKEN);
});

it('logs a refusal of Azure Monitor and throws nothing to the caller', async () => {
  status = 400;
  const taken: boolean[] = [];
  const exporter = open((isTaken) => taken.push(isTaken));
  exporter.take({ finished: FIND });
  await exporter.close();
  expect(taken).toEqual([false, false]);
});
