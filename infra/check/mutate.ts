/**
 * `npm run infra:mutate`: plants faults one at a time into the prediction that `npm run
 * infra:check` made and into the files beside it, and runs the assertions.
 * A fault that no assertion notices survives. `--only TEXT` plants those whose sentence has it.
 * Not in CI: it takes some eight minutes.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PredictedMutant } from './mutant.ts';
import { APP_MUTANTS } from './mutants-of-app.ts';
import { type FileMutant, OTHER_FILE_MUTANTS, QUERY_MUTANTS } from './mutants-of-files.ts';
import { STORE_MUTANTS } from './mutants-of-stores.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPY = join(ROOT, 'dist/mutant');
/** The files and folders that the assertions read. */
const READ = [
  ...['.funcignore', '.github', 'azure.yaml', 'host.json', 'package.json', 'tsconfig.json'],
  ...['functions', 'infra', 'shared', 'test', 'dist/package', 'dist/infra'],
];
const OUTPUT = 'dist/infra';
const SNAPSHOT = '.snapshot.json';

/** The files of assertions, by their subject. A query's compiled copy is left out. */
const QUERY_CHECKS = ['query.check'];
const FILE_CHECKS = ['azd.check', 'workflow.check', 'network.check', 'alert.check', 'first-run'];
const PREDICTED_CHECKS = [
  ...['app.check', 'alert.check', 'site.check', 'front-door.check', 'lock-down.check'],
  ...['network.check', 'record.check', 'template.check', 'mail.check'],
];

interface Planted {
  readonly fault: string;
  readonly checks: readonly string[];
  /** Plants the fault and returns the function that takes it out. */
  readonly plant: () => () => void;
}

/** Replaces a file of the copy. @returns the function that restores it */
function replace(name: string, change: (text: string) => string): () => void {
  const path = join(COPY, name);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${name}: the fault changes nothing`);
  writeFileSync(path, after);
  return () => writeFileSync(path, before);
}

function plantedInFile({ fault, file, from, to }: FileMutant): Omit<Planted, 'checks'> {
  return {
    fault: `${file}: ${fault}`,
    plant: () => replace(file, (text) => text.replace(from, to)),
  };
}

interface Snapshot {
  predictedResources: { type: string; name: string; environment?: string }[];
}

function changed(text: string, mutant: PredictedMutant): string {
  const { type, name = '', change } = mutant;
  const snapshot: Snapshot = JSON.parse(text);
  const isMeant = (each: { type: string; name: string }) =>
    each.type.endsWith(type) && each.name.includes(name);
  if (change === undefined) {
    snapshot.predictedResources = snapshot.predictedResources.filter((each) => !isMeant(each));
  } else snapshot.predictedResources.filter(isMeant).forEach(change);
  return JSON.stringify(snapshot, undefined, 2);
}

function plantedInPrediction(mutant: PredictedMutant): Planted {
  const { fault, type, environment = '' } = mutant;
  const plant = () => {
    const names = readdirSync(join(COPY, OUTPUT)).filter(
      (name) => name.endsWith(SNAPSHOT) && name.startsWith(environment),
    );
    const compact = (text: string) => JSON.stringify(JSON.parse(text));
    const meant = names.filter((name) => {
      const text = readFileSync(join(COPY, OUTPUT, name), 'utf8');
      return compact(changed(text, mutant)) !== compact(text);
    });
    if (meant.length === 0) throw new Error(`${fault}: the fault changes nothing`);
    const undo = meant.map((name) => replace(`${OUTPUT}/${name}`, (text) => changed(text, mutant)));
    return () => {
      for (const each of undo) each();
    };
  };
  return { fault: `${type}: ${fault}`, checks: PREDICTED_CHECKS, plant };
}

const NOT_EXECUTABLE: Planted = {
  fault: 'infra/first-run.sh: may not be run',
  checks: FILE_CHECKS,
  plant: () => {
    const path = join(COPY, 'infra/first-run.sh');
    chmodSync(path, 0o644);
    return () => chmodSync(path, 0o755);
  },
};

const PLANTED: readonly Planted[] = [
  ...[...APP_MUTANTS, ...STORE_MUTANTS].map(plantedInPrediction),
  ...QUERY_MUTANTS.map((each) => ({ ...plantedInFile(each), checks: QUERY_CHECKS })),
  ...OTHER_FILE_MUTANTS.map((each) => ({ ...plantedInFile(each), checks: FILE_CHECKS })),
  NOT_EXECUTABLE,
];

/** Runs assertions over the copy. @returns true if all hold */
function holds(checks: readonly string[]): boolean {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--config', 'test/infra/check/vitest.config.ts', '--bail', '1', ...checks];
  const options = { cwd: COPY, encoding: 'utf8', env: { ...process.env, CI: 'true' } } as const;
  const { status, stdout } = spawnSync(process.execPath, [vitest, ...args], options);
  // A run that tests nothing must not count as one that notices.
  if (status !== 0 && !/Test Files .*failed/.test(stdout)) {
    throw new Error(`the assertions did not run:\n${stdout.slice(-2000)}`);
  }
  return status === 0;
}

function copy(): void {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(join(COPY, 'dist'), { recursive: true });
  for (const name of READ) cpSync(join(ROOT, name), join(COPY, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
copy();
for (const checks of [QUERY_CHECKS, FILE_CHECKS, PREDICTED_CHECKS]) {
  if (!holds(checks)) throw new Error(`${checks} fail without a fault; run npm run infra:check`);
}
const meant = PLANTED.filter(({ fault }) => fault.includes(values.only));
const survivors: string[] = [];
for (const [index, { fault, checks, plant }] of meant.entries()) {
  const undo = plant();
  const isSurvivor = holds(checks);
  undo();
  if (isSurvivor) survivors.push(fault);
  process.stdout.write(
    `${index + 1}/${meant.length} ${isSurvivor ? 'SURVIVED' : 'noticed'} ${fault}\n`,
  );
}
process.stdout.write(`${meant.length - survivors.length} of ${meant.length} faults are noticed.\n`);
rmSync(COPY, { recursive: true });
process.exitCode = survivors.length === 0 ? 0 : 1;
