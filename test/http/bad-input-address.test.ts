import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import type { AnyEndpoint } from '../../shared/http/endpoint.ts';
import { rawRequest } from '../infra/fixture/raw-request.ts';
import {
  JSON_TYPE,
  lookAtAll,
  passing,
  sendTo,
  startTestContext,
  type TestContext,
  UNKNOWN_ID,
} from './fixture/context.ts';
import { expectProblem, expectValidation } from './fixture/raw-service.ts';

/** Paths, queries, ids and preconditions that are wrong, at every endpoint there is. */

let testContext: TestContext;
let before: unknown;

beforeAll(async () => {
  testContext = await startTestContext();
  before = await lookAtAll(testContext);
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

/** The endpoint's passing request, with its body if it has one, at another path. */
function sendAt(endpoint: AnyEndpoint, path: string, headers: Record<string, string> = {}) {
  const { token, body } = passing(testContext, endpoint);
  const options = body && { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } };
  return testContext.send(endpoint.method, path, { token, headers, ...options });
}

describe('a request path', () => {
  // No escape, a separator, bytes that are no UTF-8, half an escape, and more of it.
  const TAILS = ['%zz', '%2f', '%ff', '%', '%2', '/x/x/x', '//', '%20', '%3f', '%23', '%C0%AE'];

  it.each(TAILS)('that continues with %s is not found', async (tail) => {
    for (const endpoint of endpoints) {
      const { path } = passing(testContext, endpoint);
      expectProblem(await sendAt(endpoint, `${path}${tail}`), 404, 'not-found', endpoint.name);
    }
  });

  it.each([
    '/%2e%2e/etc/passwd',
    '//api/users',
    '/api//users',
    '/api/users//events',
    '/api%2fusers',
    '/api/users/..',
    '/api/users;x=1',
    '/api/usersx',
    '/api',
    '/.well-known/',
    '/.env',
    '/problems/',
    '/problems/unknown-code',
    '/problems/__proto__',
    '/problems/toString',
    '/problems/%3Cscript%3E',
    `/${'x'.repeat(8000)}`,
    `/api/users/${'0'.repeat(8000)}`,
    '/%F0%9F%98%80',
  ])('(%.40s) is not found', async (path) => {
    const { token } = testContext.globalAdmin;
    expectProblem(await testContext.send('GET', path, { token }), 404, 'not-found');
  });
});

// The platform's server does: no function of the app ever sees NUL in a path.
it('answers a bare 400 to a NUL in a path', async () => {
  const { token } = testContext.globalAdmin;
  for (const path of ['/%00', '/api/users/%00', '/api/health/live%00?x=1']) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await rawRequest(testContext.service.origin, path, { headers });
    expect([answer.status, answer.body], path).toEqual([400, '']);
  }
});

const targeting = endpoints.filter(({ route }) => route.includes('{userId}'));

const NO_IDS = [
  'x',
  '0',
  '-1',
  'me',
  'admin',
  '__proto__',
  'constructor',
  'undefined',
  'null',
  '0'.repeat(25),
  '0'.repeat(27),
  '0'.repeat(26).replace('0', 'u'),
  '0'.repeat(26).replace('0', 'A'),
  '%30',
  '%2f',
  '%2E%2E%2F',
  '%zz',
  '%ff',
  '%ed%a0%80',
  '%E2%80%AE',
  '%F0%9F%98%80',
  'e%CC%81',
  '*',
  "'%20or%20'1'='1",
  'user$ana@contoso.example',
  'ana@contoso.example',
];

describe('a user id', () => {
  it('is part of the path of eight endpoints', () => {
    expect(targeting.map(({ name }) => name)).toHaveLength(8);
  });

  it.each(NO_IDS)('that no user can have is not found: %s', async (id) => {
    for (const endpoint of targeting) {
      const path = passing(testContext, endpoint).path.replace(UNKNOWN_ID, id);
      const answer = await sendAt(endpoint, path);
      expectProblem(answer, 404, 'not-found', endpoint.name);
    }
  });

  it('of another tenant is answered like an unknown one', async () => {
    for (const endpoint of targeting) {
      const { path } = passing(testContext, endpoint);
      const foreign = await sendAt(
        endpoint,
        path.replace(UNKNOWN_ID, testContext.foreigner.userId),
      );
      expectProblem(foreign, 404, 'not-found', endpoint.name);
      const unknown = await sendAt(endpoint, path);
      const { instance: _, ...told } = foreign.body;
      expect(unknown.body).toMatchObject(told);
    }
  });

  it('in capital letters is not found', async () => {
    const { token } = testContext.globalAdmin;
    const id = testContext.agent.userId.toUpperCase();
    const answer = await testContext.send('GET', `/api/users/${id}`, { token });
    expectProblem(answer, 404, 'not-found');
  });
});

