/**
 * Builds `dist/`, or states in a sentence what is missing: `node infra/bundle/checked.mjs`, with
 * `client` also the client for portal teams.
 * JavaScript, because a Node without its packages may not read TypeScript.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

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

const obstacle = findObstacle();
if (obstacle === undefined) {
  const { buildClientInto, buildInto } = await import('./build.ts');
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  await buildInto(dist);
  if (process.argv[2] === 'client') await buildClientInto(dist);
} else {
  process.stderr.write(`${obstacle}\n`);
  process.exitCode = 1;
}
