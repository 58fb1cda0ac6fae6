import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/host/functions-host.ts';
import { rawRequest } from '../infra/fixture/raw-request.ts';

/**
 * A bad setting in the cloud: no check runs before the app is loaded, which must load all the
 * same. The deployable package in the functions host, without the local start around it.
 */

const packageDirectory = fileURLToPath(new URL('../../dist/package', import.meta.url));
const GOOD = {
  PUBLIC_ORIGIN: 'https://portal.example',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  KEY_VAULT_URL: 'https://vault.example',
  SWEEP_SCHEDULE: '0 0 0 1 1 *',
  NOTICE_SCHEDULE: '0 0 0 1 1 *',
};
const BAD = {
  PUBLIC_ORIGIN: ['portal.example'],
  PORTAL_URL: ['http://portal.example'],
  PORTAL_ORIGINS: ['*'],
  TABLES_ENDPOINT: ['https://also.example'],
  TABLES_CONNECTION_STRING: [
    'x',
    'AccountName=hush',
    'TableEndpoint=http://store.example;SharedAccessSignature=hush',
  ],
  KEY_VAULT_URL: ['', 'http://127.0.0.1'],
  PASSWORD_MIN_LENGTH: ['14'],
  PASSWORD_HISTORY: ['25'],
  BCRYPT_COST: ['16'],
  TEMPORARY_PASSWORD_TTL_SECONDS: ['0'],
  ACCESS_TOKEN_TTL_SECONDS: ['59'],
  CHANGE_TOKEN_TTL_SECONDS: ['3601'],
  TOKEN_AUDIENCE: ['a b'],
  SIGN_IN_FREE_ATTEMPTS: ['21'],
};

let host: FunctionsHost;
const log: string[] = [];

beforeAll(async () => {
  Object.assign(process.env, GOOD, { BCRYPT_COST: 'much' });
  host = await startFunctionsHost({
    packageDirectory,
    port: 0,
    log: (level, message) => log.push(`${level} ${message}`),
  });
});

afterAll(() => host.stop());

async function send(method: string, path: string, body?: object) {
  const answer = await rawRequest(host.origin, path, {
    method,
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { ...answer, body: JSON.parse(answer.body) };
}

const CALLS: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['POST', '/api/sign-in', { userName: 'ana@contoso.example', password: 'x' }],
  ['POST', '/api/me/password', { newPassword: 'x' }],
  ['GET', '/api/me'],
  ['POST', '/api/me/sign-out-everywhere'],
  ['GET', '/api/password-policy'],
  ['GET', '/api/users'],
  ['POST', '/api/users', {}],
  ['GET', '/api/users/x'],
  ['PATCH', '/api/users/x', {}],
  ['DELETE', '/api/users/x'],
  ['POST', '/api/users/x/password-reset'],
  ['POST', '/api/users/x/unlock'],
  ['POST', '/api/users/x/sign-out'],
  ['GET', '/api/users/x/events'],
  ['GET', '/api/events'],
  ['GET', '/.well-known/jwks.json'],
  ['GET', '/.well-known/change-password'],
  ['GET', '/openapi.json'],
];

const calls = CALLS.map(([method, path, body]) => ({ method, path, body }));

it.each(calls)(
  'answers internal-error to $method $path with a bad setting',
  async ({ method, path, body }) => {
    const { status, headers, body: problem } = await send(method, path, body);
    expect({ status, code: problem.code }).toEqual({ status: 500, code: 'internal-error' });
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': problem.instance,
    });
    // The public origin is unknown; that of the request leads to the page.
    expect(problem.type).toBe(`${host.origin}/problems/internal-error`);
    expect(JSON.stringify(problem)).not.toContain('BCRYPT');
    const line = log.find((each) => each.includes(`"requestId":"${problem.instance}"`));
    expect(line).toMatch(/^error .*"setting":"BCRYPT_COST must be a whole number from 10 to 15\."/);
  },
);

const bad = Object.entries(BAD).flatMap(([name, values]) =>
  values.map((value) => [name, value] as const),
);

it.each(bad)('starts with %s=%s, is not ready, and logs the reason', async (name, value) => {
  for (const each of Object.keys(BAD)) delete process.env[each];
  Object.assign(process.env, GOOD, { [name]: value });
  expect(await send('GET', '/api/health/live')).toMatchObject({
    status: 200,
    body: { status: 'ok' },
  });
  const { status, headers, body } = await send('GET', '/api/health/ready');
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'dependency-unavailable' });
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': expect.stringMatching(/^\d+$/),
  });
  expect(body).not.toHaveProperty('parts');
  const line = log.find((each) => each.includes(`"requestId":"${body.instance}"`)) ?? '';
  expect(line).toMatch(new RegExp(`^error .*"setting":"${name} [^"]+\\."`));
  expect(line).not.toContain('hush');
  expect((await send('GET', '/api/password-policy')).status).toBe(500);
});

it('fails the timer with a bad setting, as the platform shows', async () => {
  process.env.SIGN_IN_FREE_ATTEMPTS = '21';
  log.length = 0;
  await expect(host.runTimer('expireTemporaryPasswords')).rejects.toThrow();
  expect(log.join()).toContain('"setting":"SIGN_IN_FREE_ATTEMPTS must be');
});

it('serves as soon as the setting is corrected', async () => {
  for (const each of Object.keys(BAD)) delete process.env[each];
  Object.assign(process.env, GOOD);
  const { status } = await send('GET', '/api/password-policy');
  expect(status).toBe(200);
});
