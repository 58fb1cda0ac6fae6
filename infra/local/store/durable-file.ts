import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeAtSignal } from './interrupted.ts';

/** The name of a file that {@link makeFile} had begun; `*.<UUID>.unfinished`. */
const UNFINISHED = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.unfinished$/;

/**
 * Replaces the file as a whole, readable by its owner alone (mode 0600). When this resolves the
 * text survives a killed process and a lost machine; at any earlier moment the old text is intact.
 * One writer a file at a time.
 */
export async function writeDurably(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  const forget = removeAtSignal(next);
  try {
    const handle = await open(next, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
  } catch (error) {
    // Half of it would keep a full disk full.
    await rm(next, { force: true }).catch(() => {});
    // The error of a failed write does not name its file.
    throw Object.assign(error as Error, { path: file });
  } finally {
    forget();
  }
  await syncDirectory(dirname(file));
}

/** Makes a rename durable, which it is only once the directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a file that was not there, readable by its owner alone (mode 0600). It gets its name only
 * when `work` is done, and then survives a lost machine; until then, when it fails, and when a
 * signal ends the command, nothing is left. Files that an earlier run left are named.
 * @throws {NodeJS.ErrnoException} `EEXIST`: there is such a file
 */
export async function makeFile<Result>(
  file: string,
  work: (handle: FileHandle, unfinished: string) => Promise<Result>,
): Promise<Result> {
  await mentionUnfinished(file);
  // In a folder that others may write to, no other account can predict this name.
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  const forget = removeAtSignal(unfinished);
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    let result: Result;
    try {
      await handle.chmod(0o600);
      result = await work(handle, unfinished);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike a rename, it never replaces what another process put there meanwhile.
    await link(unfinished, file);
    await syncDirectory(dirname(file));
    return result;
  } finally {
    await rm(unfinished, { force: true });
    forget();
  }
}

/** Makes a file of this text; see {@link makeFile}. */
export async function createDurably(file: string, text: string): Promise<void> {
  await makeFile(file, (handle) => handle.writeFile(text));
}

/**
 * Names on standard error the files beside this one that an earlier run began and did not remove:
 * it was killed, or is still at work.
 */
async function mentionUnfinished(file: string): Promise<void> {
  const folder = dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => UNFINISHED.test(one)).toSorted()) {
    process.stderr.write(
      `${join(folder, name)} is of an earlier run; remove it if that has ended.\n`,
    );
  }
}
