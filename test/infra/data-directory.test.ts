import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import { DataDirectoryError, openDataDirectory } from '../../infra/local/store/data-directory.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

afterAll(removeTemporaryDirectories);

const MODULE = new URL('../../infra/local/store/data-directory.ts', import.meta.url).href;

/** Opens the directory in a process of its own, and ends without releasing it. */
async function openElsewhere(directory: string): Promise<string> {
  const script = `import { openDataDirectory } from ${JSON.stringify(MODULE)};
    const answer = await openDataDirectory(${JSON.stringify(directory)}).then(
      () => 'opened',
      (error) => error.message,
    );
    process.stdout.write(answer);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  return stdout;
}

it('makes the directory and its lock for the owner alone, and unlocks it', async () => {
  const path = join(await temporaryDirectory(), 'some', 'data');
  const opened = await openDataDirectory(path);
  expect(opened.path).toBe(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(join(path, 'lock'))).mode & 0o777).toBe(0o600);
  expect(await readdir(path)).toEqual(['lock']);
  await opened.release();
  expect(await readdir(path)).toEqual([]);
});

it('keeps the mode of an existing empty directory', async () => {
  const path = join(await temporaryDirectory(), 'open');
  await mkdir(path, { mode: 0o755 });
  await (await openDataDirectory(path)).release();
  expect((await stat(path)).mode & 0o777).toBe(0o755);
});

it('rejects a directory that others may write to, and keeps its mode', async () => {
  const path = join(await temporaryDirectory(), 'shared');
  await mkdir(path);
  await chmod(path, 0o1777);
  await expect(openDataDirectory(path)).rejects.toThrow(
    `Others may write to the data directory ${path}; chmod go-w it if it is yours.`,
  );
  expect((await stat(path)).mode & 0o7777).toBe(0o1777);
  expect(await readdir(path)).toEqual([]);
});

it('rejects a directory of another account and leaves it unchanged', async () => {
  const path = await temporaryDirectory();
  const { uid } = await stat(path);
  const getuid = vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
  await expect(openDataDirectory(path)).rejects.toThrow(
    `The data directory ${path} belongs to another account.`,
  );
  getuid.mockRestore();
  expect(await readdir(path)).toEqual([]);
});

it('rejects a directory with other files and no store', async () => {
  const path = await temporaryDirectory();
  await writeFile(join(path, 'thesis.txt'), 'a');
  await expect(openDataDirectory(path)).rejects.toThrow(
    `The directory ${path} holds thesis.txt and no store`,
  );
  expect(await readdir(path)).toEqual(['thesis.txt']);
  // Beside a store of this service it may lie.
  await writeFile(join(path, 'vault.json'), '');
  await (await openDataDirectory(path)).release();
});

it('accepts a directory that holds only the rest of a killed process', async () => {
  const path = await temporaryDirectory();
  for (const name of ['lock', 'lock.7', 'lock.7.stale', 'tables.json.next', 'lost+found']) {
    await writeFile(join(path, name), '');
  }
  await (await openDataDirectory(path)).release();
});

it('takes over the lock of a process that ended as a zombie', async () => {
  const path = await temporaryDirectory();
  const script = `import { openDataDirectory } from ${JSON.stringify(MODULE)};
    await openDataDirectory(${JSON.stringify(path)});
    process.kill(process.pid, 'SIGKILL');`;
  const file = join(await temporaryDirectory(), 'holder.mjs');
  await writeFile(file, script);
  // The shell starts the holder and becomes a program that never waits for its end.
  const parent = spawn('sh', ['-c', `"$0" "$1" & exec sleep 60`, process.execPath, file]);
  try {
    const stateOf = async (pid: number) =>
      (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/.*\) /s, '')[0];
    await vi.waitFor(
      async () => {
        const { pid } = JSON.parse(await readFile(join(path, 'lock'), 'utf8'));
        expect(await stateOf(pid)).toBe('Z');
      },
      { timeout: 20_000 },
    );
    await (await openDataDirectory(path)).release();
  } finally {
    parent.kill('SIGKILL');
  }
});

it('rejects a second process while the first runs, and accepts it afterwards', async () => {
  const path = await temporaryDirectory();
  const opened = await openDataDirectory(path);
  expect(await openElsewhere(path)).toBe(
    `The data directory ${path} is in use by the process ${process.pid}; stop that one first.`,
  );
  await expect(openDataDirectory(path)).rejects.toThrow(DataDirectoryError);
  await opened.release();
  expect(await openElsewhere(path)).toBe('opened');
});

it('takes over the lock of a process that has ended', async () => {
  const path = await temporaryDirectory();
  expect(await openElsewhere(path)).toBe('opened');
  expect(await readdir(path)).toEqual(['lock']);
  await (await openDataDirectory(path)).release();
});

it('ignores a later process with the id of the ended one', async () => {
  const path = await temporaryDirectory();
  const opened = await openDataDirectory(path);
  const lock = JSON.parse(await readFile(join(path, 'lock'), 'utf8'));
  await opened.release();
  const earlier = JSON.stringify({ ...lock, startedAt: 'another boot 1' });
  await writeFile(join(path, 'lock'), earlier);
  await (await openDataDirectory(path)).release();
});

it('takes over a malformed lock', async () => {
  const path = await temporaryDirectory();
  for (const content of ['', 'x', '{"pid":0}', '{"pid":-1}', 'null']) {
    await writeFile(join(path, 'lock'), content);
    await (await openDataDirectory(path)).release();
  }
});

it('rejects an unreadable lock instead of waiting for ever', async () => {
  const path = await temporaryDirectory();
  await mkdir(join(path, 'lock'));
  await expect(openDataDirectory(path)).rejects.toThrow(
    `The data directory ${path} cannot be used (EISDIR).`,
  );
  expect(await readdir(path)).toEqual(['lock']);
});

it('accepts one of many parallel processes', async () => {
  const path = await temporaryDirectory();
  await writeFile(join(path, 'lock'), '');
  const answers = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(path)));
  expect(answers).toContain('opened');
});

it('rejects a path that is not a directory', async () => {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, '');
  await expect(openDataDirectory(path)).rejects.toThrow(
    `The data directory ${path} cannot be used`,
  );
});
