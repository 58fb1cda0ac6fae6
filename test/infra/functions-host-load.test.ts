import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/host/functions-host.ts';
import { makePackage, removeTemporaryDirectories } from './fixture/package.ts';
import { rawRequest } from './fixture/raw-request.ts';
import { recordOf, resetRecord } from './fixture/record.ts';
import type { UnreadClient } from './fixture/unread-client.ts';

process.env.TICK_SCHEDULE = '0 0 0 31 2 *';

beforeEach(() => {
  resetRecord();
});
afterAll(removeTemporaryDirectories);

type Options = Partial<Parameters<typeof startFunctionsHost>[0]>;

const start = (packageDirectory: string, options: Options = {}): Promise<FunctionsHost> =>
  startFunctionsHost({ packageDirectory, port: 0, log: () => {}, ...options });

/** An app of these registrations alone. */
const appOf = (...registrations: string[]) =>
  makePackage({
    text: `import { app } from '@azure/functions';
      const handler = () => ({ body: 'ok' });
      ${registrations.join('\n')}`,
  });

const http = (name: string, route: string, methods = "['GET']") =>
  `app.http('${name}', { route: '${route}', methods: ${methods}, handler });`;

async function refusal(packageDirectory: string): Promise<string> {
  const host = await start(packageDirectory).then(
    (started) => started,
    (error: Error) => error.message,
  );
  if (typeof host === 'string') return host;
  await host.stop();
  return 'started';
}

