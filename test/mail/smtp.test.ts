import { afterEach, describe, expect, it } from 'vitest';
import { createSmtpMailer } from '../../shared/mail/smtp-mailer.ts';
import { FROM, messageTo, startMailServer } from './fixture/mail-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startServer(options: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer(options);
  closing.push(server.close);
  return server;
}

/** An answer of the server with this code. */
function refusal(responseCode: number): Error {
  return Object.assign(new Error('no'), { responseCode });
}

describe('mail by SMTP', () => {
  it('arrives with its headers, as text and HTML', async () => {
    const { mails, port } = await startServer();
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
    expect(await mailer.send(messageTo('ana@mail.example'))).toBe('accepted');
    const [mail] = mails;
    expect(mail?.to).toEqual(['ana@mail.example']);
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail?.raw).toMatch(/^Message-ID: <event1\.abc@contoso\.example>\r$/m);
    expect(mail?.raw).toMatch(/^Content-Type: multipart\/alternative/m);
  });

  it.each([451, 452])('that is not taken for now (%i) is tried later', async (code) => {
    const { port } = await startServer({ onRcptTo: (_, __, done) => done(refusal(code)) });
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
    expect(await mailer.send(messageTo('ana@mail.example'))).toBe('later');
  });

  it('that is refused for good is distinct from a server that is not there', async () => {
    const { port } = await startServer({ onRcptTo: (_, __, done) => done(refusal(550)) });
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
    expect(await mailer.send(messageTo('ana@mail.example'))).toBe('refused');
    const nowhere = createSmtpMailer(FROM, 'smtp://127.0.0.1:1');
    expect(await nowhere.send(messageTo('ana@mail.example'))).toBe('unreachable');
  });

  it('shows its user name and password, and nothing goes out with wrong ones', async () => {
    const { mails, port } = await startServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, done) =>
        username === 'me' && password === 'p@ss' ? done(null, { user: 'me' }) : done(refusal(535)),
    });
    const right = createSmtpMailer(FROM, `smtp://me:p%40ss@127.0.0.1:${port}`);
    expect(await right.send(messageTo('ana@mail.example'))).toBe('accepted');
    const wrong = createSmtpMailer(FROM, `smtp://me:wrong@127.0.0.1:${port}`);
    expect(await wrong.send(messageTo('ana@mail.example'))).toBe('unreachable');
    expect(mails).toHaveLength(1);
  });

  it('goes to the one address that is an object, whatever the texts say', async () => {
    const { mails, port } = await startServer();
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
    const injected = 'x\r\nBcc: evil@evil.example\r\n\r\nbody';
    const to = { address: 'ana@mail.example', name: `"Ana" <evil@evil.example>, ${injected}` };
    await mailer.send(messageTo('ana@mail.example', { to, subject: injected }));
    expect(mails.map((mail) => mail.to)).toEqual([['ana@mail.example']]);
    expect(mails[0]?.raw).not.toMatch(/^Bcc:/m);
  });
});
