import { afterAll, describe, expect, it } from 'vitest';
import { createAdmin } from '../../infra/cli/command/create-admin.ts';
import { credentialReport } from '../../infra/cli/command/credential-report.ts';
import { type Command, runCommand } from '../../infra/cli/command.ts';
import { requireTenant, UsageError } from '../../infra/cli/command-line.ts';
import { createProgress } from '../../infra/cli/progress.ts';
import { describeFailures } from '../../infra/cli/report-text.ts';
import { runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories } from './fixture/package.ts';
import { PROCESS_CONTEXT } from './fixture/process-context.ts';

/** Checks what all operations commands have in common. */

afterAll(removeTemporaryDirectories);

/** Returns the sentence with which it is refused before any store is opened. */
async function refusalOf<Request>(command: Command<Request>, ...argv: readonly string[]) {
  const error = await runCommand(command, argv, PROCESS_CONTEXT).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as Error).message;
}

describe('a command line', () => {
  it('is rejected with a sentence if it is wrong', async () => {
    expect(await refusalOf(createAdmin)).toContain('user name is missing');
    expect(await refusalOf(createAdmin, 'a@x.example', 'b@x.example')).toContain('b@x.example');
    expect(await refusalOf(createAdmin, 'nobody')).toContain('"nobody" is not a user name');
    expect(await refusalOf(createAdmin, 'a@x.example', '--data=')).toBe(
      '--data must not be empty.',
    );
    expect(await refusalOf(createAdmin, '--nope')).toBe("Unknown option '--nope'. See --help.");
  });

  it('offers --dry-run only for commands that change something', async () => {
    expect(await refusalOf(credentialReport, '--dry-run')).toContain("Unknown option '--dry-run'");
    expect(credentialReport.help).not.toContain('--dry-run');
    expect(createAdmin.help).toContain('--dry-run');
  });

  it('requires the domain of a tenant', () => {
    expect(requireTenant('Contoso.Example')).toBe('contoso.example');
    for (const text of ['', 'contoso', '@x.example', 'a@x.example', 'x..example']) {
      expect(() => requireTenant(text), text).toThrow(UsageError);
    }
  });

  it('lists the commands for an unknown name', async () => {
    const { code, stdout, stderr } = await runLocal('nothing', []).finished;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Unknown command "nothing". Choose one of doctor, ');
    expect((await runLocal('constructor', []).finished).code).toBe(2);
  });
});

describe('the progress of a command', () => {
  it('is reported every five seconds', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const progress = createProgress(
      (line) => lines.push(line),
      () => nowMs,
    );
    for (nowMs = 0; nowMs <= 12_000; nowMs += 1) progress.update(() => `at ${nowMs}`);
    expect(lines).toEqual(['at 5000\n', 'at 10000\n']);
  });
});

describe('the failures of a command', () => {
  it('are listed for a person, twenty at most', () => {
    const failures = Array.from({ length: 22 }, (_, index) => {
      return { userName: `u${index}@x.example`, code: 'conflict' };
    });
    expect(describeFailures(failures.slice(0, 20)).split('\n')).toHaveLength(21);
    const lines = describeFailures(failures).split('\n');
    expect(lines[0]).toBe('  u0@x.example: conflict');
    expect(lines.slice(20)).toEqual(['  and 2 more (--json names them)', '']);
    expect(describeFailures([])).toBe('');
  });
});
