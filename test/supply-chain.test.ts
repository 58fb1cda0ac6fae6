import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_BUNDLES } from '../infra/bundle/build.ts';
import { type Bill, makeBill } from '../infra/bundle/sbom.ts';

/** Checks the packages that are installed and deployed beside our code, and their terms. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface LockedPackage {
  /** The name of the package, where its folder has another. */
  readonly name?: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(read('package.json'));
const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  read('package-lock.json'),
);

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

const locked = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ path, name: nameOf(path), ...entry }));
const deployed = locked.filter(({ dev }) => dev !== true);

/** Permissive, with no more than a notice asked for. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

/** Checks that each package has its hash and that no registry is named. */
function expectHashed(folder: string, packages: readonly LockedPackage[]): void {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(({ integrity }) => !integrity?.startsWith('sha512-'))).toEqual([]);
  expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  expect(read(`${folder}/.npmrc`)).not.toMatch(/registry\s*=\s*\S+:\/\//);
}

describe('the lock file', () => {
  it('has every package at one version with its SHA-512, from no named registry', () => {
    expectHashed('.', locked);
  });

  // An update of a group can leave copies where they were: `npm dedupe` removes them.
  it('deploys no package of one version twice, which the bundles would contain twice', () => {
    const versions = deployed.map(({ name, version }) => `${name}@${version}`);
    expect(versions.length).toBeGreaterThan(50);
    expect(versions.filter((one, index) => versions.indexOf(one) !== index)).toEqual([]);
  });

  it('is asked for exact versions only, and optional is the native engine alone', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    expect(Object.keys(optionalDependencies)).toEqual(['@node-rs/bcrypt']);
    const asked = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const ranges = Object.entries<string>(asked).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    );
    expect(ranges).toEqual([]);
    for (const [name, version] of Object.entries(asked)) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
    for (const kind of ['peerDependencies', 'bundleDependencies']) {
      expect(manifest).not.toHaveProperty(kind);
    }
  });

  it('has a stand-in without dependencies for each package that Azurite does not need here', () => {
    const replaced = Object.entries<string>(manifest.overrides.azurite);
    expect(replaced.length).toBeGreaterThan(0);
    for (const [name, wanted] of replaced) {
      const places = locked.filter(({ path }) => path.endsWith(`node_modules/${name}`));
      expect(places.map(({ dependencies }) => dependencies)).toEqual([undefined]);
      const found = places.map((entry) => `npm:${entry.name}@${entry.version}`);
      expect(found).toEqual([wanted]);
    }
    expect(locked.map(({ name }) => name)).not.toContain('@opentelemetry/sdk-node');
  });

  it('is asked for what shared/DEPENDENCIES.md gives a reason for, and for nothing else', () => {
    const table = read('shared/DEPENDENCIES.md');
    const rows = table.split('\n').filter((line) => /^\| `/.test(line));
    const named = rows.flatMap((row) => {
      const [, first = '', ...cells] = row.split('|').map((cell) => cell.trim());
      expect(
        cells.slice(0, 3).filter((cell) => cell === ''),
        row,
      ).toEqual([]);
      const [scope = ''] = /@[\w-]+/.exec(first) ?? [];
      return [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace('…', scope));
    });
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const asked = { ...dependencies, ...devDependencies, ...optionalDependencies };
    expect(named.toSorted()).toEqual(Object.keys(asked).toSorted());
  });

  it('runs no install script that package.json does not decide about', () => {
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(
      [...new Set(scripted.map(({ name }) => name))].toSorted(),
    );
    // None of them is deployed.
    expect(scripted.filter(({ dev }) => dev !== true)).toEqual([]);
  });
});

describe.each(['test/benchmark/peers', 'test/mutation'])('the lock file of %s', (folder) => {
  it('has each package by its SHA-512 and from no named registry, for exact versions', () => {
    const { dependencies } = JSON.parse(read(`${folder}/package.json`));
    const { packages } = JSON.parse(read(`${folder}/package-lock.json`));
    const { '': _, ...others } = packages;
    expectHashed(folder, Object.values(others));
    for (const [name, version] of Object.entries(dependencies)) {
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });
});

it('has one version of Stryker and its runner, whose peers npm does not look at', () => {
  const { dependencies } = JSON.parse(read('test/mutation/package.json'));
  expect(Object.keys(dependencies)).toHaveLength(2);
  expect(new Set(Object.values(dependencies)).size).toBe(1);
});

describe('what is deployed', () => {
  it('is licensed permissively', () => {
    const others = deployed.filter(({ license }) => !LICENCES.includes(license ?? ''));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  // supports-color, there for a development tool, was once bundled for `debug`, which finds it.
  it('has only dependencies, no devDependencies, in its bundles', async () => {
    const portal: BuildOptions = {
      absWorkingDir: ROOT,
      entryPoints: ['functions/portal/script/main.ts'],
      outdir: 'dist',
      bundle: true,
    };
    const packages = new Set<string>();
    for (const options of [PACKAGE_BUNDLES, portal]) {
      // What it is made of does not depend on how it is printed.
      const printed = { minify: false, sourcemap: false } as const;
      const { metafile } = await build({ ...options, ...printed, write: false, metafile: true });
      for (const path of Object.keys(metafile.inputs)) {
        const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
        if (name !== undefined) packages.add(name);
      }
    }
    expect(packages).toContain('jose');
    expect(packages).toContain('lit-html');
    const names = new Set(deployed.map(({ name }) => name));
    expect([...packages].filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('the bill of materials', () => {
  let bill: Bill;
  beforeAll(async () => {
    bill = await makeBill();
  });

  it('lists what the lock file deploys, all of it and nothing else', () => {
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
    const expected = new Set(deployed.map(({ name, version }) => `${name}@${version}`));
    expect(listed.toSorted()).toEqual([...expected].toSorted());
    expect(bill.metadata.component).toMatchObject({ name: 'portal-credentials' });
  });

  it('has a place in the tree for each, which begins at our own dependencies', () => {
    const refs = bill.components.map((component) => component['bom-ref']);
    const root = bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref']);
    const { dependencies, optionalDependencies } = manifest;
    const own = Object.entries({ ...dependencies, ...optionalDependencies }).map(
      ([name, version]) => `${name}@${version}`,
    );
    expect(root?.dependsOn.toSorted()).toEqual(own.toSorted());
    const needed = new Set(bill.dependencies.flatMap(({ dependsOn }) => dependsOn));
    expect(refs.filter((ref) => !needed.has(ref))).toEqual([]);
  });

  it('is the same from build to build', async () => {
    expect(await makeBill()).toEqual(bill);
    expect(bill).not.toHaveProperty('serialNumber');
    expect(bill.metadata).not.toHaveProperty('timestamp');
  });
});
