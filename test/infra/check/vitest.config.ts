import { defineConfig } from 'vitest/config';

/** Runs the part of `npm run infra:check` after the compilation: see infra/check/check.ts. */
export default defineConfig({
  // A package that it imports names source maps that it does not ship.
  logLevel: 'error',
  test: {
    root: new URL('../../..', import.meta.url).pathname,
    include: ['test/infra/check/**/*.check.ts', 'test/infra/first-run.test.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
    // It imports JSON in a way that Node does not take.
    server: { deps: { inline: [/@actions\//] } },
  },
});
