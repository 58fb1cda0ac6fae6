import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildPackageInto } from '../../infra/bundle/build.ts';
import { DIST } from '../fixture/bundle.ts';
import { ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

let directory: string;
let deployed: string;
let kept: { readonly ino: number };

/** Builds over a copy of the build before all tests, with a file too few and one too many. */
beforeAll(async () => {
  directory = await temporaryDirectory();
  deployed = join(directory, 'package');
  await cp(join(DIST, 'package'), deployed, { recursive: true });
  await rm(join(deployed, 'main.cjs'));
  await writeFile(join(deployed, 'left-over.cjs'), '');
  kept = await stat(join(deployed, 'telemetry.cjs'));
  await buildPackageInto(directory);
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
    expect((await stat(join(deployed, 'telemetry.cjs'))).ino).toBe(kept.ino);
    // Where coverage is counted another main replaces the first one, whose map is as good.
    const main = inject('quickCost') === undefined ? 'map/main.cjs.map' : 'package/main.cjs';
    const first = await readFile(join(DIST, main));
    expect(first.equals(await readFile(join(directory, main)))).toBe(true);
    expect(await readdir(deployed)).not.toContain('left-over.cjs');
  });
});
