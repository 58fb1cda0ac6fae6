/**
 * Makes `dist/`, for checked.mjs.
 *
 * - `dist/package/` is deployed as it is: the function app in one file, the worker that hashes,
 *   the exporter of telemetry, the sender of mail, a developer's sign-in, the list of common
 *   passwords, the portal's page, host.json and package.json.
 * - `dist/local/` is `npm start` and the operations commands, bundled because a bundle loads in a
 *   quarter of the time. `npm start` runs the package beside it.
 * - `dist/operator/` is the content of the operators' package, for `npm pack ./dist/operator`: the
 *   commands, without `npm start` and without a dependency.
 * - `dist/client/` is the client for portal teams: an ES module and its types.
 * - `dist/map/` has the source maps of the package. They are kept with the build and not deployed;
 *   `npm run explain-stack` reads them.
 * - `dist/dev/` is for `npm run dev`. It loads its packages from `node_modules`.
 *
 * The same sources give the same bytes. A file is replaced as a whole and only when it changed,
 * so that builds and running services do not disturb each other.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildClient } from './client.ts';
import { writeCommonPasswords } from './common-passwords.ts';
import { type BuildMode, buildPortal } from './portal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The only source of names and version. */
const PACKAGE: {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly bin: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

type Files = ReadonlyMap<string, Uint8Array>;
type BundleOptions = BuildOptions & { readonly write: false };

/**
 * Leaves out `jsonwebtoken`. esbuild keeps an unused CommonJS import unless its package is marked
 * free of side effects. Of `@azure/msal-node` the managed identity is used, which needs no such
 * token; a developer's sign-in uses it, and keeps it.
 */
const DROP_UNUSED_JWT: Plugin = {
  name: 'drop-unused-jwt',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^jsonwebtoken$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === DROP_UNUSED_JWT) return undefined;
      const found = await resolve(path, { ...from, pluginData: DROP_UNUSED_JWT });
      return { ...found, sideEffects: false };
    });
  },
};

const COMMON_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  // The deployed runtime is Node 24; the bundle runs on 22 too.
  target: 'node22',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  outdir: 'dist',
  write: false,
  logLevel: 'warning',
  plugins: [DROP_UNUSED_JWT],
  // A CommonJS file has no `import.meta`; files beside the bundle are found through this.
  banner: { js: 'const bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
  define: {
    'import.meta.url': 'bundleUrl',
    PACKAGE_VERSION: JSON.stringify(PACKAGE.version),
  },
} as const satisfies BuildOptions;

/** The options of the deployed bundles, before anything is written. */
export const PACKAGE_BUNDLES = {
  ...COMMON_OPTIONS,
  entryPoints: {
    main: 'functions/main.ts',
    'hash-worker': 'shared/crypto/password/hash-worker.ts',
    telemetry: 'shared/telemetry/open-telemetry.ts',
    mail: 'shared/mail/mail-transport.ts',
    'developer-identity': 'shared/azure/developer-identity.ts',
  },
  // The platform supplies it to each module that requires it.
  external: ['@azure/functions-core'],
  // `debug`, below the SDKs, colours its lines with it where it is installed.
  alias: { 'supports-color': './infra/bundle/absent.ts' },
  minify: true,
  sourcemap: 'external',
} as const satisfies BuildOptions;

/** The options of `npm start` and of the commands, before anything is written. */
export const LOCAL_BUNDLES = {
  ...COMMON_OPTIONS,
  entryPoints: {
    start: 'infra/cli/start.ts',
    cli: 'infra/cli/cli.ts',
    'hash-worker': 'shared/crypto/password/hash-worker.ts',
    mail: 'shared/mail/mail-transport.ts',
    'developer-identity': 'shared/azure/developer-identity.ts',
  },
  // Neither is loaded: see supplied-module.ts.
  external: ['@azure/functions-core', 'applicationinsights'],
  // Breakpoints and stacks are those of the sources.
  sourcemap: 'linked',
} as const satisfies BuildOptions;

const DEPLOYMENT: BuildMode = { isDevelopment: false };

/** `npm run dev` bundles our own sources: nine tenths of a build are the packages. */
const OWN_SOURCES = { minify: false, sourcemap: 'linked', packages: 'external' } as const;

/** Returns the bundles by file name, `<entry>.cjs`. */
async function bundle(options: BundleOptions): Promise<Files> {
  const { outputFiles } = await build(options);
  return new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
}

const isMap = ([name]: readonly [string, unknown]) => name.endsWith('.map');

/** Returns the list of common passwords, which is made once. */
async function readCommonPasswords(): Promise<Uint8Array> {
  const file = join(ROOT, 'dist/common-passwords.bin');
  await writeCommonPasswords(file);
  return readFile(file);
}

