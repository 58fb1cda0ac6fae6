import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md "Receipt" and "`Idempotency-Key`", against the built service. */

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let made = 0;

beforeAll(async () => {
  opened = await startOpenedService();
  service = opened.service;
  admin = await service.readyAdmin();
});
afterAll(() => opened.stop());

async function newUser(): Promise<string> {
  made += 1;
  return (await service.addUser(admin.token, `user-${made}@contoso.example`)).userId;
}

function reset(userId: string, options: CallOptions = {}) {
  const path = `/api/users/${userId}/password-reset`;
  return service.callChecked('POST', path, { token: admin.token, ...options });
}

describe('a receipt', () => {
  it('verifies with the published keys and says what the event says', async () => {
    const userId = await newUser();
    const terms = { reason: 'lost phone', ticket: 'INC-42', verification: { kind: 'video' } };
    const { body } = await reset(userId, { body: terms });
    const keys = (await service.callChecked('GET', '/.well-known/receipt-keys.json')).body;
    const issuer = service.origin;
    const audience = `${issuer}/receipts`;
    const { payload, protectedHeader } = await jwtVerify(body.receipt, createLocalJWKSet(keys), {
      ...{ issuer, audience, algorithms: ['ES256'], typ: 'reset-receipt+jwt' },
    });
    expect(protectedHeader.kid).toBe(keys.keys[0].kid);
    const path = `/api/users/${userId}/events?type=password.reset`;
    const { items } = (await service.callChecked('GET', path, { token: admin.token })).body;
    const [{ eventId, at, actor }] = items;
    const expiresAtMs = Date.parse(body.temporaryPassword.expiresAt);
    expect(payload).toEqual({
      ...{ iss: issuer, aud: audience, jti: eventId, iat: Math.floor(Date.parse(at) / 1000) },
      ...{ tenant: 'contoso.example', user: userId, actor, delivery: 'shown' },
      ...{ reason: 'lost phone', ticket: 'INC-42' },
      verification: { kind: 'video', isProven: false },
      password_expires_at: Math.floor(expiresAtMs / 1000),
    });
    const ofTokens = (await service.callChecked('GET', '/.well-known/jwks.json')).body;
    const kids = ({ keys: all }: { keys: { kid: string }[] }) => all.map(({ kid }) => kid);
    expect(kids(ofTokens)).not.toContain(keys.keys[0].kid);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  it('opens nothing', async () => {
    const { receipt } = (await reset(await newUser())).body;
    for (const path of ['/api/me', '/api/users']) {
      const answer = await service.callChecked('GET', path, { token: receipt });
      expectRefused(answer, 401, 'invalid-token');
    }
  });
});

describe('Idempotency-Key', () => {
  const PARAMETER = { errors: [{ parameter: 'Idempotency-Key', detail: expect.any(String) }] };
  const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } });

  it('answers a repeated reset its receipt, whatever the spelling of its body', async () => {
    const userId = await newUser();
    const key = withKey('"a-key"');
    const body = { reason: 'lost', verification: { kind: 'video', reference: 'desk 4' } };
    const first = await reset(userId, { ...key, body });
    expect(first.status).toBe(200);
    const sameBody = { verification: { reference: 'desk 4', kind: 'video' }, reason: 'lost' };
    const again = await reset(userId, { ...key, body: sameBody });
    expectRefused(again, 409, 'already-done');
    expect(decodeJwt(again.body.receipt)).toEqual(decodeJwt(first.body.receipt));
    expect(JSON.stringify(again.body)).not.toContain(first.body.temporaryPassword.value);
    const other = await reset(userId, { ...key, body: { reason: 'Lost' } });
    expectRefused(other, 422, 'validation');
    expect(other.body).toMatchObject(PARAMETER);
  });

  it('takes no body and an empty one as equal', async () => {
    const userId = await newUser();
    expect((await reset(userId, withKey('"none"'))).status).toBe(200);
    expectRefused(await reset(userId, { ...withKey('"none"'), body: {} }), 409, 'already-done');
  });

  it('answers a repeated creation the user, and one of another body a problem', async () => {
    made += 1;
    const body = {
      ...{ userName: `user-${made}@contoso.example`, displayName: 'Ana' },
      roles: ['salesAgent'],
    };
    const create = (sent: object) =>
      service.callChecked('POST', '/api/users', {
        ...{ token: admin.token, ...withKey('"create"'), body: sent },
      });
    const { user } = (await create(body)).body;
    const again = await create(body);
    expectRefused(again, 409, 'already-done');
    expect(again.body.user).toEqual(user);
    expectRefused(await create({ ...body, displayName: 'Ben' }), 422, 'validation');
  });

  it.each([
    ['', false],
    ['bare', false],
    ['""', false],
    ['"a b"', false],
    ['"a', false],
    ['"a";p=1', false],
    ['"a", "b"', false],
    ['"a\\b"', false],
    [`"${'x'.repeat(65)}"`, false],
    [`"${'x'.repeat(64)}"`, true],
    // What an escape stands for counts as one character.
    [`"${'\\"'.repeat(32)}${'\\\\'.repeat(32)}"`, true],
    ['"!~"', true],
  ])('%j is a key: %j', async (key, isKey) => {
    const answer = await reset(await newUser(), withKey(key));
    if (isKey) expect(answer.status).toBe(200);
    else {
      expectRefused(answer, 422, 'validation');
      expect(answer.body).toMatchObject(PARAMETER);
    }
  });

  it('is judged after the body and before the target, and ignored by other calls', async () => {
    const unknown = '0'.repeat(26);
    const badBody = await reset(unknown, { ...withKey('bad'), body: { reason: '' } });
    expect(badBody.body.errors).toMatchObject([{ pointer: '/reason' }]);
    expectRefused(await reset(unknown, withKey('bad')), 422, 'validation');
    expectRefused(await reset(unknown, withKey('"good"')), 404, 'not-found');
    const userId = await newUser();
    const signOut = await service.callChecked('POST', `/api/users/${userId}/sign-out`, {
      ...{ token: admin.token, ...withKey('bad') },
    });
    expect(signOut.status).toBe(204);
  });

  it('is in the OpenAPI document of the two calls that take it', async () => {
    const { paths } = (await service.callChecked('GET', '/openapi.json')).body;
    const taking = Object.entries(paths as Record<string, Record<string, object>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods)
          .filter(([, operation]) => JSON.stringify(operation).includes('"Idempotency-Key"'))
          .map(([method]) => `${method} ${path}`),
    );
    const expected = ['post /api/users', 'post /api/users/{userId}/password-reset'];
    expect(taking.toSorted()).toEqual(expected);
    expect(paths['/api/users'].post.responses['409'].description).toContain('already-done');
  });
});
