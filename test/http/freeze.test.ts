import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { freezeTokenIn, mailTo } from './fixture/mailbox.ts';

const ADDRESS = 'ana@mail.example';
const RESET = 'Your password was reset';

let service: Service;
let admin: SignedInAdmin;
let userId: string;
let temporaryPassword: string;
let token: string;

beforeAll(async () => {
  service = await startService();
  admin = await service.readyAdmin();
  const body = { userName: 'ana@contoso.example', displayName: 'Ana', roles: ['salesAgent'] };
  const made = await service.callChecked('POST', '/api/users', {
    token: admin.token,
    body: { ...body, email: ADDRESS, secondEmail: 'ana@home.example' },
  });
  userId = made.body.user.userId;
  temporaryPassword = await reset();
  token = freezeTokenIn(await mailTo(service, ADDRESS, RESET));
});
afterAll(() => service.stopAndAssertNoLeaks());

const userPath = (rest = '') => `/api/users/${userId}${rest}`;

async function reset(): Promise<string> {
  const answer = await service.callChecked('POST', userPath('/password-reset'), {
    token: admin.token,
  });
  expect(answer.status).toBe(200);
  return answer.body.temporaryPassword.value;
}

const act = (text: unknown) =>
  service.callChecked('POST', '/api/freeze', { body: { token: text } });
const read = async () =>
  (await service.callChecked('GET', userPath(), { token: admin.token })).body;

describe('POST /api/freeze', () => {
  it('is offered by the mail of a reset to the first address, and not to the other', async () => {
    expect(token).toMatch(/^[\w.-]{200,700}$/);
    const other = await mailTo(service, 'ana@home.example', RESET);
    expect(other).not.toContain('freeze');
  });

  it('does nothing when the link is opened, as scanners do', async () => {
    for (const method of ['GET', 'HEAD']) {
      const opened = await fetch(`${service.origin}/#freeze=${token}`, { method });
      expect(opened.status).toBe(200);
      expect((await fetch(`${service.origin}/api/freeze`, { method })).status).toBe(405);
    }
    expect((await read()).credential).not.toHaveProperty('isFrozen');
  });

  it.each([
    [{}, 422, 'validation'],
    [{ token: 1 }, 422, 'validation'],
    [{ token: 'x'.repeat(2049) }, 422, 'validation'],
    [{ token: 'x', userId: 'y' }, 422, 'validation'],
    [{ token: '' }, 422, 'verification-failed'],
    [{ token: 'a.b.c.d.e' }, 422, 'verification-failed'],
  ])('refuses %j with %i %s', async (body, status, code) => {
    const answer = await service.callChecked('POST', '/api/freeze', { body });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('freezes the account, takes the text with blanks around it, and may be repeated', async () => {
    const answer = await act(`  ${token}\n`);
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'frozen' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await act(token)).body).toEqual({ outcome: 'frozen' });
    expect((await read()).credential).toMatchObject({ state: 'expired', isFrozen: true });
    const signIn = await service.signIn('ana@contoso.example', temporaryPassword);
    expect(signIn.body.code).toBe('invalid-credentials');
    expect(await mailTo(service, ADDRESS, 'Your account was frozen')).not.toContain('#freeze=');
  });

  it('is in one line of the log, with the user and the outcome and not the token', async () => {
    const lines = service.log.split('\n').filter((line) => line.includes('"operation":"freeze"'));
    const done = lines.map((line) => JSON.parse(line)).filter(({ status }) => status === 200);
    expect(done[0]).toMatchObject({ message: 'done', subjectId: userId, code: 'frozen' });
    expect(service.log).not.toContain(token.slice(-60));
  });

  it('keeps the admin who made that reset from another one, with the contact', async () => {
    await service.addReadyUser(admin.token, 'bob@contoso.example', ['globalAdmin']);
    const settings = { contact: 'IT help desk' };
    await service.callChecked('PATCH', '/api/tenant', { token: admin.token, body: { settings } });
    const refused = await service.callChecked('POST', userPath('/password-reset'), {
      token: admin.token,
    });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'reset-requirements-unmet',
        requirements: [{ code: 'another-admin', text: expect.stringContaining('Another admin') }],
        contact: 'IT help desk',
      },
    });
  });
});
