import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMailFolder } from '../../infra/local/mail-folder.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** The mail of `npm start`, by what the settings name. */

beforeEach(() => {
  for (const name of ['MAIL_FROM', 'SMTP_URL', 'COMMUNICATION_ENDPOINT']) vi.stubEnv(name, '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await removeTemporaryDirectories();
});

describe('the mail of npm start', () => {
  it('is files in the directory of the service, from portal@localhost', async () => {
    const data = await temporaryDirectory();
    const { directory } = await openMailFolder(data, true);
    expect(directory).toBe(join(data, 'mail'));
    expect(process.env.MAIL_FROM).toBe('portal@localhost');
    expect(fileURLToPath(process.env.SMTP_URL ?? '')).toBe(directory);
  });

  it('is files in a temporary folder, which goes at the stop if it is empty', async () => {
    const first = await openMailFolder(undefined, true);
    await first.close();
    expect(existsSync(first.directory ?? '')).toBe(false);
    const second = await openMailFolder(undefined, true);
    const file = join(second.directory ?? '', 'one.eml');
    writeFileSync(file, '');
    await second.close();
    expect(existsSync(file)).toBe(true);
    rmSync(second.directory ?? '', { recursive: true });
  });

  it('goes to the server that the settings name, from the sender that they name', async () => {
    vi.stubEnv('SMTP_URL', 'smtp://127.0.0.1:1');
    expect((await openMailFolder(undefined, true)).directory).toBeUndefined();
    expect(process.env.MAIL_FROM).toBe('portal@localhost');
    vi.stubEnv('MAIL_FROM', 'me@x.example');
    await openMailFolder(undefined, true);
    expect(process.env.MAIL_FROM).toBe('me@x.example');
  });

  it('is not sent for a store of others, unless a sender is named', async () => {
    expect((await openMailFolder(undefined, false)).directory).toBeUndefined();
    expect(process.env.MAIL_FROM).toBe('');
    const data = await temporaryDirectory();
    vi.stubEnv('MAIL_FROM', 'me@x.example');
    expect((await openMailFolder(data, false)).directory).toBe(join(data, 'mail'));
  });
});
