import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

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
  /** Tells the holder from a later process with its number; undefined where nobody can say. */
  readonly startedAt: string | undefined;
}

/**
 * Makes the directory (mode 0700) and takes it for this process alone. The lock of a process that
 * is gone is taken over.
 * @throws {DataDirectoryError}
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirectoryError(`The data directory ${path} cannot be used (${code}).`);
  }
  const lock = join(path, 'lock');
  const mine = `${lock}.${process.pid}`;
  const content = JSON.stringify(await holderOf(process.pid));
  await writeFile(mine, content, { mode: 0o600 });
  try {
    await takeLock(lock, mine, path);
  } finally {
    await rm(mine, { force: true });
  }
  return {
    path,
    release: async () => {
      if ((await read(lock)) === content) await rm(lock, { force: true });
    },
  };
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

/** Moves the stale lock away; what turns out to be somebody's new one is put back. */
async function removeStale(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    await rename(lock, aside);
    if ((await read(aside)) !== stale) await link(aside, lock);
  } catch (error) {
    // Somebody else was quicker; the next look at the lock decides.
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
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const { startedAt } = await holderOf(holder.pid);
  return startedAt === holder.startedAt;
}

/** Linux tells when a process began (proc(5), field 22 of stat), in ticks since this boot. */
async function holderOf(pid: number): Promise<Holder> {
  const stat = await read(`/proc/${pid}/stat`);
  const boot = await read('/proc/sys/kernel/random/boot_id');
  // The second field is the program's name in parentheses, which may hold spaces.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return { pid, startedAt: ticks && boot ? `${boot.trim()} ${ticks}` : undefined };
}

/** Undefined: a lock that nobody finished writing, or no lock of ours. */
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

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