describe('loading the functions host', () => {
  it('rejects a route that begins like the host’s own, prefix or not', async () => {
    expect(await refusal(await appOf(http('a', 'admin/x')))).toContain('reserved by the host');
    expect(await refusal(await appOf(http('a', 'Administrators')))).toContain('reserved');
    expect(await refusal(await appOf(http('a', 'runtime')))).toContain('reserved');
    expect(await refusal(await appOf(http('a', 'x/admin'), http('b', 'badmin')))).toBe('started');
    const prefixed = await makePackage(
      {
        text: `import { app } from '@azure/functions'; const handler = () => ({});
        ${http('a', 'administrators')}`,
      },
      { version: '2.0' },
    );
    expect(await refusal(prefixed)).toContain('reserved');
  });

  it('rejects a route that two functions answer with the same method', async () => {
    const twins = await appOf(
      http('a', 'x/{y}', "['GET', 'POST']"),
      http('b', 'X/{y}/', "['POST']"),
    );
    expect(await refusal(twins)).toBe('The functions a and b share a method of the route "x/{y}".');
    const siblings = await appOf(http('a', 'x', "['GET']"), http('b', 'x', "['POST']"));
    expect(await refusal(siblings)).toBe('started');
  });

  it('rejects an unsupported route, name or schedule and quotes it', async () => {
    expect(await refusal(await appOf(http('a', 'x/{y:int}')))).toContain('"{y:int}"');
    expect(await refusal(await appOf(http('a', '{*x}/y')))).toContain('"{*x}"');
    expect(await refusal(await appOf(http('a b', 'x')))).toContain('"a b"');
    expect(await refusal(await appOf(http('a', 'x'), http('A', 'y')))).toContain('"A"');
    const timer = (text: string) => `app.timer('t', { schedule: '${text}', handler: () => {} });`;
    expect(await refusal(await appOf(timer('* * *')))).toContain('NCRONTAB');
    expect(await refusal(await appOf(timer('%NOBODY_SET_THIS%')))).toContain('NCRONTAB');
    expect(await refusal(await appOf(timer('%TICK_SCHEDULE%')))).toBe('started');
  });

  it('passes on what the app throws, and leaves the port free', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const broken = await appOf("throw new Error('at load');");
    await expect(start(broken, { port })).rejects.toThrow('at load');
    const host = await start(await appOf(http('a', 'x')), { port });
    await expect(start(broken, { port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await host.stop();
  });

  it('uses the route prefix of host.json, or `api` without one', async () => {
    const text = `import { app } from '@azure/functions';
      app.http('b', { route: 'x', methods: ['GET'], handler: () => ({}) });`;
    for (const [hostFile, path] of [
      [{ version: '2.0' }, '/api/x'],
      [{ extensions: { http: { routePrefix: 'v1' } } }, '/v1/x'],
    ] as const) {
      const host = await start(await makePackage({ text }, hostFile));
      expect((await rawRequest(host.origin, path)).status).toBe(200);
      expect((await rawRequest(host.origin, '/x')).status).toBe(404);
      await host.stop();
    }
  });

  it('has its address before it loads the app, and lets requests wait', async () => {
    const prepared = Promise.withResolvers<void>();
    const bound = Promise.withResolvers<string>();
    const starting = start(await makePackage({ file: 'app.ts' }), {
      beforeLoad: async (origin) => {
        bound.resolve(origin);
        await prepared.promise;
        recordOf().events.push('prepared');
      },
    });
    const origin = await bound.promise;
    const early = rawRequest(origin, '/nothing');
    expect(recordOf().events).toEqual([]);
    prepared.resolve();
    expect((await early).status).toBe(204);
    expect(recordOf().events).toEqual(['prepared', 'appStart']);
    const host = await starting;
    expect(host.origin).toBe(origin);
    await host.stop();
  });

  it('runs timers by their schedule', async () => {
    process.env.TICK_SCHEDULE = '* * * * * *';
    recordOf().tickGate.resolve();
    const host = await start(await makePackage({ file: 'app.ts' }));
    await expect.poll(() => recordOf().ticks, { timeout: 5000 }).toBeGreaterThan(1);
    await host.stop();
    process.env.TICK_SCHEDULE = '0 0 0 31 2 *';
  });
});

describe('stopping the functions host', () => {
  it('answers requests in flight, rejects new ones, then ends the app', async () => {
    const host = await start(await makePackage({ file: 'app.ts' }));
    const agent = new Agent({ keepAlive: true });
    await rawRequest(host.origin, '/nothing', { agent });
    const slow = rawRequest(host.origin, '/slow', { agent });
    await expect.poll(() => recordOf().events.at(-1)).toBe('slow begins');
    const stopped = host.stop();
    const codeOf = () => rawRequest(host.origin, '/nothing').then(String, ({ code }) => code);
    await expect.poll(codeOf).toBe('ECONNREFUSED');
    recordOf().gate.resolve();
    const answer = await slow;
    expect(answer).toMatchObject({ status: 200, body: 'slow' });
    expect(answer.headers.connection).toBe('close');
    await stopped;
    expect(recordOf().events.slice(-2)).toEqual(['slow ends', 'appTerminate']);
    agent.destroy();
  });

  // Up to all of 12 sign-ins were reset when the stop came before they were read.
  it('answers requests that were sent before it and not yet read', async () => {
    const host = await start(await makePackage({ file: 'app.ts' }));
    const isSent = new SharedArrayBuffer(4);
    const port = Number(new URL(host.origin).port);
    const workerData: UnreadClient = { port, path: '/nothing', connections: 12, isSent };
    const client = new Worker(new URL('./fixture/unread-client.ts', import.meta.url), {
      workerData,
    });
    await once(client, 'message');
    client.postMessage('send');
    // The event loop stands still until everything is sent.
    expect(Atomics.wait(new Int32Array(isSent), 0, 0, 20_000)).not.toBe('timed-out');
    const [[statuses]] = await Promise.all([once(client, 'message'), host.stop()]);
    expect(statuses).toEqual(Array.from({ length: 12 }, () => 'HTTP/1.1 204'));
    await client.terminate();
  });

  it('waits for a timer, but for no idle connection', async () => {
    const host = await start(await makePackage({ file: 'app.ts' }));
    const idle = connect(Number(new URL(host.origin).port), '127.0.0.1');
    const agent = new Agent({ keepAlive: true });
    await rawRequest(host.origin, '/nothing', { agent });
    const run = host.runTimer('tick');
    await expect.poll(() => recordOf().ticks).toBe(1);
    const stopped = host.stop();
    recordOf().tickGate.resolve();
    await Promise.all([run, stopped]);
    expect(recordOf().events.at(-1)).toBe('appTerminate');
    idle.destroy();
    agent.destroy();
  });
});
