/**
 * What Stryker does with one folder of shared/, by the tests in the folder of the same name. A run
 * takes up what an earlier one found about code and tests that did not change. Of the constants of
 * a module it cannot tell which tests read them: after a change of tests begin without dist/mutation.
 */
export const configOf = (folder) => ({
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', dir: `test/${folder}` },
  mutate: [`shared/${folder}/**/*.ts`],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant that does not end is ended after this, beyond half as much again as its tests take.
  timeoutMS: 10_000,
  timeoutFactor: 1.5,
  ignorePatterns: ['dist', '!dist/common-passwords.bin', 'coverage', '.data', 'test/browser'],
  tempDirName: 'dist/mutation/sandbox',
  // Stryker reads a tsconfig through an interface that TypeScript 7 does not have; ours extends
  // nothing, so there is nothing to rewrite.
  tsconfigFile: 'none',
  incremental: true,
  incrementalFile: `dist/mutation/${folder}-found.json`,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: `dist/mutation/${folder}.json` },
  htmlReporter: { fileName: `dist/mutation/${folder}.html` },
  clearTextReporter: { logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
});
