import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SignedInAdmin } from '../fixture/service.ts';
import { type MailServer, startMailServer } from '../mail/fixture/mail-server.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';

/** Stored addresses that a server may read as others than people do; earlier versions took them. */

let server: MailServer;
let opened: OpenedService;
let admin: SignedInAdmin;

beforeAll(async () => {
  server = await startMailServer();
  const env = { MAIL_FROM: 'portal@contoso.example', SMTP_URL: `smtp://127.0.0.1:${server.port}` };
  opened = await startOpenedService({ env });
  admin = await opened.service.readyAdmin();
});
afterAll(async () => {
  await opened.stop();
  await server.close();
});

describe('a stored address of another form', () => {
  it.each([
    ['ana', 'x,y@evil.example'],
    ['ben', 'a<b@evil.example'],
    ['cem', '"v"@good.example,evil@evil.example'],
    ['dan', 'x@[127.0.0.1]'],
    ['eva', 'eva@localhost'],
  ])('counts as none: of %s, %s', async (name, email) => {
    const { service } = opened;
    const { token } = admin;
    const userName = `${name}@contoso.example`;
    const second = `${name}@home.example`;
    const body = { userName, displayName: name, roles: ['salesAgent'], secondEmail: second };
    const made = await service.callChecked('POST', '/api/users', { token, body });
    await opened.edit(userName, () => ({ email }));
    const path = `/api/users/${made.body.user.userId}`;
    expect((await service.callChecked('GET', path, { token })).body).not.toHaveProperty('email');
    const before = server.mails.length;
    const reset = await service.callChecked('POST', `${path}/password-reset`, { token });
    expect(reset.status).toBe(200);
    await service.callChecked('POST', '/admin/functions/deliverNotices', { body: {} });
    // The welcome and the reset, each to the one address that is left.
    const recipients = () => server.mails.slice(before).map(({ to }) => to);
    await vi.waitFor(() => expect(recipients()).toEqual([[second], [second]]), { timeout: 20_000 });
    expect(server.mails.map(({ raw }) => raw).join()).not.toContain('evil');
  });
});
