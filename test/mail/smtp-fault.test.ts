import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSmtpMailer } from '../../shared/mail/smtp-mailer.ts';
import { certify, trust } from '../fixture/certificate.ts';
import { FROM, messageTo, startLine, startMailServer } from './fixture/mail-server.ts';

/** An address of this machine that is treated as another one: TLS is not left out. */
const FAR = '127.0.0.2';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startFar(options: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer({ host: FAR, disabledCommands: [], ...options });
  closing.push(server.close);
  return { ...server, url: `smtp://${FAR}:${server.port}` };
}

/** Trusts a certificate until the end of the test. */
function trustHere(certificate: string): void {
  const distrust = trust(certificate);
  closing.push(async () => distrust());
}

describe('a mail server elsewhere', () => {
  it('gets mail over STARTTLS if its certificate is right', async () => {
    const { key, cert } = await certify(FAR);
    trustHere(cert);
    const { mails, url } = await startFar({ key, cert });
    expect(await createSmtpMailer(FROM, url).send(messageTo('ana@mail.example'))).toBe('accepted');
    expect(mails).toHaveLength(1);
  });

  it('gets nothing if its certificate is unknown, or of another host', async () => {
    const unknown = await startFar();
    expect(await createSmtpMailer(FROM, unknown.url).send(messageTo('ana@mail.example'))).toBe(
      'unreachable',
    );
    const { key, cert } = await certify('127.0.0.3');
    trustHere(cert);
    const other = await startFar({ key, cert });
    expect(await createSmtpMailer(FROM, other.url).send(messageTo('ana@mail.example'))).toBe(
      'unreachable',
    );
    expect([...unknown.mails, ...other.mails]).toEqual([]);
  });

  it('gets nothing, and no password, if it refuses STARTTLS', async () => {
    const asked: string[] = [];
    const { mails, port } = await startFar({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username = '' }, _, done) => {
        asked.push(username);
        done(null, { user: username });
      },
    });
    const mailer = createSmtpMailer(FROM, `smtp://me:secret@${FAR}:${port}`);
    expect(await mailer.send(messageTo('ana@mail.example'))).toBe('unreachable');
    expect([asked, mails]).toEqual([[], []]);
  });
});

describe('a mail whose answer is lost after the server kept it', () => {
  it('is sent again, under the same Message-ID', async () => {
    let cut = () => {};
    const server = await startMailServer({ beforeAnswer: () => cut() });
    closing.push(server.close);
    const line = await startLine(server.port);
    closing.push(line.close);
    cut = line.cut;
    const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${line.port}`);
    expect(await mailer.send(messageTo('ana@mail.example'))).not.toBe('accepted');
    cut = () => {};
    expect(await mailer.send(messageTo('ana@mail.example'))).toBe('accepted');
    const ids = server.mails.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]);
    expect(ids).toEqual(['<event1.abc@contoso.example>', '<event1.abc@contoso.example>']);
  });
});

/** Sends a mail to a server that does this with each connection. */
async function sendTo(greet: (socket: Socket) => void): Promise<unknown> {
  const server = createServer(greet);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const mailer = createSmtpMailer(FROM, `smtp://127.0.0.1:${port}`);
  try {
    return await mailer.send(messageTo('ana@mail.example'));
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

// Side by side, for each takes the five seconds of a connection.
describe.concurrent('a mail server that does not come to its answer', () => {
  it('is left after a while, if it is silent', async () => {
    expect(await sendTo(() => {})).toBe('unreachable');
  });

  it('is left after a while, though a byte comes each second', async () => {
    const outcome = await sendTo((socket) => {
      const timer = setInterval(() => socket.write('2'), 1000);
      socket.on('close', () => clearInterval(timer)).on('error', () => {});
    });
    expect(outcome).not.toBe('accepted');
  });
});
