import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEADER_MAX_BYTES } from '../../infra/local/host/platform.ts';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { startTestContext, type TestContext, UNKNOWN_ID } from '../http/fixture/context.ts';
import { expectProblem, type Send, type Sent } from '../http/fixture/raw-service.ts';
import { rawRequest } from '../infra/fixture/raw-request.ts';
import { type Forged, TokenForger } from './token-forger.ts';
import { FORGERIES } from './token-forgeries.ts';

/**
 * A table of forgeries through HTTP, on every endpoint that takes a token. Those that are well
 * signed are made with the key of the running service: only what the claims say is wrong.
 */

let testContext: TestContext;
let send: Send;
let forger: TokenForger;

beforeAll(async () => {
  testContext = await startTestContext();
  ({ send } = testContext);
  const { service, globalAdmin, foreigner } = testContext;
  const made = await service.addUser(globalAdmin.token, 'temp@contoso.example');
  const { body } = await service.signIn('temp@contoso.example', made.temporaryPassword);
  const tokens = {
    access: globalAdmin.token,
    change: body.changeToken as string,
    stranger: foreigner.token,
  };
  forger = new TokenForger(service.directory, tokens);
});
afterAll(() => testContext.service.stopAndAssertNoLeaks());

const guarded = endpoints.filter(({ access }) => access !== 'anonymous');

function sendWith(endpoint: (typeof endpoints)[number], forged: Forged): Promise<Sent> {
  const authorization = typeof forged === 'string' ? `Bearer ${forged}` : forged.authorization;
  const path = `/${endpoint.route.replace('{userId}', UNKNOWN_ID)}`;
  return send(endpoint.method, path, { headers: { authorization } as Record<string, string> });
}

function expectInvalidToken(answer: Sent, context: string): void {
  expectProblem(answer, 401, 'invalid-token', context);
  expect(answer.headers['www-authenticate'], context).toBe('Bearer error="invalid_token"');
}

const me = (token: string) => send('GET', '/api/me', { token });

describe('the forger', () => {
  it('signs valid tokens with the key of the service', async () => {
    expect((await me(forger.signed())).status).toBe(200);
    expect((await me(forger.signed({ jti: 'x'.repeat(3_000) }))).status).toBe(200);
  });

  it('calls every endpoint that the document protects', async () => {
    const { body } = await send('GET', '/openapi.json');
    type Operation = { operationId: string; security: readonly object[] };
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path as object));
    const described = (operations as Operation[]).filter(({ security }) => security.length > 0);
    expect(described.map(({ operationId }) => operationId).toSorted()).toEqual(
      guarded.map(({ name }) => name).toSorted(),
    );
  });
});

describe('every endpoint that takes a token answers invalid_token', () => {
  it.each(FORGERIES)('to a token with %s', async (name, forge) => {
    const forged = forge(forger);
    const answers = await Promise.all(guarded.map((endpoint) => sendWith(endpoint, forged)));
    answers.forEach((answer, index) => {
      expectInvalidToken(answer, `${name} on ${guarded[index]?.name}`);
    });
  });

  it('to a valid change token, except for the change itself', async () => {
    for (const endpoint of guarded) {
      const answer = await sendWith(endpoint, forger.change);
      if (endpoint.name === 'changePassword') expect(answer.status).toBe(415);
      else expectInvalidToken(answer, endpoint.name);
    }
  });

  it('and leaves the valid token valid', async () => {
    expect((await me(forger.access)).status).toBe(200);
    expect((await me(forger.stranger)).body.userName).toBe('admin@fabrikam.example');
  });
});

describe('a validly signed token', () => {
  it('that claims a higher role has only the rights of the stored user', async () => {
    const agent = new TokenForger(testContext.service.directory, {
      access: testContext.agent.token,
      change: forger.change,
      stranger: forger.stranger,
    });
    const token = agent.signed({ roles: ['globalAdmin'] });
    expect(decodeJwt(token).roles).toEqual(['globalAdmin']);
    expectProblem(await send('GET', '/api/users', { token }), 403, 'forbidden');
    const { body } = await me(token);
    expect(body.roles.map(({ id }: { id: string }) => id)).toEqual(['salesAgent']);
  });

  it('is accepted up to a minute ahead of our clock, and not further', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    expect((await me(forger.signed({ iat: nowSeconds + 55 }))).status).toBe(200);
    expectInvalidToken(await me(forger.signed({ iat: nowSeconds + 3_600 })), 'an hour ahead');
  });
});

it('ends a request with a header over the server’s limit by 431', async () => {
  const headers = { authorization: `Bearer ${'x'.repeat(HEADER_MAX_BYTES)}` };
  const answer = await rawRequest(testContext.service.origin, '/api/me', { headers });
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 431, body: '' });
  expect((await me(forger.access)).status).toBe(200);
});
