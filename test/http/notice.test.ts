import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DATA_ROOT } from '../fixture/data-root.ts';
import { type Service, startService } from '../fixture/service.ts';
import { readMail } from '../fixture/written-text.ts';
import { type Receiver, startReceiver } from '../webhook/fixture/receiver.ts';
import { mailTo } from './fixture/mailbox.ts';

/** The mails and bodies for webhooks of a service that no setting of mail was given. */

const ADDRESS = 'ana@mail.example';

let directory: string;
let receiver: Receiver;
let service: Service;
let mail: string;

beforeAll(async () => {
  directory = mkdtempSync(join(DATA_ROOT, 'portal-credentials-'));
  receiver = await startReceiver(204);
  const env = { WEBHOOK_URLS: receiver.url };
  service = await startService({ env, directory });
  const { token } = await service.readyAdmin();
  const body = { userName: 'ana@contoso.example', displayName: 'Ana', roles: ['salesAgent'] };
  const made = await service.callChecked('POST', '/api/users', {
    token,
    body: { ...body, email: ADDRESS },
  });
  const path = `/api/users/${made.body.user.userId}/password-reset`;
  expect((await service.callChecked('POST', path, { token })).status).toBe(200);
  mail = await mailTo(service, ADDRESS, 'Your password was reset');
  const types = () => receiver.received.map((one) => JSON.parse(one.body).type as string);
  await vi.waitFor(() => expect(types().join()).toContain('password.reset'), { timeout: 20_000 });
});
afterAll(async () => {
  await service.end('SIGTERM');
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('a notice', () => {
  it('is a file in the directory of the service, for its account alone', () => {
    const folder = join(directory, 'mail');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    // The welcome, and the reset.
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/\.eml$/);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(mail).toMatch(/^From: portal@localhost\r?$/m);
    expect(mail).toMatch(/^To: Ana <ana@mail\.example>\r?$/m);
  });

  it('holds no password and no token, in a mail or for a webhook', () => {
    expect(service.leaks()).toEqual([]);
  });

  it('would not hide one: the search reads cut lines of mails, and bodies for webhooks', () => {
    const folder = join(directory, 'mail');
    const [name = ''] = readdirSync(folder);
    const raw = readFileSync(join(folder, name), 'utf8');
    const long = readMail(raw)
      .split(/\r?\n/)
      .find((line) => line.length > 80 && !raw.includes(line));
    const id: unknown = JSON.parse(receiver.received[0]?.body ?? '').source;
    service.noteSecret(String(long));
    expect(service.leaks()).toEqual([`a secret in ${name}`]);
    service.noteSecret(String(id));
    expect(service.leaks()).toContain('a secret in a body for a webhook');
  });
});
