import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const here = new URL('.', import.meta.url).pathname;

/** The tests that take seconds, in the order of their start. */
const SLOW = [
  'restore-refusal.test.ts',
  'sign-in-lockout.test.ts',
  'temporary-password.test.ts',
  'password-policy.test.ts',
];

/** The first test that fails kills a mutant: the quick ones are asked first. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      SLOW.findIndex((name) => moduleId.endsWith(`/${name}`));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/**
 * The tests for Stryker: they call the rules and the use cases in their own process. Those that
 * go through HTTP run a bundle, in which no mutant is ever active.
 */
export default defineConfig({
  // The tables' client and threads take a hundred times as long as what is judged.
  resolve: {
    alias: [
      { find: '@azure/data-tables', replacement: `${here}client-names.ts` },
      { find: /^\.\/hash-workers\.ts$/, replacement: `${here}direct-workers.ts` },
    ],
  },
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    exclude: [
      // They ask what comes of chance, of thousands of users, or of the client's retries.
      '**/{backup-race,sign-in-alike,sweep-scale}.test.ts',
      // It digests 440,363 passwords as it loads.
      '**/common-passwords.test.ts',
      // Thousands of passwords: what they would kill, single ones kill too.
      '**/{good-passphrase,password-policy-sample,password-policy-composition}.test.ts',
    ],
    // One thread for all files of one mutant, and a new one for the next.
    isolate: false,
    sequence: { sequencer: QuickFirst },
    // Stryker ends a mutant that does not end; a busy machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
