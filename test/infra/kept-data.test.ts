import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DataDirectoryError } from '../../infra/local/store/data-directory.ts';
import { type Making, openEmbeddedStores } from '../../infra/local/store/embedded-stores.ts';
import { dataOf10 } from '../fixture/store-1.0/store.ts';
import { runHere } from './fixture/in-process.ts';
import { runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `--data`: what cannot be read as ours, or is not whole, is refused and stays as it is. */

vi.setConfig({ testTimeout: 60_000 });
afterAll(removeTemporaryDirectories);

/** Every name with mode, time of writing and content. */
async function everythingIn(directory: string) {
  const names = (await readdir(directory)).toSorted();
  const all = [];
  for (const name of [...names, '.']) {
    const { mode, mtimeMs } = await stat(join(directory, name));
    const content = name === '.' ? '' : await readFile(join(directory, name), 'utf8');
    all.push({ name, mode, mtimeMs: name === '.' ? 0 : mtimeMs, content });
  }
  return all;
}

/** Returns the refusal; nothing on the disk differs from before. */
async function refusalOf(directory: string, making: Making = 'stores'): Promise<string> {
  const before = await everythingIn(directory);
  const opening = openEmbeddedStores({}, directory, making);
  const error = await opening.then(
    (stores) => stores.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataDirectoryError);
  expect(await everythingIn(directory)).toEqual(before);
  return (error as Error).message;
}

const OTHER_SCHEMAS = {
  empty: '',
  cut: '{"collections":[{"name":"portal$acc',
  'another program’s': '{"a":1}',
  'a list': '[]',
  nothing: 'null',
  'of another account': '{"collections":[{"name":"devstoreaccount1$rows","data":[]}]}',
  'without data': '{"collections":[{"name":"portal$accounts"}]}',
};

describe('a store', () => {
  it.each(Object.entries(OTHER_SCHEMAS))('that is %s is rejected by its file', async (_, text) => {
    const directory = await dataOf10(await temporaryDirectory());
    await writeFile(join(directory, 'tables.json'), text);
    expect(await refusalOf(directory)).toBe(
      `${join(directory, 'tables.json')} is not a store of this service, or is damaged: put a ` +
        'copy of it in its place.',
    );
  });

  it('that is not a file is rejected by its name', async () => {
    const directory = await dataOf10(await temporaryDirectory(), ['vault.json']);
    await mkdir(join(directory, 'tables.json'));
    const opening = openEmbeddedStores({}, directory, 'stores');
    await expect(opening).rejects.toThrow(
      `${join(directory, 'tables.json')} cannot be read (EISDIR).`,
    );
  });

  it('without its vault is rejected, and no pepper is made beside its hashes', async () => {
    const directory = await dataOf10(await temporaryDirectory(), ['tables.json']);
    for (const making of ['stores', 'tables', 'tablesInMemory', 'nothing'] as const) {
      expect(await refusalOf(directory, making)).toContain(
        `${join(directory, 'vault.json')} is missing or holds no password-pepper`,
      );
    }
  });
});

describe('a vault', () => {
  it.each([
    ['empty', ''],
    ['cut', '[["password-pepper",[{"ver'],
    ['another program’s', '{"a":1}'],
    ['of another schema', '[["password-pepper",[{"value":"a"}]]]'],
  ])('that is %s is rejected by its file', async (_, text) => {
    const directory = await dataOf10(await temporaryDirectory());
    await writeFile(join(directory, 'vault.json'), text);
    expect(await refusalOf(directory)).toBe(
      `${join(directory, 'vault.json')} is not a vault's file; it may hold the only copy of its ` +
        'secrets.',
    );
  });

  it('without the pepper of the store beside it is rejected', async () => {
    const directory = await dataOf10(await temporaryDirectory());
    await writeFile(join(directory, 'vault.json'), '[]');
    expect(await refusalOf(directory)).toContain('holds no password-pepper');
  });

  it('without its store is rejected, except by a restore', async () => {
    const directory = await dataOf10(await temporaryDirectory(), ['vault.json']);
    for (const making of ['stores', 'nothing'] as const) {
      expect(await refusalOf(directory, making)).toBe(
        `${join(directory, 'tables.json')} is missing beside its vault: put it back, or restore ` +
          'a backup.',
      );
    }
    for (const making of ['tables', 'tablesInMemory'] as const) {
      // A restore that refuses its archive has made no store.
      await (await openEmbeddedStores({}, directory, making)).close();
      expect(await readdir(directory)).toEqual(['vault.json']);
    }
  });
});

describe('a first start that was killed', () => {
  it('between store and vault is repeated', async () => {
    const directory = await temporaryDirectory();
    await (await openEmbeddedStores({}, directory, 'stores')).close();
    await rm(join(directory, 'vault.json'));
    await (await openEmbeddedStores({}, directory, 'stores')).close();
    expect((await readdir(directory)).toSorted()).toEqual(['tables.json', 'vault.json']);
  });
});

describe('the built service', () => {
  it('rejects another program’s directory in one sentence, unchanged', async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o755);
    await writeFile(join(directory, 'tables.json'), '{"a":1}');
    const before = await everythingIn(directory);
    const { code, stdout, stderr } = await runLocal('start', ['--port', '0', '--data', directory])
      .finished;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^.*tables\.json is not a store of this service.*\n$/);
    expect(await everythingIn(directory)).toEqual(before);
  });

  it('makes no pepper for a command that only reads', async () => {
    const directory = await dataOf10(await temporaryDirectory(), ['tables.json']);
    const before = await everythingIn(directory);
    const report = await runHere('credential-report', ['--data', directory]);
    expect(report).toMatchObject({ code: 1, stdout: '' });
    expect(report.stderr).toContain('vault.json is missing');
    expect(await everythingIn(directory)).toEqual(before);
  });
});
