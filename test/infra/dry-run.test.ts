import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../fixture/service.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { storedRows } from './fixture/stored-rows.ts';

/** A dry run ends as the real run would: with the same sentence and the same exit code. */

const UNKNOWN_RUN = '11111111-2222-4333-8444-555555555555';
const UNKNOWN_VERSION = '0'.repeat(32);

let data: string;
let folder: string;
beforeAll(async () => {
  data = await temporaryDirectory();
  folder = await temporaryDirectory();
  const service = await startService({ directory: data });
  const admin = await service.readyAdmin();
  await service.addUser(admin.token, 'ana@contoso.example');
  await service.stopAndAssertNoLeaks();
  await writeFile(join(folder, 'there'), 'text', { mode: 0o600 });
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'gone'), join(folder, 'dangling'));
  await writeFile(join(folder, 'nobody'), 'nobody@contoso.example\n');
  const backup = await runHere('backup', [join(folder, 'good.backup'), '--data', data]);
  expect(backup.code).toBe(0);
}, 120_000);
afterAll(removeTemporaryDirectories);

const run = (command: string, argv: readonly string[]) =>
  runHere(command, [...argv, '--data', data]);

/** Paths of the folder are written `@name`. */
const placed = (argv: readonly string[]) =>
  argv.map((word) => (word.startsWith('@') ? join(folder, word.slice(1)) : word));

describe('a dry run, like the real run,', () => {
  it.each<[string, readonly string[], string]>([
    ['backup', ['@there'], 'there'],
    ['backup', ['@none/x'], 'ENOENT'],
    ['backup', ['@there/x'], 'ENOTDIR'],
    ['backup', ['@dangling'], 'dangling'],
    ['backup', ['-'], '"-" is not a file'],
    ['restore', ['@good.backup'], 'The store is not empty'],
    ['restore', ['@there', '--replace', '--yes'], 'Part 0 is not part of a backup'],
    ['restore', ['@none', '--replace', '--yes'], 'ENOENT'],
    ['reset-tenant', ['contoso.example', '--out', '@there', '--yes'], 'is not the file of a run'],
    ['reset-tenant', ['contoso.example', '--out', '@none/x', '--yes'], 'ENOENT'],
    ['reset-tenant', ['contoso.example', '--out', '@dangling', '--yes'], 'is there already'],
    ['reset-tenant', ['contoso.example', '--out', '/dev/full/x', '--yes'], 'ENOTDIR'],
    ['reset-tenant', ['fabrikam.example', '--out', '@new', '--yes'], 'no user to reset'],
    ['reset-tenant', ['--users', '@nobody', '--out', '@new', '--yes'], 'no user to reset'],
    ['end-sessions', ['fabrikam.example'], 'no user whose sessions'],
    ['end-sessions', ['--user', 'nobody@contoso.example'], 'no user whose sessions'],
    ['end-sessions', ['contoso.example', '--run', UNKNOWN_RUN], 'has ended no session here'],
    ['create-admin', ['typo@contoso.example', '--recover'], 'does not exist; --new'],
    ['create-admin', ['ana@contoso.example', '--new'], 'exists; --recover'],
    ['users', ['delete', 'nobody@contoso.example', '--yes'], 'does not exist.'],
    ['tenant', ['erase', 'nobody.example', '--yes'], 'There is no tenant'],
    ['tenant', ['loosen', 'nobody.example', '--request', '1'], 'was ever changed.'],
    ['users', ['unlock', 'nobody@contoso.example'], 'does not exist.'],
    ['users', ['delete', 'admin@contoso.example', '--yes'], 'is the last global admin'],
    ['users', ['disable', 'admin@contoso.example'], 'is the last global admin'],
    ['users', ['reset', 'admin@contoso.example'], 'is the last global admin'],
    ['rotate', ['pepper', '--disable', UNKNOWN_VERSION, '--yes'], 'has no version'],
    ['rotate', ['pepper', '--enable', UNKNOWN_VERSION], 'has no version'],
    ['import-users', ['@none.csv'], 'ENOENT'],
  ])('is rejected for %s %j', async (command, words, sentence) => {
    const before = await storedRows(data);
    const files = await readdir(folder);
    const argv = placed(words);
    const dry = await run(command, [...argv, '--dry-run']);
    const real = await run(command, argv);
    expect(real.code).not.toBe(0);
    expect(real.stderr).toContain(sentence);
    expect(real.stderr).toMatch(/^[^\n]+[.?]\n$/);
    expect({ code: dry.code, stdout: dry.stdout }).toEqual({ code: real.code, stdout: '' });
    const inTheWay = / is there already| cannot be made \(EEXIST\)/;
    expect(dry.stderr.replace(inTheWay, '')).toBe(real.stderr.replace(inTheWay, ''));
    expect(await storedRows(data)).toEqual(before);
    expect(await readdir(folder)).toEqual(files);
  });

  it('is rejected for create-admin if a file is in place of the directory', async () => {
    for (const place of ['there', 'there/x']) {
      const argv = ['a@x.example', '--data', join(folder, place)];
      const dry = await runHere('create-admin', [...argv, '--dry-run']);
      const real = await runHere('create-admin', argv);
      expect({ place, code: real.code }).toEqual({ place, code: 1 });
      expect(dry.code).toBe(real.code);
    }
  });
});

describe('a dry run, as the real run,', () => {
  it('ends with 1 if a listed user does not exist', async () => {
    await writeFile(join(folder, 'some'), 'ana@contoso.example\nnobody@contoso.example\n');
    const argv = placed(['--users', '@some', '--out', '@some.jsonl', '--yes']);
    const dry = await run('reset-tenant', [...argv, '--dry-run']);
    expect(dry).toMatchObject({ code: 1, stderr: '' });
    expect(dry.stdout).toContain('  nobody@contoso.example: not-found\n');
    const real = await run('reset-tenant', argv);
    expect(real).toMatchObject({ code: 1, stderr: '' });
    expect(real.stdout).toContain('  nobody@contoso.example: not-found\n');
    const resumed = await run('reset-tenant', [...argv, '--dry-run']);
    expect(resumed).toMatchObject({ code: 1, stderr: '' });
  });

  it('ends with 0 and leaves nothing beside the file that it would make', async () => {
    const files = await readdir(folder);
    const argv = placed(['contoso.example', '--out', '@all.jsonl', '--yes', '--dry-run']);
    expect(await run('reset-tenant', argv)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('backup', placed(['@all.backup', '--dry-run']))).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual(files);
  });

  it('of a resumed run counts the remaining users', async () => {
    const first = await run('end-sessions', ['contoso.example', '--json']);
    const { run: id } = JSON.parse(first.stdout);
    const argv = ['contoso.example', '--run', id, '--json'];
    const dry = await run('end-sessions', [...argv, '--dry-run']);
    expect(JSON.parse(dry.stdout)).toEqual({ dryRun: true, users: 0, endedBefore: 2 });
    const real = await run('end-sessions', argv);
    expect(JSON.parse(real.stdout)).toMatchObject({ ended: 0, endedBefore: 2 });
    expect([dry.code, real.code]).toEqual([0, 0]);
  });
});
