/**
 * Runs Stryker on each folder, for `npm run mutation`. It is not a dependency of the project, whose
 * `npm ci` would unpack 142 more packages. It is installed into `dist/stryker` from the lock file
 * beside this file.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const ROOT = here('../../');
/** Below the project's own packages, where the runner finds vitest. */
const FOLDER = here('../../dist/stryker/');
const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';

mkdirSync(FOLDER, { recursive: true });
for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
  cpSync(here(file), join(FOLDER, file));
}
// npm passes its own settings on to what it runs; these are of another package.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle|config)_/.test(name)),
);
execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: FOLDER, env, stdio: 'inherit' });
for (const config of ['credential.js', 'operation.js']) {
  const argv = [join(FOLDER, STRYKER), 'run', `test/mutation/${config}`];
  execFileSync(process.execPath, argv, { cwd: ROOT, stdio: 'inherit' });
}
