#!/usr/bin/env node
/**
 * `portal-credentials COMMAND …` does what `npm run -s cli -- COMMAND …` does, from any folder and
 * without npm. `start` does what `npm start --` does. In a checkout it builds what has changed. The
 * operators' package contains this file too, without `start` and without a build.
 * JavaScript, so that an older Node gets as far as starting the newer one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';

const pathOf = (fromRoot) => fileURLToPath(new URL(`../${fromRoot}`, import.meta.url));

/** The bundle needs Node 22.19 or 24.5, the build Node 22.18; the package brings its own. */
const isEnough = Boolean(tls.setDefaultCACertificates && process.features.typescript);
const brought = pathOf('node_modules/node/bin/node');
const node = isEnough || !existsSync(brought) ? process.execPath : brought;

const [command = '', ...words] = process.argv.slice(2);
const bundle = pathOf(`dist/local/${command === 'start' ? 'start' : 'cli'}.cjs`);
const argv = command === 'start' ? words : process.argv.slice(2);

/** Ends as the child ends, and forwards signals that would end only this process. */
function run(file) {
  const child = spawn(node, [file, ...argv], { stdio: 'inherit' });
  // A terminal signals both processes; a supervisor signals this process alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal === null) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// The operators' package has the commands and no build.
const build = pathOf('infra/bundle/checked.mjs');
/** A checkout whose packages of development are removed keeps what was built before. */
const mustBuild =
  existsSync(build) && (existsSync(pathOf('node_modules/esbuild')) || !existsSync(bundle));

/** @returns the reason that the command cannot run, in a sentence; undefined if it can */
function findObstacle() {
  if (!tls.setDefaultCACertificates && node === process.execPath) {
    return `portal-credentials needs Node.js 22.19 or 24.5, or later; this is ${process.version}.`;
  }
  if (existsSync(bundle) || existsSync(build)) return undefined;
  return `"${command}" is not in this package: it needs a checkout.`;
}

const obstacle = findObstacle();
if (obstacle !== undefined) process.stderr.write(`${obstacle}\n`);
// Standard output is for the command; the output of the build goes to standard error.
const isBuilt =
  obstacle === undefined &&
  (!mustBuild || spawnSync(node, [build], { stdio: ['ignore', 2, 2] }).status === 0);
if (isBuilt) run(bundle);
else process.exitCode = 1;
