import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const here = new URL('.', import.meta.url).pathname;

/** Those that take seconds, in the order in which they are asked. */
const SLOW = ['sign-in-lockout.test.ts', 'common-passwords.test.ts'];

/** The first test that fails kills a mutant: the quick ones are asked first. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      SLOW.findIndex((name) => moduleId.endsWith(`/${name}`));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/**
 * What Stryker runs: tests that call the rules and the use cases in their own process. Those that
 * go through HTTP run a bundle, in which no mutant is ever active.
 */
export default defineConfig({
  // The table server, its client and threads take a hundred times as long as what is judged.
  resolve: {
    alias: [
      { find: /^(\.|.*\/fixture)\/tables\.ts$/, replacement: `${here}memory-tables.ts` },
      { find: /^\.\/hash-crew\.ts$/, replacement: `${here}direct-crew.ts` },
    ],
  },
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    // They count the requests that are sent, and there are none.
    exclude: ['**/sign-in-alike.test.ts', '**/sweep-scale.test.ts'],
    // One thread for all files of one mutant, and a new one for the next.
    isolate: false,
    sequence: { sequencer: QuickFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
