import { spawnSync } from 'node:child_process';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS, describeCommands, namesOf } from '../../infra/cli/command-list.ts';
import { runHere } from './fixture/in-process.ts';
import { bareEnvironment, ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Commands as the documents have them, through npm and without it, from another folder. */

/** npm builds before each call. */
vi.setConfig({ testTimeout: 180_000 });

afterAll(removeTemporaryDirectories);

const HOOK = 'https://hook.example/';
const SECRET = { secret: expect.stringMatching(/^whsec_/) };

function run(program: string, argv: readonly string[], cwd = ROOT) {
  const env = { ...bareEnvironment(), INIT_CWD: undefined };
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('a command that is run in another folder', () => {
  // `webhook-secret` hashes nothing, and makes the data directory too.
  it.each([
    [['create-admin', '--', 'a@x.example'], { admins: [{ userName: 'a@x.example' }] }],
    [['cli', '--', 'webhook-secret', HOOK], SECRET],
  ])(
    'through npm run -s %j prints JSON alone and resolves paths from there',
    async (script, answer) => {
      const folder = await temporaryDirectory();
      const below = join(ROOT, 'infra');
      const name = `typed-${process.pid}`;
      const data = relative(below, join(folder, name));
      const argv = ['run', '-s', ...script, '--json', '--data', data];
      const { status, stdout, stderr } = run('npm', argv, below);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject(answer);
      expect(await readdir(folder)).toEqual([name]);
    },
  );

  it('through the bin resolves paths from there and returns the exit code', async () => {
    const place = await temporaryDirectory();
    const bin = join(ROOT, 'infra/portal-credentials.mjs');
    const made = run(bin, ['webhook-secret', HOOK, '--json', '--data', 'kept'], place);
    expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject(SECRET);
    expect(await readdir(place)).toEqual(['kept']);
    expect(run(bin, ['create-admin', 'nobody'], place).status).toBe(2);
    expect(run(bin, ['start', '--help'], place).stdout).toContain('npm start -- [options]');
  });
});

describe('the list of commands', () => {
  it.each(['--help', 'help'])('is printed for %s', async (word) => {
    const printed = { code: 0, stdout: describeCommands(), stderr: '' };
    expect(await runHere(word, [])).toEqual(printed);
  });

  it('is printed for no word', () => {
    const { status, stdout, stderr } = run(process.execPath, ['dist/local/cli.cjs']);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: describeCommands(),
      stderr: '',
    });
  });

  it('is behind one script, and help NAME equals NAME --help', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const operating = Object.keys(scripts).filter((name) => /cli\.cjs/.test(scripts[name]));
    expect(operating).toEqual(['cli', 'create-admin', 'webhook-secret']);
    const build = 'node infra/bundle/checked.mjs && exec node dist/local/cli.cjs';
    expect(scripts.cli).toBe(build);
    // The contract names these two.
    for (const name of ['create-admin', 'webhook-secret']) {
      expect(scripts[name]).toBe(`${build} ${name}`);
    }
    for (const name of Object.keys(COMMANDS)) {
      expect(COMMANDS[name]?.help).toContain(`  portal-credentials ${name}`);
      expect(describeCommands()).toContain(`  ${name} `);
    }
    const help = await runHere('help', ['backup']);
    expect(help).toEqual({ code: 0, stdout: COMMANDS.backup?.help, stderr: '' });
  });

  it('is shown in part for a first word, and its commands have their own help', async () => {
    for (const words of ['users', 'users --help', 'help users']) {
      const { code, stdout } = await runHere(words, []);
      expect({ code, stdout }).toEqual({ code: 0, stdout: describeCommands(namesOf('users')) });
      expect(stdout).toContain('  users show ');
      expect(stdout).not.toContain('  backup ');
    }
    const show = await runHere('help users show', []);
    expect(show.stdout).toBe(COMMANDS['users show']?.help);
    const unknown = await runHere('users burn', []);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(
      /^Unknown command "users burn"\. Choose one of users list, users show[^\n]*\n$/,
    );
  });

  it('is called with -s in every document', async () => {
    const names = [...new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0]))].join('|');
    const loud = new RegExp(`npm run (?:cli|${names})\\b`, 'g');
    for (const file of ['README.md', 'SECURITY.md', 'infra/README.md', 'infra/RUNBOOK.md']) {
      expect((await readFile(join(ROOT, file), 'utf8')).match(loud), file).toBeNull();
    }
  });
});

const BUILD = 'infra/bundle/checked.mjs';

/** Copies these files, and returns the folder. */
async function copyOf(...files: readonly string[]): Promise<string> {
  const place = await temporaryDirectory();
  for (const file of files) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(place, file));
  }
  return place;
}

describe('a build', () => {
  const now = new Date();
  const build = async (place: string) => {
    // A build writes it anew; one that finds nothing to do leaves it.
    const stamp = join(place, 'dist/stamp');
    await utimes(stamp, new Date(0), new Date(0));
    const done = run(process.execPath, [BUILD], place);
    expect(done).toEqual({ status: 0, stdout: '', stderr: '' });
    return (await stat(stamp)).mtimeMs > 0;
  };

  it('is left out while neither a source nor a product changes', async () => {
    run(process.execPath, [BUILD]);
    expect(await build(ROOT)).toBe(false);
    // A build of nothing, beside which no test runs what it makes.
    const place = await copyOf(BUILD, 'host.json', 'dist/local/cli.cjs');
    await symlink(join(ROOT, 'node_modules'), join(place, 'node_modules'));
    await writeFile(join(place, 'infra/bundle/build.ts'), 'export const buildInto = () => {};');
    await writeFile(join(place, 'package.json'), '{"type":"module"}');
    run(process.execPath, [BUILD], place);
    expect(await build(place)).toBe(false);
    await utimes(join(place, 'host.json'), now, now);
    expect(await build(place)).toBe(true);
    await utimes(join(place, 'dist/local/cli.cjs'), now, now);
    expect(await build(place)).toBe(true);
    expect(await build(place)).toBe(false);
  });
});

describe('a build with missing parts', () => {
  it('explains in one sentence that packages are not installed', async () => {
    const place = await copyOf(BUILD);
    expect(run(process.execPath, [BUILD], place)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'The build needs all packages, those of development too: npm ci --include=dev\n',
    });
  });

  it('leaves the bin what was built before', async () => {
    const bin = 'infra/portal-credentials.mjs';
    const place = await copyOf(BUILD, bin);
    await mkdir(join(place, 'dist/local'), { recursive: true });
    await writeFile(join(place, 'dist/local/cli.cjs'), "console.log('as built');");
    const done = { status: 0, stdout: 'as built\n', stderr: '' };
    expect(run(process.execPath, [bin, 'doctor'], place)).toEqual(done);
  });

  it('explains in one sentence that Node does not read TypeScript', () => {
    const { status, stderr } = run(process.execPath, ['--no-experimental-strip-types', BUILD]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Node v\S+ cannot run the build: use npm run, or Node 22\.18 [^\n]*\n$/,
    );
  });
});
