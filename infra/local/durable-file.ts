import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces the file as a whole, readable by its owner alone (mode 0600). When this resolves the
 * text survives a killed process and a lost machine; at any earlier moment the old text is intact.
 * One writer a file at a time.
 */
export async function writeDurably(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
  await syncDirectory(dirname(file));
}

/** The rename itself is durable only once the directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes the file as a whole, readable by its owner alone (mode 0600), and never over another one.
 * When this resolves it survives a lost machine; before, there is no file.
 * @throws {NodeJS.ErrnoException} `EEXIST`
 */
export async function createDurably(file: string, text: string): Promise<void> {
  // In a folder that others may write to, nobody can have put a file of this name there.
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(unfinished, file);
  } finally {
    await rm(unfinished);
  }
  await syncDirectory(dirname(file));
}
