import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md "Receipt", against the built service. */

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
