import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** What azd runs after it made the resources, with stand-ins for npm and for waiting. */

const SCRIPT = fileURLToPath(new URL('../../infra/first-run.sh', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-run-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Runs the script where npm ends with these statuses in turn, and then with 0. */
function firstRun(statuses: readonly number[], env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'statuses'), statuses.map((status) => `${status}\n`).join(''));
  program(
    'npm',
    `echo "$*" >> '${folder}/calls'
status=$(head -n 1 '${folder}/statuses')
sed -i.bak 1d '${folder}/statuses'
exit "\${status:-0}"`,
  );
  program('sleep', `echo "sleep $*" >> '${folder}/calls'`);
  const { status, stderr } = spawnSync('sh', [SCRIPT], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
  });
  return { status, stderr, calls: calls() };
}

function calls(): readonly string[] {
  try {
    return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

const PEPPER = 'run --silent rotate -- pepper --if-missing';
const SIGNING_KEY = 'run --silent rotate -- signing-key --if-missing';

it('makes the pepper and the signing key, each only where there is none', () => {
  expect(firstRun([])).toEqual({ status: 0, stderr: '', calls: [PEPPER, SIGNING_KEY] });
});

it('makes nothing for who has no access, such as a pipeline', () => {
  expect(firstRun([], { OPERATOR_ACCESS: 'false' })).toMatchObject({ status: 0, calls: [] });
  expect(firstRun([], { OPERATOR_ACCESS: 'true' }).calls).toHaveLength(2);
});

it('asks again while a new role is not known everywhere', () => {
  const { status, calls: made } = firstRun([1, 1, 0, 1]);
  expect(status).toBe(0);
  expect(made).toEqual([
    ...[PEPPER, 'sleep 15', PEPPER, 'sleep 15', PEPPER],
    ...[SIGNING_KEY, 'sleep 15', SIGNING_KEY],
  ]);
});

it('gives up after ten minutes, and says how to go on', () => {
  const { status, stderr, calls: made } = firstRun(Array(100).fill(1));
  expect(status).toBe(1);
  expect(made.filter((call) => call === PEPPER)).toHaveLength(40);
  expect(made.filter((call) => call === 'sleep 15')).toHaveLength(39);
  expect(made).not.toContain(SIGNING_KEY);
  expect(stderr).toContain('azd hooks run postprovision');
});

it('does not repeat a command that was called wrongly', () => {
  expect(firstRun([2])).toMatchObject({ status: 2, calls: [PEPPER] });
});
