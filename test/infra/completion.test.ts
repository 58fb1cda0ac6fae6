import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../infra/cli/command-list.ts';
import { completionScript } from '../../infra/cli/completion.ts';
import { runLocal } from './fixture/local-process.ts';

/** Returns what bash offers after these words, of which the last is being typed. */
function offered(...words: readonly string[]): readonly string[] {
  const line = ['portal-credentials', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash')}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}
_portal_credentials
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-eu'], {
    input: script,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim().split('\n');
}

it('offers commands, their second words and their options in bash', () => {
  const firsts = new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0]));
  expect(offered('')).toEqual(expect.arrayContaining([...firsts, 'start', 'help', 'completion']));
  expect(offered('us')).toEqual(['users']);
  expect(offered('users', 'd')).toEqual(['disable', 'delete']);
  expect(offered('users', 'delete', '--f')).toEqual(['--force']);
  expect(offered('users', 'delete', 'ana@x.example', '--y')).toEqual(['--yes']);
  expect(offered('events', '--al')).toEqual(['--all-tenants']);
  expect(offered('events', '--user', 'ana@x.example', '--o')).toEqual(['--out']);
  expect(offered('backup', 'ins')).toEqual(['inspect']);
  expect(offered('backup', 'file', '--dr')).toEqual(['--dry-run']);
  expect(offered('completion', '')).toEqual(['bash', 'zsh']);
});

it('offers the same in zsh through its bash emulation', () => {
  expect(completionScript('zsh')).toContain('bashcompinit');
  expect(completionScript('zsh').endsWith(completionScript('bash'))).toBe(true);
});

it('prints the completion without a store, and rejects another shell', async () => {
  const { code, stdout } = await runLocal('completion', ['bash']).finished;
  expect({ code, stdout }).toEqual({ code: 0, stdout: completionScript('bash') });
  expect((await runLocal('completion', ['fish']).finished).code).toBe(2);
});
