import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/host/functions-host.ts';
import { BODY_HELD_BYTES } from '../../infra/local/host/http-exchange.ts';
import { makePackage, removeTemporaryDirectories } from './fixture/package.ts';
import { type RawRequest, rawRequest } from './fixture/raw-request.ts';
import { recordOf, resetRecord } from './fixture/record.ts';

const logged: string[] = [];
const answered: string[] = [];
let host: FunctionsHost;
let isStoreBroken = false;

beforeAll(async () => {
  // The 31st of February: never on its own account.
  process.env.TICK_SCHEDULE = '0 0 0 31 2 *';
  resetRecord();
  host = await startFunctionsHost({
    packageDirectory: await makePackage({ file: 'app.ts' }),
    port: 0,
    log: (level, message, source) => {
      const of = source && `[${source.operation} ${source.requestId}] `;
      logged.push(`${level} ${of ?? ''}${message}`);
    },
    beforeAnswer: async ({ method }) => {
      answered.push(method);
      if (isStoreBroken) throw new Error('disk full');
    },
  });
});

beforeEach(() => {
  resetRecord();
  logged.length = 0;
  answered.length = 0;
  isStoreBroken = false;
});

afterAll(async () => {
  recordOf().gate.resolve();
  recordOf().tickGate.resolve();
  await host?.stop();
  await removeTemporaryDirectories();
});

const send = (path: string, options?: RawRequest) => rawRequest(host.origin, path, options);

/** The app's own record of its request. */
async function echo(path: string, options?: RawRequest) {
  const answer = await send(path, options);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body);
}

describe('routing in the functions host', () => {
  it('lists the functions in the order in which their routes are tried', () => {
    expect(host.functions).toEqual([
      'boom',
      'cookies',
      'echo',
      'healed',
      'nothing',
      'orderA',
      'orderB',
      'slow',
      'teapot',
      'tick',
      'wrongHeader',
      'zRest',
    ]);
  });

  it('chooses the first matching name, though a later one is more specific', async () => {
    expect((await echo('/order/exact')).function).toBe('orderA');
  });

  it('continues to the next route if the method does not match', async () => {
    expect((await echo('/order/exact', { method: 'POST' })).function).toBe('orderB');
  });

  it('ignores case and one slash at the end, and no more', async () => {
    expect((await echo('/aPI/eCHO/Ana')).params).toEqual({ name: 'Ana' });
    expect((await echo('/api/echo/Ana/')).function).toBe('echo');
    expect((await echo('/api/echo/Ana//')).function).toBe('zRest');
    expect((await echo('/api//echo/Ana')).function).toBe('zRest');
    expect((await echo('/api/echo/Ana/more')).function).toBe('zRest');
    expect((await echo('/api/echo')).function).toBe('zRest');
  });

  it('passes the rest of the path to a catch-all, the root too', async () => {
    expect((await echo('/')).params).toEqual({ path: '' });
    expect((await echo('/.well-known/x/y')).params).toEqual({ path: '.well-known/x/y' });
  });

  it('answers an empty 404 if no method matches', async () => {
    const answer = await send('/order/exact', { method: 'PUT' });
    expect(answer).toMatchObject({ status: 404, body: '' });
    expect(answered).toEqual([]);
  });

  it('decodes parameters, but neither %2F nor a malformed escape', async () => {
    expect((await echo('/api/echo/a%20b%C3%A9')).params).toEqual({ name: 'a bé' });
    expect((await echo('/api/%65cho/x')).function).toBe('echo');
    const slash = await echo('/api/echo/a%2fb%2Fc');
    expect(slash.params).toEqual({ name: 'a%2fb%2Fc' });
    expect(slash.url).toBe(`${host.origin}/api/echo/a%2fb%2Fc`);
    for (const bad of ['%zz', '%', '%e0%a4%a', '%ff']) {
      expect((await echo(`/api/echo/${bad}`)).params).toEqual({ name: bad });
    }
  });

  it('answers 400 to a malformed address and continues', async () => {
    expect((await send('/nothing', { headers: { host: 'a b' } })).status).toBe(400);
    expect((await send('ftp://x/nothing')).status).toBe(400);
    expect((await send(`${host.origin}/nothing`)).status).toBe(204);
  });
});

