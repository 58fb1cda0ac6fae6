import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import {
  JSON_TYPE,
  lookAtAll,
  passing,
  sendTo,
  startTestContext,
  type TestContext,
  writing,
} from './fixture/context.ts';
import { expectProblem } from './fixture/raw-service.ts';

/** Bodies that the platform drops, because they came without `Content-Length`. */

let testContext: TestContext;
let before: unknown;

beforeAll(async () => {
  testContext = await startTestContext();
  before = await lookAtAll(testContext);
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const BODIES = ['{}', '{broken', '{"unknown":1}', ''];

describe('a body without a length', () => {
  // A password was reset though its body was never read, and sign-in blamed the JSON.
  it.each(BODIES)('is answered 411 at every endpoint that accepts a body: %j', async (body) => {
    for (const endpoint of writing) {
      const answer = await sendTo(testContext, endpoint, {
        headers: JSON_TYPE,
        body,
        isChunked: true,
      });
      expectProblem(answer, 411, 'length-required', endpoint.name);
    }
  });

  it('is answered 411 even if the body would be right', async () => {
    for (const endpoint of writing) {
      const body = JSON.stringify(passing(testContext, endpoint).body ?? {});
      const answer = await sendTo(testContext, endpoint, {
        headers: JSON_TYPE,
        body,
        isChunked: true,
      });
      expectProblem(answer, 411, 'length-required', endpoint.name);
    }
  });

  it('is judged before its media type, and after token and role', async () => {
    for (const endpoint of writing) {
      const sent = { headers: { 'content-type': 'text/plain' }, body: '{', isChunked: true };
      const answer = await sendTo(testContext, endpoint, sent);
      expectProblem(answer, 411, 'length-required', endpoint.name);
      if (endpoint.access === 'anonymous') continue;
      const without = await sendTo(testContext, endpoint, { ...sent, token: 'x' });
      expectProblem(without, 401, 'invalid-token', endpoint.name);
      if (!/admin$/i.test(endpoint.access)) continue;
      const lower = await sendTo(testContext, endpoint, {
        ...sent,
        token: testContext.agent.token,
      });
      expectProblem(lower, 403, 'forbidden', endpoint.name);
    }
  });

  it('does not change the answers for path and method', async () => {
    const sent = { headers: JSON_TYPE, body: '{}', isChunked: true };
    expectProblem(await testContext.send('POST', '/nowhere', sent), 404, 'not-found');
    expectProblem(await testContext.send('PUT', '/api/me', sent), 405, 'method-not-allowed');
  });

  it('is ignored by methods without a body', async () => {
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      const { status, path, token } = passing(testContext, endpoint);
      for (const method of ['GET', 'HEAD']) {
        const answer = await testContext.send(method, path, { token, body: '[', isChunked: true });
        expect(answer.status, `${method} ${path}`).toBe(status);
      }
    }
  });

  it('changes no user, tag or event', async () => {
    expect(await lookAtAll(testContext)).toEqual(before);
  });
});
