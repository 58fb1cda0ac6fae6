import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Tenant, UserId, UserName } from '../../shared/credential/name.ts';
import { DEFAULT_SETTINGS } from '../../shared/credential/tenant-settings.ts';
import type { Admin } from '../../shared/credential/user.ts';
import { createPartMailer } from '../../shared/mail/part-mailer.ts';
import { createSmtpMailer } from '../../shared/mail/smtp-mailer.ts';
import type { MailedPart, Mailer, MailMessage, PartOutcome } from '../../shared/port/mailer.ts';
import { readMail } from '../fixture/written-text.ts';
import { FROM, startLine, startMailServer } from './fixture/mail-server.ts';

const PART: MailedPart = {
  tenant: 'contoso.example' as Tenant,
  recipient: {
    userId: '1'.repeat(26) as UserId,
    userName: 'ana@contoso.example' as UserName,
    displayName: 'Ana <b>',
    locale: undefined,
  },
  address: 'ana@mail.example',
  part: '0123456789ABCDE',
  pair: '7K2M',
  expiresAtMs: Date.UTC(2026, 10, 29, 9, 30),
  issuer: { userName: 'bob@contoso.example' as UserName, displayName: 'Bob' },
};
const SHOWN = '01234-56789-ABCDE';

function adminOf(name: string): Admin {
  return {
    userId: name.padEnd(26, '2') as UserId,
    userName: `${name}@contoso.example` as UserName,
    displayName: name,
    ...{ isGlobal: true, isEffective: true, isLocked: false },
  };
}

function partMailerOf(mailer: Pick<Mailer, 'send'>, { contact = '', timeoutMs = 5000 } = {}) {
  const settings = { ...DEFAULT_SETTINGS, contact: contact || undefined };
  return createPartMailer({
    accounts: {
      findSettings: async () => ({ value: settings, etag: '1' }),
      listRecentAdmins: async () => [adminOf('bob'), adminOf('eve')],
    },
    mailer: { ...mailer, check: async () => ({ isWell: true, message: '' }) },
    ...{ clock: { now: () => 0 }, portalUrl: 'https://portal.example/', from: FROM, timeoutMs },
  });
}

const accepts = () => vi.fn<(message: MailMessage) => Promise<'accepted'>>(async () => 'accepted');

async function mailOf(changed: Partial<MailedPart> = {}, contact = ''): Promise<MailMessage> {
  const send = accepts();
  await partMailerOf({ send }, { contact }).send({ ...PART, ...changed });
  const [[message]] = send.mock.calls as [[MailMessage]];
  return message;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('the mail with a part', () => {
  it('has the part, the pair, the expiry, the admin and what to do', async () => {
    const { to, subject, text, html } = await mailOf();
    expect(to).toEqual({ address: 'ana@mail.example', name: 'Ana <b>' });
    expect(subject).toContain('7K2M');
    expect(subject).not.toContain(SHOWN);
    const parts = [SHOWN, '7K2M', '29', '2026', 'Bob (bob@contoso.example)'];
    const sentences = ['both parts, one after the other, in either order', 'Read this part out to'];
    for (const part of [...parts, ...sentences, 'https://portal.example/']) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(html).toContain('Ana &lt;b&gt;');
  });

  it('is in French for a French reader', async () => {
    const { language, subject, text } = await mailOf({
      recipient: { ...PART.recipient, locale: 'fr-CA' },
    });
    expect([language, subject]).toEqual(['fr', 'Partie de votre mot de passe temporaire (7K2M)']);
    expect(text).toContain('29 novembre 2026');
    expect(text).toContain('Ne dictez cette partie à personne');
  });

  it('names the contact, else an admin other than the one who reset', async () => {
    const { text, html } = await mailOf({}, 'Help desk, +33 1');
    for (const body of [text, html]) {
      expect(body).toContain('If you did not expect this, act now');
      expect(body).toContain('Help desk, +33 1');
    }
    expect((await mailOf()).text).toMatch(/Contact one of your admins: eve \(eve@/);
  });

  it('has an id of its own at each send', async () => {
    expect((await mailOf()).messageId).not.toBe((await mailOf()).messageId);
  });
});

describe('a mail server that does not accept a part', () => {
  const outcomes: readonly (readonly [Awaited<ReturnType<Mailer['send']>>, PartOutcome])[] = [
    ['later', 'uncertain'],
    ['refused', 'uncertain'],
    ['unreachable', 'notSent'],
    [{ retryAfterMs: 60_000 }, 'notSent'],
  ];
  it.each(outcomes)('is tried once: %j is %s', async (outcome, expected) => {
    const send = vi.fn(async () => outcome);
    expect(await partMailerOf({ send }).send(PART)).toBe(expected);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it.each([
    [451, 'onMailFrom'],
    [550, 'onRcptTo'],
  ] as const)('fails with a %i', async (responseCode, step) => {
    const server = await startMailServer({
      [step]: (_address: unknown, _session: unknown, callback: (fault: Error) => void) =>
        callback(Object.assign(new Error('no'), { responseCode })),
    });
    closing.push(server.close);
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${server.port}`);
    expect(await partMailerOf(mailer).send(PART)).toBe('uncertain');
    expect(server.mails).toEqual([]);
  });

  it('is not sent if its answer is lost: the part that it kept is of no use', async () => {
    let cut = () => {};
    const server = await startMailServer({ beforeAnswer: () => cut() });
    const line = await startLine(server.port);
    closing.push(line.close, server.close);
    cut = line.cut;
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${line.port}`);
    expect(await partMailerOf(mailer).send(PART)).toBe('notSent');
    expect(server.mails).toHaveLength(1);
  });

  it.each([
    ['says nothing', ''],
    ['drips its greeting', '2'],
  ])('is left when its time is over if it %s', async (_, drip) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      if (drip !== '') socket.write(drip);
      const timer = setInterval(() => drip !== '' && socket.write(drip), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const { port } = server.address() as { port: number };
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
    expect(await partMailerOf(mailer, { timeoutMs: 100 }).send(PART)).toBe('uncertain');
  });
});

it('reaches the address, as an object, with headers of an automatic mail', async () => {
  const server = await startMailServer();
  closing.push(server.close);
  const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${server.port}`);
  await partMailerOf(mailer).send({ ...PART, address: "o'neil+x@mail.example" });
  expect(server.mails).toHaveLength(1);
  const [{ to, raw }] = server.mails as [(typeof server.mails)[0]];
  expect(to).toEqual(["o'neil+x@mail.example"]);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(readMail(raw)).toContain(SHOWN);
});
