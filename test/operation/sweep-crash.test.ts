import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepDependencies } from '../../shared/operation/expire-temporary-passwords.ts';
import { override } from '../fixture/override.ts';
import { type Seeded, type SweepStage, startSweepStage } from './fixture/sweep-context.ts';

/** CONTRACT.md "Timer": safe after a crash at any point. */

const OVERDUE = 3;
/** The list, three steps for each, the forgotten attempts. */
const STEPS = 1 + 3 * OVERDUE + 1;

let testContext: SweepStage;

beforeAll(async () => {
  testContext = await startSweepStage();
});
afterAll(() => testContext.stop());

/**
 * The stores as a process sees them that stops at its n-th step, from 0 on: before the step reaches
 * the store, or after the store did it. Whatever the process wanted to do later does not happen.
 */
function dyingAt(step: number, when: 'before' | 'after'): Partial<SweepDependencies> {
  const { accounts, attempts, expiries } = testContext.tables;
  let taken = 0;
  const live = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const index = taken;
    taken += 1;
    if (index > step || (index === step && when === 'before')) throw new Error('dead');
    const result = await work();
    if (index === step) throw new Error('dead');
    return result;
  };
  return {
    accounts: override(accounts, {
      findUser: (name) => live(() => accounts.findUser(name)),
      commit: (change) => live(() => accounts.commit(change)),
    }),
    attempts: override(attempts, {
      removeForgotten: (request) => live(() => attempts.removeForgotten(request)),
    }),
    expiries: override(expiries, {
      async *listOverdue(nowMs: number) {
        const pages = expiries.listOverdue(nowMs)[Symbol.asyncIterator]();
        const { value } = await live(() => pages.next());
        if (value !== undefined) yield value;
      },
      remove: (entry) => live(() => expiries.remove(entry)),
    }),
  };
}

/** Returns how far the stopped process got: nothing, expired, or expired and off the index. */
async function progress(seeded: readonly Seeded[]): Promise<readonly string[]> {
  const overdue = await testContext.overdue();
  return Promise.all(
    seeded.map(async ({ user, entry }) => {
      const { credential } = await testContext.read(user.userName);
      const events = await testContext.expiryEvents(user);
      // The change and its event are one: never the one without the other.
      expect(events).toBe(credential.kind === 'expired' ? 1 : 0);
      return `${credential.kind}${overdue.includes(entry.issueId) ? ' and listed' : ''}`;
    }),
  );
}

const seen = new Set<string>();

describe.each(['before', 'after'] as const)('a process that stops %s', (when) => {
  it.each(Array.from({ length: STEPS + 1 }, (_, step) => step))(
    'its step %i leaves work that the next run completes once',
    async (step) => {
      const seeded = await testContext.seedAll(Array.from({ length: OVERDUE }, () => ({})));
      const run = testContext.sweep(dyingAt(step, when));
      // Whether the run itself fails depends on the step; what matters is what it leaves.
      await run.catch(({ message }: Error) => expect(message).toBe('dead'));
      for (const state of await progress(seeded)) seen.add(state);
      expect(await testContext.sweep()).toMatchObject({ left: 0, failed: 0, isUnfinished: false });
      expect(await progress(seeded)).toEqual(seeded.map(() => 'expired'));
      expect(await testContext.sweep()).toMatchObject({ expired: 0, removed: 0 });
      expect(await progress(seeded)).toEqual(seeded.map(() => 'expired'));
    },
  );
});

it('reaches every state that the steps can leave, between the writes too', () => {
  expect([...seen].sort()).toEqual(['expired', 'expired and listed', 'temporary and listed']);
});
