import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `POST /api/users/{userId}/password-reset`, its body and `User.resetRequirements`. */

const TTL_SECONDS = 3600;

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let ana: { readonly userId: string };

beforeAll(async () => {
  opened = await startOpenedService({ env: { TEMPORARY_PASSWORD_TTL_SECONDS: `${TTL_SECONDS}` } });
  service = opened.service;
  admin = await service.readyAdmin();
  ana = await service.addReadyUser(admin.token, 'ana@contoso.example');
});
afterAll(() => opened.stop());

const reset = (body?: object) =>
  service.callChecked('POST', `/api/users/${ana.userId}/password-reset`, {
    token: admin.token,
    ...(body && { body }),
  });

describe('the body of a reset', () => {
  const word = (kind: string, more = {}) => ({ verification: { kind, ...more } });

  it.each([
    [{ reason: '' }, '/reason'],
    [{ reason: ' \u00a0' }, '/reason'],
    [{ reason: 'a\tb' }, '/reason'],
    [{ reason: '𝒳'.repeat(201) }, '/reason'],
    [{ reason: null }, '/reason'],
    [{ ticket: '' }, '/ticket'],
    [{ ticket: 'A 1' }, '/ticket'],
    [{ ticket: 'é1' }, '/ticket'],
    [{ ticket: 'x'.repeat(65) }, '/ticket'],
    [{ verification: {} }, '/verification/kind'],
    [{ verification: 'callBack' }, '/verification'],
    [word('question'), '/verification/kind'],
    [word('supportCode'), '/verification/code'],
    [word('supportCode', { code: ' ' }), '/verification/code'],
    [word('callBack', { code: 'ABCD-EFGH' }), '/verification/code'],
    [word('callBack', { isProven: true }), '/verification/isProven'],
    [word('video', { reference: '' }), '/verification/reference'],
    [word('manager', { reference: 'x'.repeat(201) }), '/verification/reference'],
    [{ delivery: 'mail' }, '/delivery'],
    [{ expiresInSeconds: 59 }, '/expiresInSeconds'],
    [{ expiresInSeconds: TTL_SECONDS + 1 }, '/expiresInSeconds'],
    [{ expiresInSeconds: 60.5 }, '/expiresInSeconds'],
    [{ expiresInSeconds: '60' }, '/expiresInSeconds'],
    [{ password: 'x' }, '/password'],
  ])('that is wrong is refused where it is: %j', async (body, pointer) => {
    const answer = await reset(body);
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  it.each([
    [{ reason: '𝒳'.repeat(200) }],
    [{ ticket: `#INC_10-4/2.${'x'.repeat(52)}` }],
    [word('identityDocument', { reference: 'passport shown' })],
    [{ expiresInSeconds: 60 }],
    [{ expiresInSeconds: TTL_SECONDS }],
    [{ delivery: 'shown' }],
    [{}],
    [undefined],
  ])('may be: %j', async (body) => {
    const answer = await reset(body);
    expect(answer.status).toBe(200);
    const seconds = (body as { expiresInSeconds?: number })?.expiresInSeconds ?? TTL_SECONDS;
    const { issuedAt, expiresAt } = answer.body.user.credential;
    expect(answer.body.temporaryPassword).toMatchObject({ expiresAt, expiresInSeconds: seconds });
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(seconds * 1000);
  });

  it('is checked before the target', async () => {
    const token = admin.token;
    const body = { expiresInSeconds: 1 };
    const answer = await service.callChecked('POST', '/api/users/nobody/password-reset', {
      ...{ token, body },
    });
    expectRefused(answer, 422, 'validation');
  });
});

describe('the requirements of a reset', () => {
  const requirements = async () => {
    const path = `/api/users/${ana.userId}`;
    const { body } = await service.callChecked('GET', path, { token: admin.token });
    return body.resetRequirements;
  };

  it('are listed with each user, and by a refusal with what helps', async () => {
    const { token } = admin;
    expect(await requirements()).toEqual([]);
    await service.callChecked('PATCH', '/api/tenant', {
      ...{ token, body: { settings: { reset: { reason: 'required', ticket: 'required' } } } },
    });
    expect(await requirements()).toEqual(['reason-required', 'ticket-required']);
    const list = await service.callChecked('GET', '/api/users', { token });
    expect(
      list.body.items.map(
        ({ resetRequirements }: { resetRequirements: object }) => resetRequirements,
      ),
    ).toEqual([
      ['reason-required', 'ticket-required'],
      ['reason-required', 'ticket-required'],
    ]);
    const answer = await reset({ reason: 'Lost phone' });
    expectRefused(answer, 409, 'reset-requirements-unmet');
    expect(answer.body.requirements).toEqual([
      { code: 'ticket-required', text: expect.stringContaining('ticket') },
    ]);
    const done = await reset({ reason: 'Lost phone', ticket: 'INC-1' });
    expect(done.body.user.resetRequirements).toEqual(['reason-required', 'ticket-required']);
  });
});
