import { describe, expect, it } from 'vitest';
import { type Plant, runNoticeModel } from '../operation/fixture/notice-model-run.ts';
import { isLong } from './fixture/replay.ts';

const RUNS = isLong ? 500 : 60;
/** The runs among which one must find a planted fault. */
const RUNS_TO_FIND = 40;

it('brings every committed event to each live target in order, or ends it as undeliverable', async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await runNoticeModel(seed).catch((cause) => {
      throw new Error(`run ${seed}`, { cause });
    });
  }
});

/** Returns the first run that finds a fault. */
async function firstFailure(plant: Plant): Promise<number | undefined> {
  for (let seed = 1; seed <= RUNS_TO_FIND; seed += 1) {
    const isFound = await runNoticeModel(seed, plant).then(
      () => false,
      () => true,
    );
    if (isFound) return seed;
  }
  return undefined;
}

const PLANTS: readonly (readonly [string, Plant])[] = [
  [
    'withdraws the announcement of a change whose commit is under way',
    (outbox) => ({
      announce: (one) => (one.dueAtMs - one.announcedAtMs > 0 ? nothing() : outbox.announce(one)),
    }),
  ],
  [
    'counts a message as sent to all targets when one took it',
    (outbox) => ({
      settle: (all) => outbox.settle({ ...all, done: [...all.done, ...all.changed], changed: [] }),
    }),
  ],
  [
    'gives up without an event',
    (outbox) => ({ settle: (all) => outbox.settle({ ...all, changes: [], orphans: [] }) }),
  ],
  [
    'treats a result as written that is not',
    (outbox) => ({
      settle: async (all) => {
        if (all.done.length !== 1) await outbox.settle(all);
        return 'committed';
      },
    }),
  ],
];

async function nothing(): Promise<void> {}

describe('the runs find a dispatcher that', () => {
  it.each(PLANTS)('%s', async (_, plant) => {
    expect(await firstFailure(plant)).toBeDefined();
  });
});
