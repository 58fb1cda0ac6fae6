import { randomUUID } from 'node:crypto';
import { lstat, open, rm } from 'node:fs/promises';
import { CommandRefused } from './terminal.ts';

/**
 * For a dry run: whether a file of this size could be made here now. Makes a file of another name
 * beside it, filled with zeros, and removes it.
 * @param length bytes
 * @throws {CommandRefused} the file is there, or could not be made; the message begins with `what`
 */
export async function requireNewFile(file: string, length: number, what: string): Promise<void> {
  const refused = (error: unknown) =>
    new CommandRefused(`${what} cannot be made (${(error as NodeJS.ErrnoException).code}).`);
  // A link that leads nowhere is in the way too.
  if (await lstat(file).catch(() => undefined)) throw refused({ code: 'EEXIST' });
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
    throw refused(error);
  } finally {
    await rm(tried, { force: true });
  }
}
