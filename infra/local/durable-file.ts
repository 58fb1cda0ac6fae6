import { open, rename } from 'node:fs/promises';
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
