import { defineConfig, type UserWorkspaceConfig } from 'vitest/config';
import { LongestFirst } from './fixture/longest-first.ts';

const isCoverageRun = process.argv.includes('--coverage');
/**
 * The command of `npm test`. Its three projects that build are one, for a worker serves one
 * project, and is warm after some processor seconds.
 */
const isWholeRun = process.argv.slice(2).join(' ') === 'run --config test/vitest.config.ts';

const HOSTILE = 'test/hostile/**/*.test.ts';
const BROWSER = 'test/browser/**/*.test.ts';
/** All tests of a folder but those that need a server, wait, or judge samples by the thousand. */
const without = (folder: string, ...slow: readonly string[]) =>
  `test/${folder}/!(${slow.join('|')}).test.ts`;
/** A developer runs them at each save: they need no build, no server and no process. */
const UNIT = [
  'test/{benchmark,contract,mutation,webhook}/**/*.test.ts',
  without(
    'credential',
    ...['common-passwords', 'good-passphrase', 'password-policy-composition'],
    ...['password-policy-sample', 'temporary-password-reading'],
  ),
  without('crypto', ...['hash-memory', 'hash-queue', 'imported-hash', 'receipts', 'wrapped-form']),
  without('mail', 'communication', 'smtp', 'smtp-fault'),
  without('operation', 'backup-race', 'sign-in-alike', 'sweep-scale'),
  'test/{contract,contributing,house,prose,security,setting,telemetry/spread}.test.ts',
];

/** Once before all tests of a project; a run of some projects does only what these need. */
const BUILD = ['test/fixture/build.ts'];
const BUILD_AND_UNPACK = [...BUILD, 'test/browser/fixture/unpack.ts'];

type Project = NonNullable<UserWorkspaceConfig['test']>;

const UNIT_PROJECT: Project = {
  name: 'unit',
  include: UNIT,
  globalSetup: ['test/fixture/common-passwords.ts'],
  pool: 'threads',
};

const BUILT_PROJECTS: readonly Project[] = [
  {
    name: 'service',
    include: ['test/**/*.test.ts'],
    exclude: [...UNIT, HOSTILE, BROWSER],
    globalSetup: BUILD,
  },
  {
    name: 'hostile',
    include: [HOSTILE],
    globalSetup: BUILD,
  },
  { name: 'browser', include: [BROWSER], globalSetup: BUILD_AND_UNPACK },
];

/** Has the files of all {@link BUILT_PROJECTS}. */
const ONE_BUILT_PROJECT: Project = {
  name: 'built',
  include: ['test/**/*.test.ts'],
  exclude: UNIT,
  globalSetup: BUILD_AND_UNPACK,
};

/** Two ways to share out the same files. */
export const ARRANGEMENTS = {
  separate: [UNIT_PROJECT, ...BUILT_PROJECTS],
  whole: [UNIT_PROJECT, ONE_BUILT_PROJECT],
};
const projects = ARRANGEMENTS[isWholeRun ? 'whole' : 'separate'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    projects: projects.map((test) => ({ extends: true, test })),
    // The files of a project share a worker and its modules: to load them is a third of the work.
    isolate: false,
    setupFiles: ['test/fixture/own-environment.ts', 'test/fixture/time-limit.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than two cores: a test often waits for a process or for a second to pass.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A busy machine delays an awaited state; that it is reached is what is tested.
    expect: { poll: { timeout: 20_000 } },
    // Vite moves the places of statements. A line that ran in a test and in a service, which Node
    // runs as it is written, would be counted twice and be missing once: so Node runs both.
    experimental: { viteModuleRunner: !isCoverageRun },
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts'],
      // It runs in threads, which the provider does not see: all of it would count as never run.
      exclude: ['shared/crypto/password/hash-worker.ts'],
      // What the service runs in a process of its own counts too: see fixture/build.ts.
      autoAttachSubprocess: true,
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'coverage',
      // A failed test fails the run, and does not cost the numbers of the others.
      reportOnFailure: true,
      thresholds: { lines: 95, branches: 95, statements: 95, functions: 95 },
    },
  },
});
