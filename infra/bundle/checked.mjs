/**
 * Builds `dist/` unless it is that of this tree, or states in a sentence what is missing:
 * `node infra/bundle/checked.mjs`. With `client` it always builds, also the client of portal teams.
 * JavaScript, because a Node without its packages may not read TypeScript.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** The sources of a build. npm writes the last one at each installation. */
const SOURCES = [
  ...['functions', 'shared', 'infra'],
  ...['LICENSE', 'README.md', 'host.json', 'package.json', 'tsconfig.json'],
  'node_modules/.package-lock.json',
];
/** The folders that it makes. */
const PRODUCTS = ['package', 'local', 'operator', 'map'].map((name) => `dist/${name}`);
const STAMP = join(DIST, 'stamp');

/** The packages that the build itself imports. */
const TOOLS = ['esbuild', 'zod'];

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function findObstacle() {
  if (!TOOLS.every(isInstalled)) {
    return 'The build needs all packages, those of development too: npm ci --include=dev';
  }
  // False where it is off, undefined before Node 22.10.
  if (!process.features.typescript) {
    return `Node ${process.version} cannot run the build: use npm run, or Node 22.18 or later.`;
  }
  return undefined;
}

/**
 * Returns a digest that changes with the name, the time or the size of any of these files. A file
 * may be absent, or go while it is looked at.
 */
function digestOf(places) {
  const hash = createHash('sha256');
  const look = (file) => statSync(file, { throwIfNoEntry: false });
  for (const place of places.map((name) => join(ROOT, name))) {
    const below = look(place)?.isDirectory() ? readdirSync(place, { recursive: true }) : [''];
    for (const file of below.map((name) => join(place, name)).toSorted()) {
      const { mtimeMs, size } = look(file) ?? {};
      hash.update(`${file} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex');
}

function isBuilt() {
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  return stamp === digestOf(SOURCES) + digestOf(PRODUCTS);
}

async function build(withClient) {
  const sources = digestOf(SOURCES);
  const { buildClientInto, buildInto } = await import('./build.ts');
  await buildInto(DIST);
  if (withClient) await buildClientInto(DIST);
  // With the sources of before: one that was saved since may be in only some of the products.
  writeFileSync(STAMP, sources + digestOf(PRODUCTS));
}

const withClient = process.argv[2] === 'client';
const obstacle = findObstacle();
if (obstacle !== undefined) {
  process.stderr.write(`${obstacle}\n`);
  process.exitCode = 1;
} else if (withClient || !isBuilt()) {
  await build(withClient);
}
