/**
 * Runs Stryker on each folder, for `npm run mutation`. It is not a dependency of the project, whose
 * `npm ci` would unpack 142 more packages. It is installed into `dist/stryker` from the lock file
 * beside this file.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOwnLock } from '../fixture/own-lock.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Below the project's own packages, where the runner finds vitest. */
const FOLDER = here('../../dist/stryker/');
const STRYKER = join(FOLDER, 'node_modules/@stryker-mutator/core/bin/stryker.js');

await installOwnLock(here('./'), FOLDER);
for (const config of ['credential.js', 'operation.js']) {
  const argv = [STRYKER, 'run', `test/mutation/${config}`];
  execFileSync(process.execPath, argv, { cwd: here('../../'), stdio: 'inherit' });
}
