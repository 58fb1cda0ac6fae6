import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startService } from '../fixture/service.ts';
import { readMail } from '../fixture/written-text.ts';
import { startMailServer } from '../mail/fixture/mail-server.ts';

/**
 * The built service is killed (SIGKILL) when a mail server has taken one part of a password, before
 * the reset is written.
 */

const PART = /\b(?:[0-9A-Z]{5}-){2}[0-9A-Z]{5}\b/;

it('leaves the old password in force, and a part of no use, after a kill', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'portal-credentials-split-kill-'));
  let end = async () => {};
  const mailServer = await startMailServer({ beforeAnswer: () => end() });
  const start = (admins: readonly string[]) =>
    startService({
      ...{ directory, admins },
      env: {
        MAIL_FROM: 'portal@contoso.example',
        SMTP_URL: `smtp://127.0.0.1:${mailServer.port}`,
      },
    });
  try {
    const killed = await start(['admin@contoso.example']);
    const { token, password } = await killed.readyAdmin();
    const userName = 'ana@contoso.example';
    const made = await killed.callChecked('POST', '/api/users', {
      token,
      body: {
        ...{ userName, displayName: 'Ana', roles: ['salesAgent'], email: 'ana@mail.example' },
      },
    });
    const { user, temporaryPassword } = made.body;
    end = () => killed.end('SIGKILL');
    const body = { delivery: 'split' };
    const path = `/api/users/${user.userId}`;
    const reset = killed.callChecked('POST', `${path}/password-reset`, { token, body });
    await expect(reset).rejects.toThrow();
    end = async () => {};
    expect(mailServer.mails).toHaveLength(1);
    const [mail] = mailServer.mails;
    const [part = ''] = PART.exec(readMail(mail?.raw ?? '')) ?? [];
    expect(part).not.toBe('');

    const restarted = await start([]);
    const admin = await restarted.signIn('admin@contoso.example', password);
    const { body: resets } = await restarted.callChecked('GET', `${path}/resets`, {
      token: admin.body.accessToken,
    });
    expect(resets.items).toEqual([]);
    const now = await restarted.callChecked('GET', path, { token: admin.body.accessToken });
    expect(now.body.credential).toEqual(user.credential);
    const withOld = await restarted.signIn(userName, temporaryPassword.value);
    expect(withOld.body.status).toBe('passwordChangeRequired');
    await restarted.stopAndAssertNoLeaks();
    expect(killed.leaks()).toEqual([]);
  } finally {
    await mailServer.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
