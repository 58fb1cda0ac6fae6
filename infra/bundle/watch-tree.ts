import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Watches a folder and all below it, those that are added later too. Each folder has a watch of
 * its own: on Linux a recursive one loses a file that an editor replaces by a rename.
 * @param onChange gets a path relative to the root
 */
export async function watchTree(root: string, onChange: (path: string) => void): Promise<void> {
  const watched = new Set<string>();
  const watchFolder = (folder: string) => {
    if (watched.has(folder)) return;
    watched.add(folder);
    const watcher = watch(join(root, folder), (event, name) => {
      if (name === null) return;
      onChange(join(folder, name));
      // It may be a new folder; the error is that of one that is gone by now.
      if (event === 'rename') void watchAll().catch(() => {});
    });
    watcher.on('error', () => watcher.close());
    watcher.once('close', () => watched.delete(folder));
  };
  async function watchAll(): Promise<void> {
    watchFolder('');
    let before: number;
    // What is made before its folder has a watch is found by one more look.
    do {
      before = watched.size;
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        if (entry.isDirectory()) watchFolder(relative(root, join(entry.parentPath, entry.name)));
      }
    } while (watched.size > before);
  }
  await watchAll();
}
