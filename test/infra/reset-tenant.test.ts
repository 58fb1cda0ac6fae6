import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resetTenant } from '../../infra/local/command/reset-tenant.ts';
import { runCommand } from '../../infra/local/command.ts';
import { UsageError } from '../../infra/local/command-line.ts';
import { tenantOf } from '../../shared/credential/name.ts';
import { nameOf } from '../fixture/operations.ts';
import { goodPassword, type Service, startService } from '../fixture/service.ts';
import {
  type Instance,
  type SharedParts,
  startInstance,
  startSharedParts,
} from '../hostile/rotation-vault.ts';
import { runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { storedRows } from './fixture/stored-rows.ts';

/** `npm run reset-tenant`, as an operator types it, and killed in the middle. */

afterAll(removeTemporaryDirectories);

/** Tokens outlive a start that takes another port. */
const ISSUER = { PUBLIC_ORIGIN: 'https://portal.example' };

interface Line {
  readonly userName: string;
  readonly temporaryPassword: string;
}

async function linesOf(path: string): Promise<readonly Line[]> {
  const [, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('the command line', () => {
  const surroundings = { closeComposition: async () => {}, progress: { tell() {} } };

  it.each([
    [[], 'Name a tenant'],
    [['x.example'], '--out FILE is missing'],
    [['x', '--out', 'f'], '"x" is no tenant'],
    [['x.example', '--users', 'list', '--out', 'f'], 'Name a tenant'],
    [['--users', '/no/where', '--out', 'f'], '--users: /no/where cannot be read (ENOENT)'],
    [['--users', 'package.json', '--out', 'f'], 'is no user name'],
  ])('%j is refused', async (argv, words) => {
    const refused = runCommand(resetTenant, argv, surroundings);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('on the directory of a stopped service', () => {
  let service: Service;
  let directory: string;
  let token: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    service = await startService({ directory: join(directory, 'kept'), env: ISSUER });
    ({ token } = await service.readyAdmin());
    await service.addReadyUser(token, 'ana@contoso.example');
  });
  afterEach(() => service.end('SIGTERM'));

  const run = (...argv: readonly string[]) =>
    runLocal('reset-tenant', [...argv, '--data', service.directory]).finished;

  it('resets all, the only global admin too, and each signs in with what the file says', async () => {
    expect((await service.call('GET', '/api/me', { token })).status).toBe(200);
    await service.end('SIGTERM');
    const out = join(directory, 'resets.jsonl');
    const { code, stdout, stderr } = await run('contoso.example', '--out', out, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ reset: 2, failures: [], left: 0, disabled: 0, file: out });
    expect(Date.parse(answer.firstExpiresAt)).toBeGreaterThan(Date.now());
    const lines = await linesOf(out);
    expect(lines.map(({ userName }) => userName)).toEqual([
      'admin@contoso.example',
      'ana@contoso.example',
    ]);
    for (const { temporaryPassword } of lines) expect(stdout).not.toContain(temporaryPassword);
    service = await startService({ directory: service.directory, env: ISSUER });
    // The start makes no other admin: the temporary password of this one is good.
    expect(service.admins).toEqual([]);
    expect((await service.call('GET', '/api/me', { token })).status).toBe(401);
    const old = await service.signIn('ana@contoso.example', goodPassword(2));
    expect(old.body.code).toBe('invalid-credentials');
    for (const { userName, temporaryPassword } of lines) {
      await service.settle(userName, temporaryPassword, goodPassword(3));
    }
  });

  it('changes nothing in a dry run, and makes no file', async () => {
    await service.end('SIGTERM');
    const before = await storedRows(service.directory);
    expect(Object.keys(before).length).toBeGreaterThan(10);
    const out = join(directory, 'resets.jsonl');
    const dry = await run('contoso.example', '--out', out, '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toEqual({ dryRun: true, users: 2, disabled: 0, unknown: [] });
    const person = await run('contoso.example', '--dry-run');
    expect(person).toMatchObject({ code: 0, stdout: '2 users would be reset.\n' });
    await expect(access(out)).rejects.toThrow('ENOENT');
    expect(await storedRows(service.directory)).toEqual(before);
  });

  it('takes a list, and names who is not there', async () => {
    await service.end('SIGTERM');
    const list = join(directory, 'list');
    await writeFile(list, 'ANA@contoso.example\r\n\nnobody@contoso.example\n');
    const out = join(directory, 'resets.jsonl');
    const { code, stdout } = await run('--users', list, '--out', out);
    expect(code).toBe(1);
    expect(stdout).toContain(`1 user got a temporary password; all of them are in ${out}.`);
    expect(stdout).toContain('  nobody@contoso.example: not-found\n');
    expect(stdout).not.toContain('Run it again');
    const again = await run('--users', list, '--out', out, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ reset: 0, resetBefore: 1 });
    const nobody = await run('contosso.example', '--out', join(directory, 'other'));
    expect(nobody).toMatchObject({ code: 1, stderr: 'There is nobody to reset.\n' });
  });
});

describe('killed in the middle', () => {
  const USERS = 40;
  const out = async () => join(await temporaryDirectory(), 'resets.jsonl');
  let parts: SharedParts;
  let instance: Instance;
  beforeAll(async () => {
    parts = await startSharedParts();
    await parts.rotate('password-pepper', 3);
    await parts.rotate('token-signing-key', 3);
    instance = await startInstance(parts);
  }, 60_000);
  afterAll(async () => {
    await instance.stop();
    await parts.close();
  });

  async function post(path: string, body: object, token?: string) {
    const response = await fetch(`${instance.origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  }

  async function addUsers(): Promise<void> {
    const [admin] = instance.admins;
    const { temporaryPassword: password, userName } = admin ?? {};
    const { changeToken } = await post('/api/sign-in', { userName, password });
    const newPassword = goodPassword(1);
    const { accessToken } = await post('/api/me/password', { newPassword }, changeToken);
    for (let index = 0; index < USERS; index += 1) {
      const name = { userName: `user${index}@contoso.example`, displayName: `User ${index}` };
      await post('/api/users', { ...name, roles: ['salesAgent'] }, accessToken);
    }
  }

  /** The users whom a run has reset, once for each time. */
  async function resets(): Promise<readonly string[]> {
    const page = { limit: 200, after: undefined };
    const tenant = tenantOf(nameOf('admin@contoso.example'));
    const { items } = await parts.stores.accounts.listEvents(tenant, undefined, page);
    return items
      .filter(({ type }) => type === 'password.reset')
      .map((event) => event.subject.userId);
  }

  it('goes on, and every user has exactly one password, which works', async () => {
    await addUsers();
    const file = await out();
    const argv = ['contoso.example', '--out', file, '--json'];
    // Slow enough that somebody is left when the first were reset.
    const first = runLocal('reset-tenant', argv, { ...parts.settings, BCRYPT_COST: '12' });
    await expect
      .poll(async () => (await resets()).length, { interval: 20, timeout: 60_000 })
      .toBeGreaterThan(2);
    first.child.kill('SIGKILL');
    expect((await first.finished).code).toBeNull();
    const planned = await readFile(file, 'utf8');

    const second = await runLocal('reset-tenant', argv, parts.settings).finished;
    expect(second.code).toBe(0);
    const { reset, resetBefore, failures } = JSON.parse(second.stdout);
    expect(failures).toEqual([]);
    expect(reset + resetBefore).toBe(USERS + 1);
    expect(reset).toBeGreaterThan(0);
    expect(resetBefore).toBeGreaterThan(2);
    expect(await readFile(file, 'utf8')).toBe(planned);

    const done = await resets();
    expect(done).toHaveLength(USERS + 1);
    expect(new Set(done).size).toBe(USERS + 1);
    const lines = await linesOf(file);
    expect(new Set(lines.map(({ userName }) => userName)).size).toBe(USERS + 1);
    for (const { userName, temporaryPassword: password } of lines) {
      const answer = await post('/api/sign-in', { userName, password });
      expect(answer.status, userName).toBe('passwordChangeRequired');
    }
    const third = await runLocal('reset-tenant', argv, parts.settings).finished;
    expect(JSON.parse(third.stdout)).toMatchObject({ reset: 0, resetBefore: USERS + 1 });
    expect(await resets()).toHaveLength(USERS + 1);
  }, 180_000);
});
