import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildCommonPasswords,
  commonPasswordsOf,
  writeCommonPasswords,
} from '../../infra/bundle/common-passwords.ts';
import { openCommonPasswords } from '../../shared/credential/policy/common-passwords.ts';

const SCRIPT = new URL('../../infra/bundle/common-passwords.ts', import.meta.url).pathname;
const BUILT = new URL('../../dist/common-passwords.bin', import.meta.url).pathname;
const LONG_AGO = new Date('2001-02-03T04:05:06Z');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'common-passwords-'));
});
afterAll(() => rm(folder, { recursive: true }));

const listOf = (...lines: string[]) => sourcesOf({ lines });

function sourcesOf({ lines = [''], words = [''], phrases = [''] }) {
  const bytes = Buffer.from(JSON.stringify(words));
  return { list: gzipSync(lines.join('\n')), words: [bytes], phrases };
}

describe('commonPasswordsOf', () => {
  it('folds entries and keeps each once, in the order of the list', () => {
    const list = listOf('Qwerty', 'pässword', 'pa\u0308ssword', 'qwerty\r', ' dragon ', '', 'a');
    expect(commonPasswordsOf(list)).toEqual(['qwerty', 'password', 'dragon', 'a']);
  });

  it('omits entries longer than any password: 256 stays, 257 goes', () => {
    expect(commonPasswordsOf(listOf('x'.repeat(256), 'y'.repeat(257)))).toEqual(['x'.repeat(256)]);
  });
});

describe('buildCommonPasswords', () => {
  it('returns the same bytes for the same list, and names another list', () => {
    const list = listOf('qwerty', 'dragon');
    const other = listOf('qwerty', 'dragon', 'monkey');
    expect(buildCommonPasswords(list)).toEqual(buildCommonPasswords(list));
    const sources = [list, other].map(
      (each) => openCommonPasswords(buildCommonPasswords(each)).source,
    );
    expect(sources[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(sources[1]).not.toBe(sources[0]);
    // The same text in another source is another source.
    const [words, phrases] = [sourcesOf({ words: ['x'] }), sourcesOf({ phrases: ['x'] })];
    const others = [words, phrases].map(
      (each) => openCommonPasswords(buildCommonPasswords(each)).source,
    );
    expect(new Set([...sources, ...others]).size).toBe(4);
  });
});

describe('writeCommonPasswords', () => {
  const list = listOf('qwerty', 'dragon');

  it('writes parallel files whole, creates the folder, and leaves no rest', async () => {
    const [one, other] = [join(folder, 'deep/er/one.bin'), join(folder, 'deep/er/other.bin')];
    await Promise.all([
      writeCommonPasswords(one, list),
      writeCommonPasswords(one, list),
      writeCommonPasswords(other, list),
    ]);
    expect((await readFile(one)).equals(await readFile(other))).toBe(true);
    expect((await readdir(join(folder, 'deep/er'))).sort()).toEqual(['one.bin', 'other.bin']);
  });

  it('keeps a file of the same list and replaces any other', async () => {
    const file = join(folder, 'kept.bin');
    await writeCommonPasswords(file, list);
    const written = await readFile(file);
    await utimes(file, LONG_AGO, LONG_AGO);
    await writeCommonPasswords(file, list);
    expect((await stat(file)).mtime).toEqual(LONG_AGO);

    for (const stale of [written.subarray(0, -2), buildCommonPasswords(listOf('qwerty'))]) {
      await writeFile(file, stale);
      await writeCommonPasswords(file, list);
      expect((await readFile(file)).equals(written)).toBe(true);
    }
  });

  it('runs as a script on the packaged list', async () => {
    const file = join(folder, 'script.bin');
    const run = promisify(execFile);
    await run(process.execPath, [SCRIPT, file]);
    // The one of the build before all tests.
    expect((await readFile(file)).equals(await readFile(BUILT))).toBe(true);
    await expect(run(process.execPath, [SCRIPT])).rejects.toMatchObject({
      code: 2,
      stderr: 'usage: node infra/bundle/common-passwords.ts OUT\n',
    });
  });
});
