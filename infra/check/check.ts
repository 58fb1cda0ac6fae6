/**
 * `npm run infra:check`: formats, lints and compiles the templates with the real Bicep compiler,
 * predicts the deployment of each environment, and runs the assertions on all of it
 * (test/infra/check/). The results are in `dist/infra/`.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckFailed, requireBicep, run } from './bicep.ts';
import { describeDiagnostics } from './diagnostic.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT = join(ROOT, 'dist/infra');
/** The copy of the sources for the compiler, which writes beside them. */
const SOURCE = join(OUTPUT, 'source');
const CACHE = join(ROOT, 'node_modules/.cache/bicep');

/** A stand-in, for the prediction is the same in every subscription. */
const SUBSCRIPTION = '11111111-1111-1111-1111-111111111111';
const TENANT = '22222222-2222-2222-2222-222222222222';

async function copySources(): Promise<void> {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(SOURCE, { recursive: true });
  for (const name of ['main.bicep', 'bicepconfig.json', 'app', 'environment']) {
    await cp(join(ROOT, 'infra', name), join(SOURCE, name), { recursive: true });
  }
}

async function listSources(ending: string): Promise<readonly string[]> {
  const names = await readdir(SOURCE, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(SOURCE, name));
}

function place(file: string): string {
  return join('infra', relative(SOURCE, file));
}

/** Formats the copy and compares: one start of the compiler is quicker than one a file. */
async function requireFormat(bicep: string): Promise<void> {
  const unformatted: string[] = [];
  for (const ending of ['.bicep', '.bicepparam']) {
    const { status, stderr } = await run(bicep, ['format', '--pattern', `**/*${ending}`], SOURCE);
    if (status !== 0) throw new CheckFailed(`bicep format failed:\n${stderr}`);
    for (const file of await listSources(ending)) {
      const [own, formatted] = await Promise.all([
        readFile(join(ROOT, place(file)), 'utf8'),
        readFile(file, 'utf8'),
      ]);
      if (own !== formatted) unformatted.push(place(file));
    }
  }
  if (unformatted.length === 0) return;
  throw new CheckFailed(`Not formatted (run \`bicep format\`): ${unformatted.join(', ')}.`);
}

/**
 * Runs the compiler so that any diagnostic, be it a warning, ends the check.
 * @returns its standard output
 */
async function compile(bicep: string, args: readonly string[]): Promise<string> {
  const result = await run(bicep, [...args, '--diagnostics-format', 'sarif']);
  const isLint = args[0] === 'lint';
  const found = describeDiagnostics(isLint ? result.stdout : result.stderr, SOURCE);
  if (found.length > 0) throw new CheckFailed(`The templates have faults:\n${found.join('\n')}`);
  if (result.status === 0) return result.stdout;
  throw new CheckFailed(`bicep ${args.join(' ')} failed:\n${result.stderr}`);
}

async function predict(bicep: string, parameters: string): Promise<void> {
  const result = await run(bicep, [
    'snapshot',
    parameters,
    ...['--subscription-id', SUBSCRIPTION, '--tenant-id', TENANT],
    ...['--location', 'westeurope', '--deployment-name', 'check'],
  ]);
  if (result.status !== 0) {
    throw new CheckFailed(`bicep snapshot ${place(parameters)} failed:\n${result.stderr}`);
  }
  const snapshot = parameters.replace(/\.bicepparam$/, '.snapshot.json');
  await rename(snapshot, join(OUTPUT, relative(join(SOURCE, 'environment'), snapshot)));
}

async function check(): Promise<void> {
  const bicep = await requireBicep({ cacheDirectory: CACHE });
  await copySources();
  await requireFormat(bicep);
  const main = join(SOURCE, 'main.bicep');
  await compile(bicep, ['lint', main]);
  await writeFile(join(OUTPUT, 'main.json'), await compile(bicep, ['build', main, '--stdout']));
  for (const parameters of await listSources('.bicepparam')) {
    await compile(bicep, ['build-params', parameters, '--stdout']);
    await predict(bicep, parameters);
  }
  process.stdout.write('The templates are formatted and compile without a diagnostic.\n');
}

/** Runs the assertions under Vitest, apart from `npm test`, which needs nothing but Node. */
function assertAll(): number {
  const args = ['run', '--config', 'test/infra/check/vitest.config.ts'];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status ?? 1;
}

try {
  await check();
  process.exitCode = assertAll();
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
