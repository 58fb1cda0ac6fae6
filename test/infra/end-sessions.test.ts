import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endSessionsCommand } from '../../infra/cli/command/end-sessions.ts';
import { runCommand } from '../../infra/cli/command.ts';
import { UsageError } from '../../infra/cli/command-line.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { Operated, TENANT } from './fixture/operated.ts';
import { PROCESS_CONTEXT } from './fixture/process-context.ts';

/** `portal-credentials end-sessions`, while the service runs. */

/** A test runs several processes, one after the other. */
const COMMANDS_MS = 300_000;

describe('the command line of end-sessions', () => {
  it.each([
    [[], 'Name one'],
    [['x.example', '--all'], 'Name one'],
    [['--user', 'a@x.example', '--all'], 'Name one'],
    [['x'], '"x" is not a tenant'],
    [['--user', 'a'], '"a" is not a user name'],
    [['--all', '--run', '1'], '"1" is not the id of a run'],
  ])('(%j) is rejected', async (argv, words) => {
    const refused = runCommand(endSessionsCommand, argv, PROCESS_CONTEXT);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('portal-credentials end-sessions', () => {
  let operated: Operated;
  let ana: string;
  beforeAll(async () => {
    operated = await Operated.start();
    ana = await operated.chooseOwnPassword(
      `ana@${TENANT}`,
      await operated.addUser(`ana@${TENANT}`),
      2,
    );
  }, COMMANDS_MS);
  afterAll(() => operated.stop());

  it(
    'reports in a dry run how many users it would reach',
    async () => {
      const before = await operated.tags();
      const dry = await operated.run('end-sessions', '--all', '--dry-run');
      expect(dry).toMatchObject({ code: 0, answer: { dryRun: true, users: 2 } });
      expect(before).toHaveLength(2);
      expect(await operated.tags()).toEqual(before);
    },
    COMMANDS_MS,
  );

  it(
    'ends the sessions of one user, then of the tenant, and keeps passwords',
    async () => {
      const one = await operated.run('end-sessions', '--user', `Ana@${TENANT}`);
      expect(one).toMatchObject({ code: 0, answer: { ended: 1, failures: [], left: 0 } });
      expect([await operated.isAlive(ana), await operated.isAlive(operated.token)]).toEqual([
        false,
        true,
      ]);
      const all = await operated.run('end-sessions', TENANT);
      expect(all.answer).toMatchObject({ ended: 2, endedBefore: 0 });
      expect(await operated.isAlive(operated.token)).toBe(false);
      expect((await operated.signIn(`ana@${TENANT}`, goodPassword(2))).status).toBe('signedIn');
    },
    COMMANDS_MS,
  );

  it(
    'resumes a run by its id, which it prints first',
    async () => {
      const { answer, stderr } = await operated.run('end-sessions', '--all', '--yes');
      expect(stderr).toBe(`Run ${answer.run}; when interrupted, continue with --run.\n`);
      expect(answer).toMatchObject({ ended: 2, endedBefore: 0 });
      const again = await operated.run('end-sessions', '--all', '--yes', '--run', answer.run);
      expect(again.answer).toMatchObject({ run: answer.run, ended: 0, endedBefore: 2 });
    },
    COMMANDS_MS,
  );

  it(
    'reports that there is no such user',
    async () => {
      const nobody = await operated.run('end-sessions', '--user', `nobody@${TENANT}`);
      expect(nobody).toMatchObject({ code: 1, answer: { error: { code: 'refused' } } });
      expect(nobody.stderr).toBe('There is no user whose sessions could be ended.\n');
    },
    COMMANDS_MS,
  );
});
