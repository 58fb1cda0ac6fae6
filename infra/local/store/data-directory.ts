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

/** The data directory is in use, or is none; the message is one sentence for a person. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

export interface DataDirectory {
  readonly path: string;
  /** Lets the next process in. */
  release(): Promise<void>;
}

/** What the lock file says of the process that holds the directory. */
interface Holder {
  readonly pid: number;
  /** Distinguishes the holder from a later process with its number, where the system can. */
  readonly startedAt: string | undefined;
}

/** What makes a directory ours. What else lies beside them is not looked at. */
const STORE_FILES: readonly string[] = ['tables.json', 'vault.json'];
/** What we may have left in a directory before it had either, and what a new disk holds. */
const REMAINS = /^(?:lock(?:\.\d+(?:\.stale)?)?|(?:tables|vault)\.json\.next|lost\+found)$/;
/** Others who may write there could put a vault of their own in the place of ours. */
const OTHERS_WRITE_MODE = 0o022;

/**
 * Takes the directory for this process alone. One that is missing is made (mode 0700); one that is
 * there keeps its mode, and must be ours, or empty. The lock of a process that is gone is taken
 * over.
 * @throws {DataDirectoryError} nothing was changed
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  const lock = join(path, 'lock');
  const mine = `${lock}.${process.pid}`;
  const content = JSON.stringify(await holderOf(process.pid));
  const forget = removeAtSignal(lock, content);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await requireOurs(path);
    try {
      await writeFile(mine, content, { mode: 0o600 });
      await takeLock(lock, mine, path);
    } finally {
      await rm(mine, { force: true });
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
 * For a dry run: what {@link openDataDirectory} says of a directory, which is neither made nor
 * taken.
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

/** Errors of the system become a sentence; those that are sentences stay. */
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

/** Only one of many can link a complete lock file into its place. */
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

/** Moves the stale lock away; what turns out to be a new one of another process is put back. */
async function removeStale(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    await rename(lock, aside);
    if ((await read(aside)) !== stale) await link(aside, lock);
  } catch (error) {
    // Another process was quicker; the next look at the lock decides.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
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
 * Linux shows in proc(5), fields 3 and 22 of stat, the state of a process and when it began, in
 * ticks since this boot. One that ended keeps its number until its parent has asked for its end
 * (Z, X), which some parents never do.
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

/** @returns undefined for a lock that was not finished, or that is not ours */
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

/** Undefined: there is no such file. */
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
