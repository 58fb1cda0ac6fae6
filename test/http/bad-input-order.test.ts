import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { BODY_MAX_BYTES } from '../../shared/http/request.ts';
import {
  JSON_TYPE,
  lookAtAll,
  type Person,
  passing,
  sendTo,
  startTestContext,
  type TestContext,
  UNKNOWN_ID,
  withBody,
  writing,
} from './fixture/context.ts';
import { expectProblem, expectValidation } from './fixture/raw-service.ts';

/**
 * Requests that are wrong in two ways, one pair after the other along CONTRACT.md "Order of
 * checks": path and method, token, role, media type, size, JSON, shape and query, target, self,
 * rank, `If-Match`, rules.
 */

let testContext: TestContext;
let before: unknown;

beforeAll(async () => {
  testContext = await startTestContext();
  before = await lookAtAll(testContext);
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const STALE = { 'if-match': '"0"' };
const authenticated = endpoints.filter(({ access }) => access !== 'anonymous');
const forAdmins = endpoints.filter(({ access }) => /admin$/i.test(access));
const tooLarge = '['.repeat(BODY_MAX_BYTES + 1);

/** Calls as one user upon another, with a body that is right unless another is given. */
function act(
  caller: Pick<Person, 'token'>,
  [method, path]: readonly [method: string, path: string],
  { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
) {
  const { token } = caller;
  const json = body && { body: JSON.stringify(body) };
  return testContext.send(method, path, { token, headers: { ...JSON_TYPE, ...headers }, ...json });
}

const user = (id: string) => ['PATCH', `/api/users/${id}`] as const;
const removal = (id: string) => ['DELETE', `/api/users/${id}`] as const;
const reset = (id: string) => ['POST', `/api/users/${id}/password-reset`] as const;
const unlock = (id: string) => ['POST', `/api/users/${id}/unlock`] as const;
const signOut = (id: string) => ['POST', `/api/users/${id}/sign-out`] as const;

describe('path and method come before the token', () => {
  it.each(['x', undefined])('answers path and method before the token: %s', async (token) => {
    expectProblem(
      await testContext.send('PUT', '/api/users', { token }),
      405,
      'method-not-allowed',
    );
    expectProblem(await testContext.send('GET', '/api/usersx', { token }), 404, 'not-found');
  });
});

describe('the order of token and input', () => {
  const BAD = {
    'media type and body': { headers: { 'content-type': 'text/plain' }, body: '{' },
    size: { headers: JSON_TYPE, body: tooLarge },
    shape: { headers: JSON_TYPE, body: '{"unknown":1}' },
    query: { query: '?unknown=1' },
  } as const;

  it.each(Object.entries(BAD))('answers invalid-token before %s', async (_name, options) => {
    for (const endpoint of authenticated) {
      const none = await sendTo(testContext, endpoint, { ...options, token: undefined });
      expectProblem(none, 401, 'invalid-token', endpoint.name);
      expect(none.headers['www-authenticate']).toBe('Bearer');
      const bad = await sendTo(testContext, endpoint, { ...options, token: 'x' });
      expectProblem(bad, 401, 'invalid-token', endpoint.name);
      expect(bad.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    }
  });

  it('answers invalid-token before an id that no user can have', async () => {
    const answer = await testContext.send('GET', '/api/users/%ff', { token: 'x' });
    expectProblem(answer, 401, 'invalid-token');
  });
});

describe("the order of the caller's role and input", () => {
  const BAD = {
    'media type and body': { headers: { 'content-type': 'text/plain' }, body: '{' },
    size: { headers: JSON_TYPE, body: tooLarge },
    JSON: { headers: JSON_TYPE, body: '[]' },
    shape: { headers: JSON_TYPE, body: '{"unknown":1}' },
    query: { query: '?unknown=1' },
    'the target': {},
  } as const;

  it.each(Object.entries(BAD))('answers forbidden before %s', async (_name, options) => {
    const { token } = testContext.agent;
    for (const endpoint of forAdmins) {
      const answer = await sendTo(testContext, endpoint, { ...options, token });
      expectProblem(answer, 403, 'forbidden', endpoint.name);
    }
  });
});

describe('the order inside the input', () => {
  it('judges the media type before size, JSON, shape and query', async () => {
    for (const endpoint of writing) {
      for (const body of [tooLarge, '{', '{"unknown":1}']) {
        const headers = { 'content-type': 'text/plain' };
        const answer = await sendTo(testContext, endpoint, { headers, body, query: '?unknown=1' });
        expectProblem(answer, 415, 'unsupported-media-type', endpoint.name);
      }
    }
  });

  it('judges the size before JSON, shape and query', async () => {
    const wellFormed = `{"unknown":"${'x'.repeat(BODY_MAX_BYTES)}"}`;
    for (const endpoint of writing) {
      for (const body of [tooLarge, wellFormed]) {
        const answer = await sendTo(testContext, endpoint, {
          headers: JSON_TYPE,
          body,
          query: '?unknown=1',
        });
        expectProblem(answer, 413, 'body-too-large', endpoint.name);
      }
    }
  });

  it('judges JSON before shape and query', async () => {
    for (const endpoint of writing) {
      for (const body of ['{"unknown":1', '{"unknown":"\\ud800"}', '[1]']) {
        const query = '?unknown=1';
        const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body, query });
        expectProblem(answer, 400, 'malformed-request', endpoint.name);
      }
    }
  });
});

describe('the order of input and rules', () => {
  it('judges body and query before the target', async () => {
    for (const endpoint of writing.filter(({ route }) => route.includes('{userId}'))) {
      const options = { headers: JSON_TYPE, body: '{"unknown":1}' };
      const body = await sendTo(testContext, endpoint, options);
      expectProblem(body, 422, 'validation', endpoint.name);
      const right = JSON.stringify(passing(testContext, endpoint).body ?? {});
      const query = await sendTo(testContext, endpoint, {
        headers: JSON_TYPE,
        body: right,
        query: '?unknown=1',
      });
      expectValidation(query, ['?unknown'], endpoint.name);
    }
  });

  it('judges body and query before rank and If-Match', async () => {
    const { globalAdmin, userAdmin } = testContext;
    const options = { body: { displayName: '' }, headers: STALE };
    expectValidation(await act(userAdmin, user(globalAdmin.userId), options), ['/displayName']);
  });

  it('judges body and query before the attempt and the current password', async () => {
    const { agent } = testContext;
    const path = ['POST', '/api/me/password'] as const;
    const answer = await act(agent, path, { body: { currentPassword: 'wrong', newPassword: 1 } });
    expectValidation(answer, ['/newPassword']);
  });

  it('judges body and query before the credentials at sign-in', async () => {
    for (const endpoint of withBody.filter(({ name }) => name === 'signIn')) {
      const body = JSON.stringify({ userName: testContext.agent.userName, password: '' });
      const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
      expectValidation(answer, ['/password']);
    }
  });
});

describe('the order of target and rules', () => {
  it('judges the target before rank and If-Match', async () => {
    const { userAdmin, foreigner } = testContext;
    const upward = { body: { roles: ['globalAdmin'] }, headers: STALE };
    for (const id of [UNKNOWN_ID, foreigner.userId]) {
      expectProblem(await act(userAdmin, user(id), upward), 404, 'not-found');
      for (const call of [removal(id), reset(id)]) {
        expectProblem(await act(userAdmin, call, { headers: STALE }), 404, 'not-found');
      }
    }
  });
});

describe('the order of self and rules', () => {
  it('judges self before If-Match and the last global admin', async () => {
    const { globalAdmin, userAdmin } = testContext;
    for (const self of [globalAdmin, userAdmin]) {
      const answer = await act(self, reset(self.userId), { headers: STALE });
      expectProblem(answer, 403, 'self-reset-forbidden');
    }
  });
});

describe('the order of rank and rules', () => {
  it('judges rank before If-Match', async () => {
    const { globalAdmin, userAdmin, agent } = testContext;
    const calls = [removal(globalAdmin.userId), reset(globalAdmin.userId)];
    for (const call of calls) {
      expectProblem(await act(userAdmin, call, { headers: STALE }), 403, 'forbidden');
    }
    const patch = { body: { displayName: 'x' }, headers: STALE };
    expectProblem(await act(userAdmin, user(globalAdmin.userId), patch), 403, 'forbidden');
    const grant = { body: { roles: ['globalAdmin'] }, headers: STALE };
    expectProblem(await act(userAdmin, user(agent.userId), grant), 403, 'forbidden');
    expectProblem(await act(userAdmin, user(userAdmin.userId), grant), 403, 'forbidden');
    expectProblem(
      await act(userAdmin, removal(userAdmin.userId), { headers: STALE }),
      403,
      'forbidden',
    );
  });

  it('judges rank before the last global admin', async () => {
    const { globalAdmin, userAdmin } = testContext;
    const disable = { body: { status: 'disabled' } };
    expectProblem(await act(userAdmin, user(globalAdmin.userId), disable), 403, 'forbidden');
    expectProblem(await act(userAdmin, removal(globalAdmin.userId)), 403, 'forbidden');
    expectProblem(await act(userAdmin, reset(globalAdmin.userId)), 403, 'forbidden');
  });

  it('answers forbidden to an admin who unlocks or signs out itself', async () => {
    for (const self of [testContext.globalAdmin, testContext.userAdmin]) {
      expectProblem(await act(self, unlock(self.userId)), 403, 'forbidden');
      expectProblem(await act(self, signOut(self.userId)), 403, 'forbidden');
    }
  });
});

describe('the order of If-Match and rules', () => {
  it('judges If-Match before the last global admin', async () => {
    const { globalAdmin } = testContext;
    const self = globalAdmin.userId;
    for (const body of [{ status: 'disabled' }, { roles: ['salesAgent'] }]) {
      const stale = await act(globalAdmin, user(self), { body, headers: STALE });
      expectProblem(stale, 412, 'precondition-failed');
      expectProblem(await act(globalAdmin, user(self), { body }), 409, 'last-global-admin');
    }
    const stale = await act(globalAdmin, removal(self), { headers: STALE });
    expectProblem(stale, 412, 'precondition-failed');
    expectProblem(await act(globalAdmin, removal(self)), 409, 'last-global-admin');
  });

  it('judges If-Match before a patch that would change nothing', async () => {
    const { globalAdmin, agent } = testContext;
    const answer = await act(globalAdmin, user(agent.userId), { body: {}, headers: STALE });
    expectProblem(answer, 412, 'precondition-failed');
  });
});

describe('the order of the last rules', () => {
  it("judges the role, then the caller's tenant, then a taken name", async () => {
    const { globalAdmin, userAdmin, foreigner, agent } = testContext;
    const path = ['POST', '/api/users'] as const;
    const wanted = { displayName: 'x', roles: ['salesAgent'] };
    const foreign = { body: { ...wanted, userName: foreigner.userName } };
    expectValidation(await act(globalAdmin, path, foreign), ['/userName']);
    const taken = { body: { ...wanted, userName: agent.userName } };
    expectProblem(await act(globalAdmin, path, taken), 409, 'user-name-taken');
    const above = { body: { ...taken.body, roles: ['globalAdmin'] } };
    expectProblem(await act(userAdmin, path, above), 403, 'forbidden');
  });
});

it('changes nothing by any rejected call', async () => {
  expect(await lookAtAll(testContext)).toEqual(before);
});
