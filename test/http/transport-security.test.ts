import { expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { rawRequest } from '../infra/fixture/raw-request.ts';
import { passing, startTestContext } from './fixture/context.ts';

/** RFC 6797, and CONTRACT.md "Common rules": a year at least. */
const YEAR_SECONDS = 365 * 24 * 60 * 60;

function secondsOf(value: string | undefined): number {
  return Number(/^max-age=(\d+)$/.exec(value ?? '')?.[1] ?? -1);
}

it.each([
  ['PUBLIC_ORIGIN says so', { PUBLIC_ORIGIN: 'https://portal.contoso.example' }, {}],
  ['the front end says so', {}, { 'x-forwarded-proto': 'https' }],
])('has Strict-Transport-Security on every answer if %s', async (_, env, headers) => {
  const testContext = await startTestContext({ env });
  const { origin } = testContext.service;
  for (const endpoint of endpoints) {
    const { path, token } = passing(testContext, endpoint);
    // Without a body: what writes is refused.
    for (const [method, bearer] of [
      [endpoint.method, token],
      ['HEAD', token],
      ['PUT', 'x'],
    ] as const) {
      const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      if (endpoint.name === 'signOutEverywhere' && method === 'POST') continue;
      const answer = await rawRequest(origin, path, {
        method,
        headers: { ...headers, ...authorization },
      });
      const context = `${method} ${path} ${answer.status}`;
      expect(secondsOf(answer.headers['strict-transport-security']), context).toBe(YEAR_SECONDS);
    }
  }
  for (const path of ['/', '/nowhere', '/%00', '/admin/functions/x']) {
    const answer = await rawRequest(origin, path, { headers });
    expect(secondsOf(answer.headers['strict-transport-security']), path).toBe(YEAR_SECONDS);
  }
  await testContext.service.stopAndAssertNoLeaks();
});

it('has no Strict-Transport-Security over http', async () => {
  const testContext = await startTestContext();
  for (const path of ['/', '/nowhere', '/api/health/live']) {
    const { headers } = await rawRequest(testContext.service.origin, path);
    expect(headers, path).not.toHaveProperty('strict-transport-security');
  }
  await testContext.service.stopAndAssertNoLeaks();
});
