/**
 * Builds the client that a portal team takes: an ES module and its types. Both are made from
 * `functions/portal/client/`, which the reference portal itself calls the service with.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = 'functions/portal/client/index.ts';
const COMPILER_OPTIONS = [
  ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--allowImportingTsExtensions'],
  ...['--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', '--module', 'nodenext'],
  ...['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'],
];

async function typeFiles(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'portal-credentials-client-'));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = [compiler, ENTRY, ...COMPILER_OPTIONS, '--outDir', folder];
  try {
    await promisify(execFile)(process.execPath, options, { cwd: ROOT });
    const names = await readdir(folder);
    return await Promise.all(
      names.map(async (name) => {
        const types = await readFile(join(folder, name), 'utf8');
        // A declaration is imported by the name of the module that it describes.
        return [name, Buffer.from(types.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"))] as const;
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The files of `dist/client/`. */
export async function buildClient({
  name,
  version,
  license,
}: Package): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  const manifest = {
    ...{ name: `${name}-client`, version, license, type: 'module' },
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  };
  return new Map<string, Uint8Array>([
    ...(await typeFiles()),
    ['index.js', outputFiles[0]?.contents ?? new Uint8Array()],
    ['package.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
  ]);
}
