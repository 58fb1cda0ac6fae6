import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from './fixture/local-process.ts';
import { installOperatorPackage, runIn } from './fixture/operator-install.ts';
import { removeTemporaryDirectories } from './fixture/package.ts';

/** Checks the result of `npm pack ./dist/operator`, installed in an empty folder offline. */

/** Each call of a command is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

let place: string;
let command: string;

const operate = (...argv: readonly string[]) => runIn(place, command, argv);

beforeAll(async () => {
  ({ place, command } = await installOperatorPackage());
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

  it('says in a sentence which Node it needs, on an older one', () => {
    const older = 'import tls from "node:tls"; delete tls.setDefaultCACertificates;';
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(older)}`;
    const { status, stdout, stderr } = runIn(place, command, ['--version'], { NODE_OPTIONS });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `portal-credentials needs Node.js 22.19 or 24.5, or later; this is ${process.version}.\n`,
    );
  });
});

describe('the repository', () => {
  it('refuses to be packed as it is, and says how the package is made', () => {
    const { status, stdout, stderr } = runIn(ROOT, 'npm', ['pack', '--dry-run', '--silent']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('Build, then pack the commands of operators: npm pack ./dist/operator\n');
  });
});
