import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { makeArchiveFile } from '../../infra/cli/archive-file.ts';
import { openDataDirectory } from '../../infra/local/store/data-directory.ts';
import { createDurably, writeDurably } from '../../infra/local/store/durable-file.ts';

/** A disk that is full after the first bytes: no half of a file may keep it full. */

// Files share a process and its modules: those of this one are loaded anew, before and after.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, open: vi.fn(real.open), writeFile: vi.fn(real.writeFile) };
});

const FULL = Object.assign(new Error('ENOSPC: no space left on device, write'), {
  code: 'ENOSPC',
  syscall: 'write',
});

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portal-full-'));
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
  vi.mocked(open).mockImplementation(async (...given) => {
    const handle = await real.open(...given);
    handle.writeFile = halfOf(handle) as never;
    handle.appendFile = halfOf(handle) as never;
    return handle;
  });
  vi.mocked(writeFile).mockImplementation(async (file, data, options) => {
    await real.writeFile(file, '', options);
    expect(data).not.toBe('');
    throw FULL;
  });
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