/** Returns the files of `package/`, and the maps of its bundles, `<entry>.cjs.map`. */
async function packageFiles(
  options: BundleOptions,
  mode: BuildMode,
  commonPasswords: Uint8Array,
): Promise<Files> {
  const { name, version } = PACKAGE;
  const manifest = { name, version, private: true, type: 'commonjs', main: 'main.cjs' };
  const [bundles, portal] = await Promise.all([bundle(options), buildPortal(mode)]);
  return new Map([
    ...bundles,
    ...(await nativeEngineFiles()),
    ...[...portal].map(([name, content]) => [`portal/${name}`, content] as const),
    ['common-passwords.bin', commonPasswords],
    // azd leaves node_modules out of a package that has no such file, and never sends it.
    ['.funcignore', Buffer.from('# Nothing.\n')],
    ['host.json', await readFile(join(ROOT, 'host.json'))],
    ['package.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
  ]);
}

/**
 * Returns the files of the optional native bcrypt engine, placed where Node looks for them beside
 * the bundle. npm installs them for one platform, so each platform's package is built on its own.
 */
async function nativeEngineFiles(): Promise<Files> {
  const scope = join(ROOT, 'node_modules/@node-rs');
  const names = (await readdir(scope).catch(() => [])).filter((name) => /^bcrypt(-|$)/.test(name));
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const entries = await readdir(join(scope, name));
    for (const entry of entries.filter((file) =>
      /^(package\.json|LICENSE.*|.*\.(js|node))$/.test(file),
    )) {
      files.set(`node_modules/@node-rs/${name}/${entry}`, await readFile(join(scope, name, entry)));
    }
  }
  return files;
}

async function localFiles(options: BundleOptions, commonPasswords: Uint8Array): Promise<Files> {
  return new Map([...(await bundle(options)), ['common-passwords.bin', commonPasswords]]);
}

/** Returns the files of the operators' package, laid out as this repository is. */
async function operatorFiles(local: Files): Promise<Files> {
  const { name, version, description, license, bin } = PACKAGE;
  const needs = { node: '^22.19.0 || >=24.5.0' };
  const manifest = { name, version, description, license, bin, engines: needs };
  const bundles = [
    ...['cli.cjs', 'hash-worker.cjs', 'mail.cjs', 'developer-identity.cjs'],
    'common-passwords.bin',
  ];
  return new Map([
    ...[...local]
      .filter(([file]) => bundles.includes(file))
      .map(([file, content]) => [`dist/local/${file}`, content] as const),
    ...(await Promise.all(
      ['infra/portal-credentials.mjs', 'infra/RUNBOOK.md', 'README.md', 'LICENSE'].map(
        async (file) => [file, await readFile(join(ROOT, file))] as const,
      ),
    )),
    ['package.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
  ]);
}

/** Makes the folder hold these files and no others. */
async function writeFolder(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, content]) => replace(join(folder, name), content)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const isOurs = files.has(file.slice(folder.length + 1)) || entry.name.endsWith('.unfinished');
    if (entry.isFile() && !isOurs) await rm(file, { force: true });
  }
}

async function replace(file: string, content: Uint8Array): Promise<void> {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(content)) return;
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.unfinished`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
}

/** Builds the client; `npm start` and the commands do not need it, nor wait for its types. */
export async function buildClientInto(directory: string): Promise<void> {
  await writeFolder(join(directory, 'client'), await buildClient(PACKAGE));
}

async function writePackage(directory: string, files: Files): Promise<void> {
  const deployed = [...files].filter((file) => !isMap(file));
  await writeFolder(join(directory, 'package'), new Map(deployed));
  await writeFolder(join(directory, 'map'), new Map([...files].filter(isMap)));
}

/** Builds `package/` and `map/` into `directory`. */
export async function buildPackageInto(directory: string): Promise<void> {
  const list = await readCommonPasswords();
  await writePackage(directory, await packageFiles(PACKAGE_BUNDLES, DEPLOYMENT, list));
}

/** Builds into `directory`: `package/`, `local/`, `operator/` and `map/`. */
export async function buildInto(directory: string): Promise<void> {
  const list = await readCommonPasswords();
  const deployed = await packageFiles(PACKAGE_BUNDLES, DEPLOYMENT, list);
  const local = await localFiles(LOCAL_BUNDLES, list);
  await writePackage(directory, deployed);
  await writeFolder(join(directory, 'local'), local);
  await writeFolder(join(directory, 'operator'), await operatorFiles(local));
}

/** Builds what `npm run dev` runs, without the commands; for `portal` its page alone. */
async function buildDevelopment(what: string | undefined): Promise<void> {
  const directory = join(ROOT, 'dist/dev');
  const mode = { isDevelopment: true };
  if (what === 'portal') {
    await writeFolder(join(directory, 'package/portal'), await buildPortal(mode));
    return;
  }
  if (what !== 'development') throw new Error('build.ts makes dist/dev; npm run build makes dist/');
  const { cli: _, ...entryPoints } = LOCAL_BUNDLES.entryPoints;
  const list = await readCommonPasswords();
  const started = await packageFiles({ ...PACKAGE_BUNDLES, ...OWN_SOURCES }, mode, list);
  const local = await localFiles({ ...LOCAL_BUNDLES, ...OWN_SOURCES, entryPoints }, list);
  await writeFolder(join(directory, 'package'), started);
  await writeFolder(join(directory, 'local'), local);
}

if (import.meta.main) await buildDevelopment(process.argv[2]);
