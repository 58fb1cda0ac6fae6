import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { passing, sendTo, startTestContext, type TestContext } from './fixture/context.ts';

/** RFC 9110 section 9.1: HEAD is supported wherever GET is. */

let testContext: TestContext;

beforeAll(async () => {
  testContext = await startTestContext();
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const reading = endpoints.filter(({ method }) => method === 'GET');
/** Their values are those of the one answer. */
const OF_ONE_ANSWER = ['x-request-id', 'date'];

/** Headers by their names, with the values that two answers must share. */
function headersOf({ headers }: { readonly headers: object }) {
  const entries = Object.entries(headers);
  return entries.map(([name, value]) => (OF_ONE_ANSWER.includes(name) ? [name] : [name, value]));
}

async function expectSame(path: string, token?: string, headers: Record<string, string> = {}) {
  const get = await testContext.send('GET', path, { token, headers });
  const head = await testContext.send('HEAD', path, { token, headers });
  expect(head.status, path).toBe(get.status);
  expect(head.text, path).toBe('');
  // The request id is in the body of a problem, and as long each time.
  expect(headersOf(head), path).toEqual(headersOf(get));
}

describe('HEAD', () => {
  it('answers what GET answers, with the same headers and no body', async () => {
    for (const endpoint of reading) {
      const { path, token } = passing(testContext, endpoint);
      await expectSame(path, token);
      await expectSame(`${path}?unknown=1`, token);
      await expectSame(path, 'x');
    }
    await expectSame(`/api/users/${testContext.agent.userId}`, testContext.globalAdmin.token);
  });

  it('answers for the portal, in each encoding and with If-None-Match', async () => {
    for (const coding of ['identity', 'gzip', 'br']) {
      await expectSame('/', undefined, { 'accept-encoding': coding });
    }
    const { headers } = await testContext.send('HEAD', '/');
    await expectSame('/', undefined, { 'if-none-match': String(headers.etag) });
  });

  it('is in Allow for every path of GET, and for no other', async () => {
    for (const endpoint of endpoints) {
      const { path } = passing(testContext, endpoint);
      const { status, headers } = await testContext.send('PUT', path);
      expect(status).toBe(405);
      const allowed = headers.allow?.split(', ') ?? [];
      expect(allowed.includes('HEAD'), path).toBe(allowed.includes('GET'));
    }
    expect((await testContext.send('POST', '/')).headers.allow).toBe('GET, HEAD');
  });

  it('answers 405 to a path without GET', async () => {
    for (const path of ['/api/sign-in', `/api/users/${testContext.agent.userId}/unlock`]) {
      expect(await testContext.send('HEAD', path)).toMatchObject({ status: 405, text: '' });
    }
  });

  it('judges token, role and target as GET does', async () => {
    for (const endpoint of reading.filter(({ access }) => access === 'admin')) {
      const { path } = passing(testContext, endpoint);
      const { token } = testContext.agent;
      expect((await testContext.send('HEAD', path, { token })).status, path).toBe(403);
      expect((await sendTo(testContext, endpoint, { token: undefined })).status, path).toBe(401);
    }
  });
});
