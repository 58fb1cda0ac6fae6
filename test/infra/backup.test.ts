import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, startService } from '../fixture/service.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `backup` and `restore` as operators run them, on a stopped service's data. */

/** Tokens name their issuer, which shall not change with the port. */
const env = { PUBLIC_ORIGIN: 'https://portal.contoso.example' };

let data: string;
let file: string;
let elsewhere: string;
let tokens: readonly string[];
let ben: { readonly userId: string; readonly temporaryPassword: string };

const run = async (name: 'backup' | 'restore', ...argv: readonly string[]) =>
  runHere(name, [...argv, '--data', data]);

/** The service on the kept data, for as long as `work` lasts. */
async function serve(work: (service: Service) => Promise<void>): Promise<void> {
  const service = await startService({ env, directory: data });
  try {
    await work(service);
  } finally {
    await service.stopAndAssertNoLeaks();
  }
}

const tables = () => join(data, 'tables.json');

beforeAll(async () => {
  data = await temporaryDirectory();
  elsewhere = await temporaryDirectory();
  file = join(elsewhere, 'first.backup');
  await serve(async (service) => {
    const admin = await service.readyAdmin();
    const ana = await service.addReadyUser(admin.token, 'ana@contoso.example');
    ben = await service.addUser(admin.token, 'ben@contoso.example');
    tokens = [admin.token, ana.token];
  });
});
afterAll(removeTemporaryDirectories);

describe('portal-credentials backup', () => {
  it('reports in a dry run what it would write, and makes no file or key', async () => {
    const vault = await readFile(join(data, 'vault.json'), 'utf8');
    const { code, stdout, stderr } = await run('backup', file, '--dry-run', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, file, rows: { expiries: 3 } });
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readFile(join(data, 'vault.json'), 'utf8')).toBe(vault);
  });

  it('writes an unreadable file for its owner alone', async () => {
    const { code, stdout, stderr } = await run('backup', file, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ file, rows: { expiries: 3 } });
    expect(answer.backup).toMatch(/^[0-9a-f]{32}$/);
    expect(Date.parse(answer.endedAt)).toBeGreaterThanOrEqual(Date.parse(answer.startedAt));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(elsewhere)).toEqual(['first.backup']);
    const content = await readFile(file, 'latin1');
    const decoded = content.split(/[.\n]/).map((part) => Buffer.from(part, 'base64url'));
    const readable = Buffer.concat(decoded).toString('latin1');
    for (const text of ['contoso', '$2b$', 'partitionKey']) expect(readable).not.toContain(text);
    const vault = new Map<string, { value: string }[]>(
      JSON.parse(await readFile(join(data, 'vault.json'), 'utf8')),
    );
    const [key] = vault.get('backup-key') ?? [];
    expect(key?.value).toMatch(/^[\w-]{43}$/);
    expect(content + stdout).not.toContain(key?.value);
  });

  it('never overwrites a file', async () => {
    const before = await readFile(file);
    const { code, stdout, stderr } = await run('backup', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`${file} is there already.\n`);
    expect(await readFile(file)).toEqual(before);
    const nowhere = join(elsewhere, 'none', 'x.backup');
    expect((await run('backup', nowhere)).stderr).toBe(`${nowhere} cannot be made (ENOENT).\n`);
  });

  it('explains in one sentence what is missing', async () => {
    expect(await run('backup')).toMatchObject({
      code: 2,
      stderr: 'Name the file of the backup.\n',
    });
    const { code, stdout } = await run('backup', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('portal-credentials backup FILE [options]');
  });
});

describe('portal-credentials restore', () => {
  it('rejects a store that is not empty', async () => {
    const rows = async () => (await run('backup', 'unwritten', '--dry-run')).stdout;
    const before = await rows();
    const { code, stderr } = await run('restore', file);
    expect(code).toBe(1);
    expect(stderr).toBe(`${file}: The store is not empty; --replace removes what it holds.\n`);
    expect(await rows()).toBe(before);
  });

  it('rejects an altered backup and writes nothing', async () => {
    await rm(tables());
    const content = await readFile(file, 'latin1');
    const middle = Math.floor(content.length / 2);
    const other = content[middle] === 'A' ? 'B' : 'A';
    const altered = join(elsewhere, 'altered.backup');
    await writeFile(altered, content.slice(0, middle) + other + content.slice(middle + 1));
    const cut = join(elsewhere, 'cut.backup');
    await writeFile(cut, content.slice(0, -10));
    for (const bad of [altered, cut]) {
      const { code, stdout, stderr } = await run('restore', bad);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/: Part 0 (?:of the backup was changed|is not part of a backup)/);
      expect(stderr).toContain(`${bad}: `);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    const whole = await run('restore', file, '--dry-run', '--json');
    expect(whole.code).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({ dryRun: true, users: 3, isResumed: false });
  });

  it('restores every user, and every earlier token is rejected', async () => {
    const { code, stdout, stderr } = await run('restore', file, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      users: 3,
      withoutPassword: [],
      missingPepperVersions: [],
    });
    await serve(async (service) => {
      for (const token of tokens) {
        expect((await service.callChecked('GET', '/api/me', { token })).status).toBe(401);
      }
      const admin = await service.signIn('admin@contoso.example', goodPassword(1));
      expect(admin.body.status).toBe('signedIn');
      await service.chooseOwnPassword(
        'ben@contoso.example',
        ben.temporaryPassword,
        goodPassword(3),
      );
      const token = admin.body.accessToken;
      const events = await service.callChecked('GET', `/api/users/${ben.userId}/events`, { token });
      expect(events.body.items[2]).toMatchObject({
        type: 'sessions.ended',
        actor: { system: 'operator' },
      });
      const users = await service.callChecked('GET', '/api/users', { token });
      expect(users.body.items).toHaveLength(3);
    });
  });

  it('names a file that does not exist', async () => {
    const { stderr } = await run('restore', join(elsewhere, 'nothing'), '--replace', '--yes');
    expect(stderr).toBe(`${join(elsewhere, 'nothing')} cannot be read (ENOENT).\n`);
  });
});