describe('a query', () => {
  const UNKNOWN: Readonly<Record<string, readonly string[]>> = {
    '?unknown=1': ['?unknown'],
    '?unknown': ['?unknown'],
    '?=': ['?'],
    '?__proto__=1': ['?__proto__'],
    '?constructor=1': ['?constructor'],
    '?LIMIT=1': ['?LIMIT'],
    '?access_token=x': ['?access_token'],
    '?%F0%9F%98%80=1': ['?\u{1f600}'],
    '?a%00b=1': ['?a\0b'],
    '?%zz=%zz': ['?%zz'],
    '?%ff=1': ['?\ufffd'],
    '?x=1&y=2': ['?x', '?y'],
    '?limit[]=1': ['?limit[]'],
  };

  it.each(Object.entries(UNKNOWN))('with %s is rejected everywhere', async (query, places) => {
    for (const endpoint of endpoints) {
      const { path } = passing(testContext, endpoint);
      const answer = await sendAt(endpoint, `${path}${query}`);
      expectValidation(answer, places, endpoint.name);
    }
  });

  it('is rejected by value if the parameter is known, else by name', async () => {
    for (const endpoint of endpoints) {
      const { path } = passing(testContext, endpoint);
      const answer = await sendAt(endpoint, `${path}?limit=0`);
      expectValidation(answer, ['?limit'], endpoint.name);
      const [{ detail }] = answer.body.errors;
      const wanted = endpoint.query === undefined ? /^Unknown / : /out of range/;
      expect(detail, endpoint.name).toMatch(wanted);
    }
  });

  it('with a repeated parameter is rejected, even with the same value', async () => {
    for (const endpoint of endpoints) {
      const { path } = passing(testContext, endpoint);
      const answer = await sendAt(endpoint, `${path}?limit=5&limit=5`);
      expectValidation(answer, ['?limit'], endpoint.name);
      expect(answer.body.errors[0].detail).toMatch(/only once/);
    }
  });

  const listing = endpoints.filter(({ query }) => query !== undefined);
  const NO_LIMITS = ['', '0', '201', '-1', '1.5', '1e2', '+5', '%205', '0x5', '٥', 'all', '1,2'];
  const NO_CURSORS = ['', 'x', '0', '*', '%00', '%ff', 'e30', 'eyJhIjoxfQ.x', 'a'.repeat(4000)];

  it.each(NO_LIMITS)('with the limit "%s" is rejected', async (value) => {
    for (const endpoint of listing) {
      const query = `?limit=${encodeURI(decodeURI(value))}`;
      expectValidation(await sendTo(testContext, endpoint, { query }), ['?limit'], endpoint.name);
    }
  });

  it.each(NO_CURSORS)('with the cursor %.20s is rejected', async (value) => {
    for (const endpoint of listing) {
      // Of an existing user: an unknown one is reported before the cursor.
      const { token } = testContext.globalAdmin;
      const path = passing(testContext, endpoint).path.replace(
        UNKNOWN_ID,
        testContext.agent.userId,
      );
      const answer = await testContext.send('GET', `${path}?after=${value}`, { token });
      expectValidation(answer, ['?after'], endpoint.name);
    }
  });

  it.each([
    ['userName', ['', 'a%20b', '%C3%A1na', 'ana%0A', '%00', 'x'.repeat(255)]],
    ['role', ['', 'owner', 'GlobalAdmin', 'globalAdmin,salesAgent', '__proto__']],
    ['status', ['', 'Active', 'deleted']],
    ['credentialState', ['', 'Temporary', 'reset', '0']],
  ])('with an impossible %s is rejected', async (name, values) => {
    const { token } = testContext.globalAdmin;
    for (const value of values) {
      const answer = await testContext.send('GET', `/api/users?${name}=${value}`, { token });
      expectValidation(answer, [`?${name}`], value);
    }
  });

  it('with bounds and every filter is accepted', async () => {
    const { token } = testContext.globalAdmin;
    for (const query of [
      'limit=1',
      'limit=200',
      `userName=${'x'.repeat(254)}`,
      'userName=~&role=salesAgent&status=disabled&credentialState=locked&limit=7',
    ]) {
      expect((await testContext.send('GET', `/api/users?${query}`, { token })).status).toBe(200);
    }
    for (const query of ['limit=1', 'limit=200']) {
      expect((await testContext.send('GET', `/api/events?${query}`, { token })).status).toBe(200);
    }
  });
});

describe('If-Match', () => {
  const conditional = endpoints.filter(({ isConditional }) => isConditional);
  const LONG = `"${'9'.repeat(4000)}"`;
  const STALE = ['"00"', '"999999"', 'garbage', '""', '"', ',', '""*""', '"*"', '0', LONG];

  /** At the agent, who is there; the tag of now is given to each value to make it stale. */
  async function sendIf(endpoint: AnyEndpoint, value: string) {
    const { path } = passing(testContext, endpoint);
    return sendAt(endpoint, path.replace(UNKNOWN_ID, testContext.agent.userId), {
      'if-match': value,
    });
  }

  async function currentTag(): Promise<string> {
    const { token } = testContext.globalAdmin;
    const answer = await testContext.send('GET', `/api/users/${testContext.agent.userId}`, {
      token,
    });
    return String(answer.headers.etag);
  }

  it('is read by PATCH, DELETE and the reset', () => {
    const names = conditional.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['deleteUser', 'resetPassword', 'updateTenant', 'updateUser']);
  });

  it.each(STALE)('(%.20s) answers precondition-failed', async (value) => {
    for (const endpoint of conditional) {
      const answer = await sendIf(endpoint, value);
      expectProblem(answer, 412, 'precondition-failed', endpoint.name);
    }
  });

  it('is compared strongly and as a whole', async () => {
    const tag = await currentTag();
    expect(tag).toMatch(/^"\d+"$/);
    for (const value of [`W/${tag}`, tag.slice(1, -1), `${tag}x`, ` ${tag.replace('"', '" ')}`]) {
      for (const endpoint of conditional) {
        const answer = await sendIf(endpoint, value);
        expectProblem(answer, 412, 'precondition-failed', `${endpoint.name} ${value}`);
      }
    }
  });

  it('changed nothing in the rejected calls of this file', async () => {
    expect(await lookAtAll(testContext)).toEqual(before);
  });

  it('accepts the current tag, alone or in a list, and a star', async () => {
    const patch = endpoints.find(({ name }) => name === 'updateUser') as AnyEndpoint;
    for (const list of [(tag: string) => tag, (tag: string) => `"0", ${tag}`, () => '*']) {
      expect((await sendIf(patch, list(await currentTag()))).status).toBe(200);
    }
  });
});
