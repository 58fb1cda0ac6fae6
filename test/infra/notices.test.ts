import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../webhook/fixture/receiver.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** The commands about notices, on the directory of a stopped service. */

let data: string;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  data = await temporaryDirectory();
  const made = await runHere('create-admin', ['admin@contoso.example', '--data', data]);
  expect(made.code).toBe(0);
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
  await removeTemporaryDirectories();
});

async function receiver(status: number) {
  const started = await startReceiver(status);
  closing.push(() => started.close());
  return { ...started, host: new URL(started.url).host };
}

async function run(command: string, argv: readonly string[], settings = {}) {
  const [first = '', ...rest] = command.split(' ');
  const all = [...rest, '--data', data, ...argv];
  const { code, stdout, stderr } = await runHere(first, [...all, '--json'], settings);
  return { code, stderr, document: JSON.parse(stdout) };
}

describe('webhook-secret', () => {
  it('prints one line, the same each time, and another for another URL', async () => {
    const print = async (url: string) => {
      const { stdout, code } = await runHere('webhook-secret', [url, '--data', data]);
      expect(code).toBe(0);
      return stdout;
    };
    const first = await print('https://hook.example/a');
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(await print('https://HOOK.example/a')).toBe(first);
    expect(await print('https://hook.example/b')).not.toBe(first);
  });

  it('makes the key in an empty directory, as create-admin does', async () => {
    const empty = await temporaryDirectory();
    const argv = ['https://hook.example/', '--data', empty];
    const first = await runHere('webhook-secret', argv);
    expect(first.code).toBe(0);
    expect((await runHere('webhook-secret', argv)).stdout).toBe(first.stdout);
  });

  it.each([[], ['hook.example'], ['http://hook.example/'], ['https://169.254.169.254/']])(
    'rejects %j',
    async (...argv) => {
      const { code, document } = await run('webhook-secret', argv);
      expect(code).toBeGreaterThan(0);
      expect(document.error.message).not.toContain('unexpected');
    },
  );
});

describe('notices test', () => {
  it('sends an event that its receiver can verify', async () => {
    const { url, received } = await receiver(204);
    const { document: printed } = await run('webhook-secret', [url]);
    const { code, document } = await run('notices test', ['--to', url]);
    expect({ code, ...document }).toMatchObject({ code: 0, isAccepted: true });
    const [one] = received;
    const headers = one?.headers as Record<string, string>;
    const event = new Webhook(printed.secret).verify(one?.body ?? '', headers);
    expect(event).toMatchObject({ type: 'org.portal-credentials.notice.test.v1' });
  });

  it('exits with 1 when the webhook does not accept, and shows its host alone', async () => {
    const { url, host } = await receiver(500);
    const { code, document, stderr } = await run('notices test', ['--to', url]);
    expect({ code, ...document }).toEqual({
      ...{ code: 1, isAccepted: false, message: `${host} answered 500.` },
    });
    expect(stderr).not.toContain('s3cret');
  });

  it('sends a mail', async () => {
    const folder = await temporaryDirectory();
    const settings = { MAIL_FROM: 'portal@localhost', SMTP_URL: pathToFileURL(folder).href };
    const { code } = await run('notices test', ['--to', 'ana@mail.example'], settings);
    expect(code).toBe(0);
    const [file = ''] = await readdir(folder);
    expect(await readFile(join(folder, file), 'utf8')).toMatch(/^To: ana@mail\.example\r$/m);
  });

  it.each([[], ['--to', 'ana'], ['--to', 'ftp://x.example/']])('rejects %j', async (...argv) => {
    expect((await run('notices test', argv)).code).toBeGreaterThan(0);
  });
});

describe('what waits for webhooks', () => {
  it('is listed by host, and dropped once the webhook is no longer set', async () => {
    const { url, host } = await receiver(410);
    const settings = { WEBHOOK_URLS: url };
    const made = await run('create-admin', ['admin@tailspin.example'], settings);
    expect(made.code).toBe(0);
    const listed = await run('notices list', [], settings);
    expect(listed.document).toMatchObject({
      lanes: [{ name: host, isSet: true, waiting: 1, stoppedAt: null }],
      deadLetters: [],
    });
    // The URL was taken from the settings; what waits for it stays.
    const later = await run('notices list', []);
    expect(later.document.lanes).toMatchObject([{ isSet: false, waiting: 1 }]);
    const { lane } = listed.document.lanes[0];
    expect(later.document.lanes[0].name).toBe(lane);
    expect((await run('notices drop', [lane, '--yes'], settings)).code).toBe(1);
    expect((await run('notices drop', [lane])).code).toBe(2);
    expect((await run('notices drop', ['--yes'])).code).toBe(2);
    const dropped = { lane, waiting: 1, deadLetters: 0 };
    const dry = await run('notices drop', [lane, '--dry-run']);
    expect(dry.document).toEqual({ dryRun: true, ...dropped });
    expect((await run('notices drop', [lane, '--yes'])).document).toEqual(dropped);
    expect((await run('notices list', [])).document.lanes).toEqual([]);
  });

  it('can be resumed and sent again by what notices list shows, and by nothing else', async () => {
    const { url, host } = await receiver(204);
    const settings = { WEBHOOK_URLS: url };
    const resumed = await run('notices resume', [host], settings);
    expect(resumed).toMatchObject({ code: 0, document: { resumed: [] } });
    expect((await run('notices resume', ['other.example'], settings)).code).toBe(1);
    expect((await run('notices resend', ['0123'], settings)).code).toBe(1);
    expect((await run('notices resend', [], settings)).code).toBe(2);
    const all = await run('notices resend', ['--all'], settings);
    expect(all).toMatchObject({ code: 0, document: { resent: 0 } });
  });
});

describe('the doctor', () => {
  async function wrong(settings: Record<string, string>) {
    const { document } = await run('doctor', [], settings);
    const checks = document.checks as { name: string; isWell: boolean; message: string }[];
    const names = ['mail', 'webhook-key', 'webhook '];
    const own = checks.filter(({ name }) => names.some((one) => name.startsWith(one)));
    return own.map(({ name, isWell }) => `${name} ${isWell ? 'ok' : 'WRONG'}`);
  }

  it('finds each webhook that answers, and each that does not', async () => {
    const { url, host, received } = await receiver(405);
    const WEBHOOK_URLS = `${url},http://127.0.0.1:1/`;
    expect(await wrong({ WEBHOOK_URLS })).toEqual([
      'mail ok',
      'webhook-key ok',
      `webhook ${host} ok`,
      'webhook 127.0.0.1:1 WRONG',
    ]);
    expect(received.map(({ method }) => method)).toEqual(['OPTIONS']);
  });

  it('finds a mail server that does not answer', async () => {
    const settings = { MAIL_FROM: 'portal@x.example', SMTP_URL: 'smtp://127.0.0.1:1' };
    expect(await wrong(settings)).toEqual(['mail WRONG']);
  });
});
