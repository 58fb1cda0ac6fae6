import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resetTenant } from '../../infra/cli/command/reset-tenant.ts';
import { runCommand } from '../../infra/cli/command.ts';
import { UsageError } from '../../infra/cli/command-line.ts';
import { tenantOf } from '../../shared/credential/name.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { nameOf } from '../fixture/operations.ts';
import { type Service, startService } from '../fixture/service.ts';
import { subjectId } from '../fixture/subject.ts';
import { runHere } from './fixture/in-process.ts';
import { runLocal } from './fixture/local-process.ts';
import { ADMIN, Operated, TENANT } from './fixture/operated.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { PROCESS_CONTEXT } from './fixture/process-context.ts';

/** `portal-credentials reset-tenant`, as an operator types it, and killed in the middle. */

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

/** A test runs several processes, one after the other. */
const COMMANDS_MS = 300_000;

describe('the command line of reset-tenant', () => {
  it.each([
    [[], 'Name a tenant'],
    [['x.example'], '--out FILE is missing'],
    [['x', '--out', 'f'], '"x" is not a tenant'],
    [['x.example', '--users', 'list', '--out', 'f'], 'Name a tenant'],
    [['--users', '/no/where', '--out', 'f'], '--users: /no/where cannot be read (ENOENT)'],
    [
      ['--users', 'package.json', '--out', 'f'],
      '--users: line 1 of package.json is not a user name.',
    ],
  ])('(%j) is rejected', async (argv, words) => {
    const refused = runCommand(resetTenant, argv, PROCESS_CONTEXT);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('reset-tenant on the directory of a stopped service', () => {
  let service: Service;
  let directory: string;
  let token: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    service = await startService({ directory: join(directory, 'kept'), env: ISSUER });
    ({ token } = await service.readyAdmin());
    await service.addReadyUser(token, 'ana@contoso.example');
  }, COMMANDS_MS);
  afterEach(() => service.end('SIGTERM'));

  const run = (...argv: readonly string[]) =>
    runHere('reset-tenant', [...argv, '--yes', '--data', service.directory]);

  it(
    'resets every user, the only global admin too, to the passwords of the file',
    async () => {
      expect((await service.callChecked('GET', '/api/me', { token })).status).toBe(200);
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
      expect((await service.callChecked('GET', '/api/me', { token })).status).toBe(401);
      const old = await service.signIn('ana@contoso.example', goodPassword(2));
      expect(old.body.code).toBe('invalid-credentials');
      for (const { userName, temporaryPassword } of lines) {
        await service.chooseOwnPassword(userName, temporaryPassword, goodPassword(3));
      }
    },
    COMMANDS_MS,
  );
});

describe('reset-tenant on a store of the settings', () => {
  let operated: Operated;
  let directory: string;
  beforeAll(async () => {
    operated = await Operated.start();
    await operated.chooseOwnPassword(
      'ana@contoso.example',
      await operated.addUser('ana@contoso.example'),
      2,
    );
    directory = await temporaryDirectory();
  }, COMMANDS_MS);
  afterAll(() => operated.stop());

  const reset = (...argv: readonly string[]) => operated.run('reset-tenant', ...argv, '--yes');

  it(
    'changes nothing in a dry run, and makes no file',
    async () => {
      const before = await operated.tags();
      const out = join(directory, 'dry.jsonl');
      const dry = await reset(TENANT, '--out', out, '--dry-run');
      expect(dry).toMatchObject({ code: 0, stderr: '' });
      expect(dry.answer).toEqual({ dryRun: true, users: 2, disabled: 0, unknown: [] });
      await expect(access(out)).rejects.toThrow('ENOENT');
      expect(before).toHaveLength(2);
      expect(await operated.tags()).toEqual(before);
    },
    COMMANDS_MS,
  );

  it(
    'accepts a list and names unknown users',
    async () => {
      const list = join(directory, 'list');
      await writeFile(list, 'ANA@contoso.example\r\n\nnobody@contoso.example\n');
      const out = join(directory, 'list.jsonl');
      const argv = ['--users', list, '--out', out, '--yes'];
      const { settings } = operated.parts;
      const { code, stdout } = await runHere('reset-tenant', argv, settings);
      expect(code).toBe(1);
      expect(stdout).toContain(`1 user got a temporary password; all of them are in ${out}.`);
      expect(stdout).toContain('  nobody@contoso.example: not-found\n');
      expect(stdout).not.toContain('Run it again');
      const dry = await reset(...argv, '--dry-run');
      expect(dry.answer).toMatchObject({ dryRun: true, file: out, users: 1 });
      expect((await reset(...argv)).answer).toMatchObject({ reset: 0, resetBefore: 1 });
      const nobody = await reset('contosso.example', '--out', join(directory, 'other'));
      expect(nobody).toMatchObject({ code: 1, stderr: 'There is no user to reset.\n' });
    },
    COMMANDS_MS,
  );

  /** Lists the users that a run has reset, once for each time. */
  async function resets(): Promise<readonly string[]> {
    const page = { limit: 200, after: undefined };
    const tenant = tenantOf(nameOf(ADMIN));
    const { items } = await operated.parts.stores.accounts.listEvents(tenant, undefined, page);
    return items.filter(({ type }) => type === 'password.reset').map(subjectId);
  }

  it(
    'resumes after a kill, and every user has exactly one valid password',
    async () => {
      const added = 8;
      const users = added + 2;
      for (let index = 0; index < added; index += 1) {
        await operated.addUser(`user${index}@contoso.example`);
      }
      const before = (await resets()).length;
      const out = join(directory, 'killed.jsonl');
      const argv = [TENANT, '--out', out, '--yes'];
      // Slow enough that a user is left when the first were reset.
      const slow = { ...operated.parts.settings, BCRYPT_COST: '12' };
      const first = runLocal('reset-tenant', argv, slow);
      await expect
        .poll(async () => (await resets()).length, { interval: 60, timeout: 120_000 })
        .toBeGreaterThan(before + 2);
      first.child.kill('SIGKILL');
      expect((await first.finished).code).toBeNull();
      const planned = await readFile(out, 'utf8');

      const second = await reset(...argv);
      const { answer } = second;
      expect(second.code).toBe(0);
      expect(answer.failures).toEqual([]);
      expect(answer.reset + answer.resetBefore).toBe(users);
      expect(answer.reset).toBeGreaterThan(0);
      expect(answer.resetBefore).toBeGreaterThan(2);
      expect(await readFile(out, 'utf8')).toBe(planned);

      const done = (await resets()).slice(0, (await resets()).length - before);
      expect(done).toHaveLength(users);
      expect(new Set(done).size).toBe(users);
      const lines = await linesOf(out);
      expect(new Set(lines.map(({ userName }) => userName)).size).toBe(users);
      for (const { userName, temporaryPassword } of lines) {
        const { status } = await operated.signIn(userName, temporaryPassword);
        expect(status, userName).toBe('passwordChangeRequired');
      }
      const third = await reset(...argv);
      expect(third.answer).toMatchObject({ reset: 0, resetBefore: users });
      expect(await resets()).toHaveLength(before + users);
    },
    COMMANDS_MS,
  );
});
