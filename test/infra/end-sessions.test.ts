import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endSessionsCommand } from '../../infra/local/command/end-sessions.ts';
import { runCommand } from '../../infra/local/command.ts';
import { UsageError } from '../../infra/local/command-line.ts';
import { goodPassword, type Service, startService } from '../fixture/service.ts';
import { runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { storedRows } from './fixture/stored-rows.ts';

/** `npm run end-sessions`, on the directory of a stopped service. */

afterAll(removeTemporaryDirectories);

/** Tokens outlive a start that takes another port. */
const ISSUER = { PUBLIC_ORIGIN: 'https://portal.example' };

describe('the command line', () => {
  const surroundings = { closeComposition: async () => {}, progress: { tell() {} } };

  it.each([
    [[], 'Name one'],
    [['x.example', '--all'], 'Name one'],
    [['--user', 'a@x.example', '--all'], 'Name one'],
    [['x'], '"x" is no tenant'],
    [['--user', 'a'], '"a" is no user name'],
    [['--all', '--run', '1'], '"1" is no id of a run'],
  ])('%j is refused', async (argv, words) => {
    const refused = runCommand(endSessionsCommand, argv, surroundings);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('npm run end-sessions', () => {
  let service: Service;
  let data: string;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    data = join(await temporaryDirectory(), 'kept');
    service = await startService({ directory: data, env: ISSUER });
    const admin = await service.readyAdmin();
    tokens.admin = admin.token;
    tokens.ana = (await service.addReadyUser(admin.token, 'ana@contoso.example')).token;
    await service.end('SIGTERM');
  });
  afterAll(() => service.end('SIGTERM'));

  async function run(...argv: readonly string[]) {
    const { code, stdout, stderr } = await runLocal('end-sessions', [
      ...argv,
      '--data',
      data,
      '--json',
    ]).finished;
    return { code, stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) };
  }

  /** Who is still signed in. */
  async function alive(): Promise<readonly string[]> {
    service = await startService({ directory: data, env: ISSUER });
    const names: string[] = [];
    for (const [name, token] of Object.entries(tokens)) {
      if ((await service.call('GET', '/api/me', { token })).status === 200) names.push(name);
    }
    await service.end('SIGTERM');
    return names;
  }

  it('tells whom it would reach, and changes nothing in a dry run', async () => {
    const before = await storedRows(data);
    expect(Object.keys(before).length).toBeGreaterThan(10);
    const dry = await run('--all', '--dry-run');
    expect(dry.answer).toEqual({ dryRun: true, users: 2 });
    expect(await storedRows(data)).toEqual(before);
  });

  it('ends the sessions of one, then of the tenant; passwords stay', async () => {
    const one = await run('--user', 'Ana@contoso.example');
    expect(one).toMatchObject({ code: 0, answer: { ended: 1, failures: [], left: 0 } });
    expect(await alive()).toEqual(['admin']);
    const all = await run('contoso.example');
    expect(all.answer).toMatchObject({ ended: 2, endedBefore: 0 });
    expect(await alive()).toEqual([]);
    service = await startService({ directory: data, env: ISSUER });
    const { body } = await service.signIn('ana@contoso.example', goodPassword(2));
    expect(body.status).toBe('signedIn');
    await service.end('SIGTERM');
  });

  it('goes on with a run by its id, which it prints', async () => {
    const { answer } = await run('--all');
    expect(answer).toMatchObject({ ended: 2, endedBefore: 0 });
    const again = await run('--all', '--run', answer.run);
    expect(again.answer).toMatchObject({ run: answer.run, ended: 0, endedBefore: 2 });
    const other = await run('--all', '--run', randomUUID());
    expect(other.answer).toMatchObject({ ended: 2, endedBefore: 0 });
  });

  it('says so when there is nobody', async () => {
    const nobody = await run('--user', 'nobody@contoso.example');
    expect(nobody).toMatchObject({ code: 1, answer: undefined });
    expect(nobody.stderr).toBe('There is nobody whose sessions could be ended.\n');
  });
});
