import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { type AnyEndpoint, methodsOf } from '../../shared/http/endpoint.ts';
import { rawRequest } from '../infra/fixture/raw-request.ts';
import {
  JSON_TYPE,
  passing,
  startTestContext,
  type TestContext,
  UNKNOWN_ID,
} from './fixture/context.ts';
import { expectProblem } from './fixture/raw-service.ts';

/** Checks what all answers have in common: paths and methods, headers, other origins. */

const PORTALS = ['https://portal.contoso.example', 'http://localhost:5173'] as const;

const PORTAL_URL = 'https://portal.contoso.example/app?theme=dark#/account/password';

let testContext: TestContext;

beforeAll(async () => {
  testContext = await startTestContext({
    env: {
      PORTAL_ORIGINS: PORTALS.join(', '),
      PORTAL_URL,
    },
  });
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

/** Returns the endpoint's route as a path, for an unknown user. */
const pathOf = ({ route }: AnyEndpoint, literal = (text: string) => text) =>
  `/${route
    .split('/')
    .map(
      (segment) => ({ '{userId}': UNKNOWN_ID, '{code}': 'conflict' })[segment] ?? literal(segment),
    )
    .join('/')}`;

/** The methods of each path; OpenAPI's order of paths. */
const paths = Object.entries(Object.groupBy(endpoints, (endpoint) => pathOf(endpoint))).map(
  ([path, group = []]) => [path, group.flatMap<string>(methodsOf)] as const,
);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

describe('routing', () => {
  it.each(paths)(
    'answers on %s other methods than %j with 405 and Allow',
    async (path, methods) => {
      for (const method of METHODS.filter((each) => !methods.includes(each))) {
        const answer = await testContext.send(method, path);
        expect(answer.status, method).toBe(405);
        expect(answer.headers.allow?.split(', ').toSorted()).toEqual(methods.toSorted());
        if (method === 'HEAD') expect(answer.text).toBe('');
        else expectProblem(answer, 405, 'method-not-allowed');
      }
    },
  );

  it('answers 404 to an unknown path with every method', async () => {
    for (const method of METHODS) {
      const answer = await testContext.send(method, '/api/nowhere');
      expect(answer.status, method).toBe(404);
      expect(answer.headers).not.toHaveProperty('allow');
      if (method !== 'HEAD') expectProblem(answer, 404, 'not-found');
    }
  });

  it('answers 404 to a method that the platform does not support', async () => {
    for (const method of ['TRACE', 'PROPFIND']) {
      const answer = await rawRequest(testContext.service.origin, '/api/me', { method });
      expect(answer.status, method).toBe(404);
    }
  });

  it('matches in any case, with and without a slash at the end', async () => {
    for (const endpoint of endpoints) {
      const { body, token, status } = passing(testContext, endpoint);
      if (endpoint.name === 'signOutEverywhere') continue;
      const upper = pathOf(endpoint, (text) => text.toUpperCase());
      for (const path of [upper, `${upper}/`, `${pathOf(endpoint)}/`]) {
        const json = body && { headers: JSON_TYPE, body: JSON.stringify(body) };
        const answer = await testContext.send(endpoint.method, path, { token, ...json });
        // A stranger is another one each time; a wrong method would show as 405.
        expect(answer.status, path).toBe(status);
        const wrong = await testContext.send('PUT', path);
        expect(wrong.status, path).toBe(405);
      }
    }
  });
});

describe('every answer', () => {
  // Problem pages were kept, too, and are no exception of the contract.
  const CACHEABLE = ['passwordPolicy', 'jwks', 'receiptKeys', 'openapi'];

  it('states whether it may be cached, and nosniff', async () => {
    const ids = new Set<string>();
    for (const endpoint of endpoints) {
      const { path, token, body } = passing(testContext, endpoint);
      if (endpoint.name === 'signOutEverywhere') continue;
      const json = body && { headers: JSON_TYPE, body: JSON.stringify(body) };
      const { headers, text } = await testContext.send(endpoint.method, path, { token, ...json });
      const isKept = CACHEABLE.includes(endpoint.name);
      const wanted = isKept ? 'public, max-age=300' : 'no-store';
      expect(headers['cache-control'], endpoint.name).toBe(wanted);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('x-powered-by');
      if (text !== '') expect(headers['content-type']).toMatch(/; charset=utf-8$/);
      ids.add(String(headers['x-request-id']));
    }
    expect(ids.size).toBe(endpoints.length - 1);
  });

  it('that is a refusal is never cached', async () => {
    for (const endpoint of endpoints) {
      const answer = await testContext.send('PUT', pathOf(endpoint));
      expectProblem(answer, 405, 'method-not-allowed');
    }
    for (const name of CACHEABLE) {
      const endpoint = endpoints.find((each) => each.name === name) as AnyEndpoint;
      const answer = await testContext.send('GET', `${pathOf(endpoint)}?unknown=1`);
      expectProblem(answer, 422, 'validation');
    }
  });
});

describe('a cross-origin caller', () => {
  const ALLOWED = 'authorization, content-type, if-match, accept-language, idempotency-key';
  const EXPOSED = 'etag, location, retry-after, x-request-id, www-authenticate, content-language';
  const ask = (method: string) => ({ 'access-control-request-method': method });
  const corsOf = (headers: object) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  it.each(PORTALS)('(%s) gets a preflight for every path', async (origin) => {
    for (const [path, methods] of paths) {
      const answer = await testContext.send('OPTIONS', path, {
        headers: { origin, ...ask(methods[0] ?? ''), 'access-control-request-headers': 'if-match' },
      });
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': ALLOWED,
        'access-control-max-age': '3600',
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(answer.headers.vary).toMatch(/\bOrigin\b/);
    }
  });

  it.each(PORTALS)('(%s) may read every kind of answer', async (origin) => {
    const { token } = testContext.globalAdmin;
    for (const [method, path, status] of [
      ['GET', '/api/users', 200],
      ['GET', '/api/health/live', 200],
      ['GET', `/api/users/${UNKNOWN_ID}`, 404],
      ['GET', '/nowhere', 404],
      ['PUT', '/api/me', 405],
      ['POST', '/api/sign-in', 415],
    ] as const) {
      const answer = await testContext.send(method, path, { token, headers: { origin } });
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': EXPOSED,
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(answer.headers.vary).toBe('Accept-Language, Origin');
    }
  });

  it.each([
    'https://evil.example',
    'http://portal.contoso.example',
    'https://portal.contoso.example:8443',
    'https://portal.contoso.example.evil.example',
    'https://PORTAL.contoso.example',
    'https://portal.contoso.example/',
    'http://localhost',
    'null',
    '*',
    PORTALS.join(', '),
  ])('(%s) gets no CORS headers', async (origin) => {
    const { token } = testContext.globalAdmin;
    const preflight = await testContext.send('OPTIONS', '/api/users', {
      headers: { origin, ...ask('GET') },
    });
    expectProblem(preflight, 405, 'method-not-allowed');
    const read = await testContext.send('GET', '/api/users', { token, headers: { origin } });
    expect(read.status).toBe(200);
    for (const answer of [preflight, read]) {
      expect(corsOf(answer.headers)).toEqual([]);
      // Or a cache would give one origin what was meant for another.
      expect(answer.headers.vary).toMatch(/\bOrigin\b/);
    }
  });

  it('gets no preflight for an unknown path or without its headers', async () => {
    const [origin] = PORTALS;
    const nowhere = await testContext.send('OPTIONS', '/nowhere', {
      headers: { origin, ...ask('GET') },
    });
    expectProblem(nowhere, 404, 'not-found');
    const bare = await testContext.send('OPTIONS', '/api/users', { headers: { origin } });
    expectProblem(bare, 405, 'method-not-allowed');
    const noOrigin = await testContext.send('OPTIONS', '/api/users', { headers: ask('GET') });
    expectProblem(noOrigin, 405, 'method-not-allowed');
  });
});

// The key set and what it verifies: token.test.ts.
// The form of our own portal: setting.test.ts. Its address stood at the end of every PORTAL_URL,
// in the place of what another portal has there.
it('redirects change-password to PORTAL_URL', async () => {
  const answer = await testContext.send('GET', '/.well-known/change-password');
  expect(answer).toMatchObject({ status: 302, text: '' });
  expect(answer.headers.location).toBe(PORTAL_URL);
});

it('states in Vary that the portal’s headers follow the language', async () => {
  for (const language of ['en', 'fr']) {
    const headers = { 'accept-language': language };
    const answer = await rawRequest(testContext.service.origin, '/', { headers });
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.headers.vary).toMatch(/\bAccept-Language\b/);
  }
});
