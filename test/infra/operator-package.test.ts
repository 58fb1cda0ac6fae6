import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bareEnvironment, ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks the result of `npm pack ./dist/operator`, installed in an empty folder offline. */

/** Each call of a command is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

let place: string;

function run(program: string, argv: readonly string[], cwd = place) {
  const env = { ...bareEnvironment(), INIT_CWD: undefined };
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const operate = (...argv: readonly string[]) =>
  run(join(place, 'node_modules/.bin/portal-credentials'), argv);

beforeAll(async () => {
  place = await temporaryDirectory();
  const packed = run('npm', ['pack', './dist/operator', '--pack-destination', place], ROOT);
  expect(packed.status).toBe(0);
  const [tarball = ''] = (await readdir(place)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(place, 'package.json'), '{"private":true}');
  const installed = run('npm', ['install', '--offline', '--no-audit', `./${tarball}`]);
  expect({ status: installed.status, stderr: installed.stderr }).toEqual({ status: 0, stderr: '' });
}, 120_000);
afterAll(removeTemporaryDirectories);

describe('the package for operators', () => {
  it('installs no other package', async () => {
    const names = await readdir(join(place, 'node_modules'));
    expect(names.filter((name) => !name.startsWith('.'))).toEqual(['portal-credentials']);
  });

  it('prints its version and its commands', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(operate('--version').stdout).toBe(`${version}\n`);
    expect(operate().stdout).toContain('  users show ');
  });

  it('makes a user, reads it, hashes for it, backs it up and restores it', () => {
    const data = ['--data', 'kept', '--json'];
    const json = (...argv: readonly string[]) => {
      const { status, stdout, stderr } = operate(...argv, ...data);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return JSON.parse(stdout);
    };
    expect(json('create-admin', 'ana@x.example').admins).toHaveLength(1);
    expect(json('users', 'reset', 'ana@x.example').temporaryPassword).toMatch(/^[0-9A-Z-]{34}$/);
    expect(json('users', 'show', 'ana@x.example').user.userName).toBe('ana@x.example');
    expect(json('events', '--all-tenants', '--out', 'events.jsonl').isComplete).toBe(true);
    expect(json('backup', 'x.backup').rows.accounts).toBeGreaterThan(0);
    expect(json('restore', 'x.backup', '--replace', '--yes').users).toBe(1);
    expect(json('doctor').isWell).toBe(true);
  });

  it('explains in one sentence that it does not serve', () => {
    const { status, stdout, stderr } = operate('start');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('"start" is not in this package: it needs a checkout.\n');
  });
});
