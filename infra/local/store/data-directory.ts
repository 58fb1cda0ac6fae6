import { constants, existsSync } from 'node:fs';
import {
  access,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { removeAtSignal } from './interrupted.ts';

/** The data directory is in use, or is not one; the message is a sentence for a person. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

export interface DataDirectory {
  readonly path: string;
  /** Releases the directory for the next process. */
  release(): Promise<void>;
}

/** The content of the lock file: the process that holds the directory. */
interface Holder {
  readonly pid: number;
  /** The start, which distinguishes the holder from a later process with its number. */
  readonly startedAt: string | undefined;
}

/** The files that identify a data directory. Other files beside them are ignored. */
const STORE_FILES: readonly string[] = ['tables.json', 'vault.json'];
/** The files that an unfinished start may leave, and what a new disk holds. */
const REMAINS = /^(?:lock(?:\.\d+(?:\.stale)?)?|(?:tables|vault)\.json\.next|lost\+found)$/;
/** The mode bits of other accounts, which could replace the vault by one of their own. */
const OTHERS_WRITE_MODE = 0o022;

/**
 * Takes the directory for this process alone. A missing directory is made (mode 0700). An
 * existing one keeps its mode; it must be a data directory, or empty. The lock of a process that
 * has ended is taken over.
 * @throws {DataDirectoryError} nothing was changed
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  const lock = join(path, 'lock');
  const mine = `${lock}.${process.pid}`;
  const content = JSON.stringify(await holderOf(process.pid));
  const forget = removeAtSignal(lock, content);
  const forgetMine = removeAtSignal(mine);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await requireOurs(path);
    try {
      await writeFile(mine, content, { mode: 0o600 });
      await takeLock(lock, mine, path);
    } finally {
      await rm(mine, { force: true });
      forgetMine();
    }
  } catch (error) {
    forget();
    throw unusable(path, error);
  }
  return {
    path,
    release: async () => {
      forget();
      if ((await read(lock)) === content) await rm(lock, { force: true });
    },
  };
}

/**
 * Checks a directory for a dry run as {@link openDataDirectory} does, but neither makes nor takes
 * it.
 * @throws {DataDirectoryError}
 */
export async function requireUsable(directory: string): Promise<void> {
  const path = resolve(directory);
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
    if (existing === path) await requireOurs(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Turns an error of the system into a sentence; an error that is a sentence stays. */
function unusable(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new DataDirectoryError(`The data directory ${path} cannot be used (${code}).`);
}

/** @throws {DataDirectoryError} */
async function requireOurs(path: string): Promise<void> {
  const { uid, mode } = await stat(path);
  const me = process.getuid?.();
  if (me !== undefined && uid !== me) {
    throw new DataDirectoryError(`The data directory ${path} belongs to another account.`);
  }
  if (me !== undefined && (mode & OTHERS_WRITE_MODE) !== 0) {
    throw new DataDirectoryError(
      `Others may write to the data directory ${path}; chmod go-w it if it is yours.`,
    );
  }
  const names = await readdir(path);
  if (names.some((name) => STORE_FILES.includes(name))) return;
  const foreign = names.find((name) => !REMAINS.test(name));
  if (foreign === undefined) return;
  throw new DataDirectoryError(
    `The directory ${path} holds ${foreign} and no store; --data takes an empty directory, or ` +
      'one of an earlier start.',
  );
}

/** Links a complete lock file into its place, which only one of many processes can do. */
async function takeLock(lock: string, mine: string, path: string): Promise<void> {
  for (;;) {
    try {
      return await link(mine, lock);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = await read(lock);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (holder !== undefined && (await isAlive(holder))) {
      throw new DataDirectoryError(
        `The data directory ${path} is in use by the process ${holder.pid}; stop that one first.`,
      );
    }
    await removeStale(lock, found);
  }
}

/** Moves the stale lock away; if it is the new lock of another process, puts it back. */
async function removeStale(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${process.pid}.stale`;
  const forget = removeAtSignal(aside, stale);
  try {
    await rename(lock, aside);
    if ((await read(aside)) !== stale) await link(aside, lock);
  } catch (error) {
    // Another process was quicker; the next look at the lock decides.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
    forget();
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to another account.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const { isEnded, startedAt } = await processOf(holder.pid);
  return !isEnded && startedAt === holder.startedAt;
}

async function holderOf(pid: number): Promise<Holder> {
  const { startedAt } = await processOf(pid);
  return { pid, startedAt };
}

/**
 * Reads the state and the start of a process: proc(5) on Linux, fields 3 and 22 of stat, in ticks
 * since this boot. An ended process keeps its number (Z, X) until its parent has read its status,
 * which some parents never do.
 */
async function processOf(
  pid: number,
): Promise<{ readonly isEnded: boolean; readonly startedAt: string | undefined }> {
  const text = await readSystem(`/proc/${pid}/stat`);
  const boot = await readSystem('/proc/sys/kernel/random/boot_id');
  // The second field is the program's name in parentheses, which may hold spaces.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state = ''] = fields;
  const ticks = fields[19];
  return {
    isEnded: /^[ZXx]$/.test(state),
    startedAt: ticks && boot ? `${boot.trim()} ${ticks}` : undefined,
  };
}

/** @returns undefined for an unfinished lock, or one of another program */
function parseHolder(content: string): Holder | undefined {
  try {
    const holder = JSON.parse(content) as Partial<Holder> | null;
    const pid = holder?.pid;
    if (!Number.isSafeInteger(pid) || pid === undefined || pid < 1) return undefined;
    return { pid, startedAt: holder?.startedAt };
  } catch {
    return undefined;
  }
}

/** @returns undefined if there is no such file */
async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns undefined if this system does not show it, or the process has just ended */
async function readSystem(file: string): Promise<string | undefined> {
  return await read(file).catch(() => undefined);
}
