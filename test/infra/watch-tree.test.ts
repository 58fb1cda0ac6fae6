import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { watchTree } from '../../infra/bundle/watch-tree.ts';

it('notices a file each time an editor replaces it by a rename, in a new folder too', async () => {
  const root = await mkdtemp(join(tmpdir(), 'watch-'));
  const changes: string[] = [];
  await watchTree(root, (path) => changes.push(path));
  const save = async (file: string, text: string) => {
    changes.length = 0;
    await writeFile(join(root, `${file}.new`), text);
    await rename(join(root, `${file}.new`), join(root, file));
    await vi.waitFor(() => expect(changes).toContain(file), 20_000);
  };
  await save('a.ts', 'first');
  await save('a.ts', 'second');
  await save('a.ts', 'third');
  await mkdir(join(root, 'inner/most'), { recursive: true });
  await vi.waitFor(async () => {
    await writeFile(join(root, 'inner/most/probe'), '');
    expect(changes).toContain('inner/most/probe');
  }, 20_000);
  await save('inner/most/b.ts', 'first');
  await save('inner/most/b.ts', 'second');
  await rm(root, { recursive: true });
});
