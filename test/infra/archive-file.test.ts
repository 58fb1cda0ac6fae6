import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { makeArchiveFile, readArchiveFile } from '../../infra/cli/archive-file.ts';
import { ARCHIVE_LINE_MAX_LENGTH } from '../../shared/crypto/sealed/archive-seal.ts';
import { ArchiveRefused } from '../../shared/port/archive.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** A backup has its name when it is proven, and at no moment before. */

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
  file = join(folder, 'a.backup');
});
afterAll(removeTemporaryDirectories);

async function linesOf(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readArchiveFile(path)) lines.push(line);
  return lines;
}

describe('making a backup file', () => {
  it('names the file once its content was read back', async () => {
    const result = await makeArchiveFile(file, async (sink) => {
      await sink.write('one');
      await sink.write('two');
      expect(await readdir(folder)).toEqual([
        expect.stringMatching(/^a\.backup\.[\da-f-]{36}\.unfinished$/),
      ]);
      const lines: string[] = [];
      for await (const line of sink.readBack()) lines.push(line);
      return lines;
    });
    expect(result).toEqual(['one', 'two']);
    expect(await readdir(folder)).toEqual(['a.backup']);
    expect(await linesOf(file)).toEqual(['one', 'two']);
  });

  it('leaves no file if the work fails', async () => {
    const failing = makeArchiveFile(file, async (sink) => {
      await sink.write('half');
      throw new ArchiveRefused('The backup that was read back differs from the one written.');
    });
    await expect(failing).rejects.toThrow(/differs from the one written/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('ignores what a killed run with the same process id left', async () => {
    await writeFile(`${file}.${process.pid}.unfinished`, 'half');
    await makeArchiveFile(file, (sink) => sink.write('one'));
    expect(await linesOf(file)).toEqual(['one']);
  });

  it('replaces no file, not even one created while it worked', async () => {
    const late = makeArchiveFile(file, async () => writeFile(file, 'of somebody else'));
    await expect(late).rejects.toThrow(`${file} cannot be made (EEXIST).`);
    expect(await readFile(file, 'utf8')).toBe('of somebody else');
    const early = makeArchiveFile(file, async () => {
      throw new Error('it should not have begun');
    });
    await expect(early).rejects.toThrow(`${file} is there already.`);
    expect(await readdir(folder)).toEqual(['a.backup']);
  });
});

describe('reading a backup file', () => {
  it('returns the text after the last line end as a line', async () => {
    await writeFile(file, 'one\n\ntw');
    expect(await linesOf(file)).toEqual(['one', '', 'tw']);
    await writeFile(file, '');
    expect(await linesOf(file)).toEqual([]);
  });

  it('rejects a line longer than any line of a backup', async () => {
    await writeFile(file, 'x'.repeat(ARCHIVE_LINE_MAX_LENGTH + 1));
    await expect(linesOf(file)).rejects.toThrow(/one of its lines is too long/);
  });
});