describe('a request that the host passes to the app', () => {
  it('joins repeated query values by commas and keeps the URL', async () => {
    const { query, url } = await echo('/api/echo/x?a=1&b=%2B+&a=2&A=3');
    expect(query).toEqual({ a: '1,2,3', b: '+ ' });
    expect(url).toBe(`${host.origin}/api/echo/x?a=1&b=%2B+&a=2&A=3`);
    expect((await echo('/api/echo/x')).query).toEqual({});
  });

  it('adds its own forwarded entry behind those of the caller', async () => {
    const alone = await echo('/api/echo/x', {});
    expect(alone.headers['x-forwarded-for']).toMatch(/^127\.0\.0\.1:\d+$/);
    const forged = { 'x-forwarded-for': '203.0.113.9' };
    const behind = await echo('/api/echo/x', { headers: forged });
    expect(behind.headers['x-forwarded-for']).toMatch(/^203\.0\.113\.9,127\.0\.0\.1:\d+$/);
  });

  it('joins repeated headers by commas', async () => {
    const { headers } = await echo('/api/echo/x', { headers: { authorization: ['a', 'b'] } });
    expect(headers.authorization).toBe('a,b');
  });

  it('forwards a body of a stated length and drops a chunked one', async () => {
    const sent = { method: 'POST', body: '{"a":"é"}' };
    expect((await echo('/api/echo/x', sent)).body).toBe('{"a":"é"}');
    expect((await echo('/api/echo/x', { ...sent, isChunked: true })).body).toBe('');
    expect((await echo('/api/echo/x', { method: 'POST', body: '' })).body).toBe('');
  });

  it('drops the body of a GET, which no request object can hold', async () => {
    expect((await echo('/api/echo/x', { body: 'x' })).body).toBe('');
  });

  // Its own bare 413 was no problem of RFC 9457, and came before the token was looked at.
  it('forwards the beginning of a body that is too large', async () => {
    for (const more of [0, 1, 100_000]) {
      const sent = Buffer.alloc(BODY_HELD_BYTES + more, 'x');
      const { body } = await echo('/api/echo/x', { method: 'POST', body: sent });
      expect(body.length, `${more}`).toBe(BODY_HELD_BYTES);
    }
  });

  it('has its own invocation id and the trace of the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [one, two] = await Promise.all([
      echo('/api/echo/x', { headers: { traceparent } }),
      echo('/api/echo/x'),
    ]);
    expect(one.invocationId).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(two.invocationId).not.toBe(one.invocationId);
    expect(one.traceParent).toBe(traceparent);
    expect(two.traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(logged).toContain(`information [echo ${one.invocationId}] body of 0`);
  });
});

