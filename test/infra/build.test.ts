import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildInto } from '../../infra/bundle/build.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let directory: string;
let deployed: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  deployed = join(directory, 'package');
  await buildInto(directory);
});
afterAll(removeTemporaryDirectories);

describe('the deployable package', () => {
  it('holds what the platform needs and nothing else', async () => {
    const names = (await readdir(deployed)).filter((name) => name !== 'portal');
    expect(names.toSorted()).toEqual([
      '.funcignore',
      'common-passwords.bin',
      'developer-identity.cjs',
      'hash-worker.cjs',
      'host.json',
      'mail.cjs',
      'main.cjs',
      'node_modules',
      'package.json',
      'telemetry.cjs',
    ]);
    const manifest = JSON.parse(await readFile(join(deployed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ type: 'commonjs', main: 'main.cjs' });
    expect(await readFile(join(deployed, 'host.json'))).toEqual(
      await readFile(join(ROOT, 'host.json')),
    );
  });

  it('requires only Node and what the platform supplies', async () => {
    const script = `
      const Module = require('node:module');
      const load = Module._load;
      const foreign = new Set();
      Module._load = (id, ...rest) => {
        if (id === '@azure/functions-core') return {
          registerHook() { return { dispose() {} }; }, registerFunction() {}, log() {},
          setProgrammingModel() {},
        };
        if (!Module.isBuiltin(id)) foreign.add(id);
        return load(id, ...rest);
      };
      require(${JSON.stringify(join(deployed, 'main.cjs'))});
      process.stdout.write([...foreign].join());
      process.exit(0);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: '/' });
    expect(stdout).toBe(join(deployed, 'main.cjs'));
  });

  it('is the same in each build, and unchanged files are not touched', async () => {
    const file = join(deployed, 'main.cjs');
    const before = await stat(file);
    await buildInto(directory);
    expect((await stat(file)).ino).toBe(before.ino);
    const content = await readFile(file);
    await rm(file);
    await writeFile(join(deployed, 'left-over.cjs'), '');
    await buildInto(directory);
    expect(await readFile(file)).toEqual(content);
    expect(await readdir(deployed)).not.toContain('left-over.cjs');
  });
});
