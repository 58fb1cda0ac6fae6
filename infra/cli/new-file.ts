import { randomUUID } from 'node:crypto';
import { lstat, open, rm } from 'node:fs/promises';
import { CommandRefused } from './terminal.ts';

/** Words the reason of the file system for not making a file. */
export function cannotBeMade(what: string, code: string | undefined): CommandRefused {
  if (code === 'EEXIST') return new CommandRefused(`${what} is there already.`);
  return new CommandRefused(`${what} cannot be made (${code}).`);
}

/**
 * Checks for a dry run that a file of this size can be made here now. Makes a file of another name
 * beside it, filled with zeros, and removes it.
 * @param length bytes
 * @throws {CommandRefused} the file is there, or could not be made; the message begins with `what`
 */
export async function requireNewFile(file: string, length: number, what: string): Promise<void> {
  // A link that leads nowhere is in the way too.
  if (await lstat(file).catch(() => undefined)) throw cannotBeMade(what, 'EEXIST');
  const tried = `${file}.${randomUUID()}.unfinished`;
  try {
    const handle = await open(tried, 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.alloc(length));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotBeMade(what, (error as NodeJS.ErrnoException).code);
  } finally {
    await rm(tried, { force: true }).catch(() => {});
  }
}