describe('an answer of the host', () => {
  it('sends status, headers and body with its own length', async () => {
    const answer = await send('/teapot');
    expect(answer).toMatchObject({ status: 418, body: 'short and stout' });
    expect(answer.headers).toMatchObject({ 'x-one': 'a', 'content-length': '15' });
  });

  it('answers HEAD as the app registers it, without the body', async () => {
    const answer = await send('/api/echo/x', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
    expect((await send('/order/a', { method: 'HEAD' })).status).toBe(404);
  });

  it('is 204 for no result, and a bare 500 for a throw', async () => {
    expect(await send('/nothing')).toMatchObject({ status: 204, body: '' });
    const thrown = await send('/boom');
    expect(thrown).toMatchObject({ status: 500, body: '' });
    expect(thrown.headers['content-type']).toBeUndefined();
    expect(logged.join()).toContain('error [boom] failed: Error: as planned');
  });

  it('is the result that a hook sets after clearing the error', async () => {
    expect(await send('/healed')).toMatchObject({ status: 202, body: 'healed' });
    expect(recordOf().events).toEqual(['preInvocation', 'postInvocation ill']);
  });

  it('sends each cookie in its own header', async () => {
    const { headers } = await send('/cookies');
    expect(headers['set-cookie']).toEqual([
      'a=1%202; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Strict',
      'b=2; Path=/b; SameSite=None',
    ]);
    expect(headers['x-many']).toBe('a, b');
  });

  it('waits until the changes are stored', async () => {
    await send('/api/echo/x', { method: 'POST' });
    await send('/boom');
    expect(answered).toEqual(['POST', 'GET']);
  });

  it('is a bare 503 if the changes could not be stored', async () => {
    isStoreBroken = true;
    const answer = await send('/cookies');
    expect(answer).toMatchObject({ status: 503, body: '' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('lets a call continue after its caller hangs up', async () => {
    const socket = connect(Number(new URL(host.origin).port), '127.0.0.1');
    socket.write('POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
    await expect.poll(() => recordOf().events).toEqual(['slow begins']);
    socket.destroy();
    recordOf().gate.resolve();
    await expect.poll(() => answered).toEqual(['POST']);
    expect(recordOf().events).toEqual(['slow begins', 'slow ends']);
  });

  it('survives a caller that hangs up in its body, or sends nonsense', async () => {
    const port = Number(new URL(host.origin).port);
    const half = connect(port, '127.0.0.1');
    half.write('POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc', () =>
      half.destroy(),
    );
    const nonsense = connect(port, '127.0.0.1', () => nonsense.end('\0\0\0 nonsense\r\n\r\n'));
    const reply = await nonsense.toArray();
    expect(Buffer.concat(reply).toString()).toMatch(/^HTTP\/1.1 400 /);
    expect((await send('/nothing')).status).toBe(204);
    expect(recordOf().events).toEqual([]);
  });
});

describe('timers of the functions host', () => {
  const run = (name: string, options: RawRequest = {}) =>
    send(`/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      ...options,
    });

  it('run on demand: 202 at once, and the run continues behind it', async () => {
    expect(await run('TICK')).toMatchObject({ status: 202, body: '' });
    await expect.poll(() => recordOf().events).toEqual(['tick tick false']);
    expect(answered).toEqual([]);
    recordOf().tickGate.resolve();
    await expect.poll(() => answered).toEqual(['TIMER']);
  });

  it('never run twice at a time, and run again for calls during a run', async () => {
    const runs = [host.runTimer('tick'), host.runTimer('tick'), host.runTimer('tick')];
    await expect.poll(() => recordOf().ticks).toBe(1);
    recordOf().tickGate.resolve();
    await Promise.all(runs);
    expect(recordOf()).toMatchObject({ ticks: 2, tickingMost: 1 });
  });

  it('report a failed run to a caller in the process, and log it', async () => {
    const record = recordOf();
    record.tickFails = true;
    record.tickGate.resolve();
    await expect(host.runTimer('tick')).rejects.toThrow('tick failed');
    expect(logged.join()).toContain('error [tick] failed: Error: tick failed');
    record.tickFails = false;
    await host.runTimer('tick');
  });

  it('reject a call that is not a run of a timer', async () => {
    expect((await run('nobody')).status).toBe(404);
    expect((await run('echo')).status).toBe(404);
    expect((await run('tick/more')).status).toBe(404);
    expect((await run('tick', { method: 'GET' })).status).toBe(405);
    expect((await run('tick', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await run('tick', { body: '{' })).status).toBe(400);
    expect((await run('tick', { body: '' })).status).toBe(400);
    expect((await send('/admin')).status).toBe(404);
    expect(recordOf().ticks).toBe(0);
    await expect(host.runTimer('nobody')).rejects.toThrow('no timer function "nobody"');
  });
});
