import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeArchiveFile } from '../../infra/cli/archive-file.ts';
import { openDataDirectory } from '../../infra/local/store/data-directory.ts';
import { createDurably, writeDurably } from '../../infra/local/store/durable-file.ts';

/** A disk that is full after the first bytes: no half of a file may keep it full. */

const FULL = Object.assign(new Error('ENOSPC: no space left on device, write'), {
  code: 'ENOSPC',
  syscall: 'write',
});

const real = { open: fs.open, writeFile: fs.writeFile };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portal-full-'));
  vi.spyOn(fs, 'open').mockImplementation(async (...given) => {
    const handle = await real.open(...given);
    handle.writeFile = halfOf(handle) as never;
    handle.appendFile = halfOf(handle) as never;
    return handle;
  });
  vi.spyOn(fs, 'writeFile').mockImplementation(async (file, data, options) => {
    await real.writeFile(file, '', options);
    expect(data).not.toBe('');
    throw FULL;
  });
  // Those who import a function by its name see it replaced, and put back.
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Writes some of it, then fails. */
function halfOf(handle: FileHandle) {
  return async (text: string) => {
    await handle.write(text.slice(0, 4));
    throw FULL;
  };
}

it('leaves no part of a file of temporary passwords on a full disk', async () => {
  const file = join(folder, 'passwords');
  await expect(createDurably(file, 'eight of them')).rejects.toThrow(/ENOSPC/);
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves no part of a backup on a full disk', async () => {
  const making = makeArchiveFile(join(folder, 'a.backup'), (sink) => sink.write('some rows'));
  await expect(making).rejects.toThrow(`${join(folder, 'a.backup')} cannot be made (ENOSPC).`);
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves the tables unchanged and no part of the next on a full disk', async () => {
  const file = join(folder, 'tables.json');
  writeFileSync(file, 'before');
  await expect(writeDurably(file, 'after all')).rejects.toThrow(/ENOSPC/);
  expect(readdirSync(folder)).toEqual(['tables.json']);
  expect(readFileSync(file, 'utf8')).toBe('before');
});

it('leaves no empty lock on a full disk', async () => {
  await expect(openDataDirectory(folder)).rejects.toThrow(
    `The data directory ${folder} cannot be used (ENOSPC).`,
  );
  expect(readdirSync(folder)).toEqual([]);
});
