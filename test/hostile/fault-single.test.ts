import { afterAll, expect, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { startFaultLine } from './fixture/fault-line.ts';
import { FAULTS, type Fault, NO_FAULTS, singlePlan } from './fixture/fault-plan.ts';
import { Play } from './fixture/play.ts';
import { MORE_PLOTS, PLOTS, type Plot } from './fixture/plot.ts';
import { judgeRace } from './fixture/race.ts';
import { isLong } from './fixture/replay.ts';
import { runCall } from './fixture/run-call.ts';
import { closePool } from './fixture/world.ts';

/**
 * Every single failure: each request of a call to the tables meets each fault, once (a retry hides
 * it) or as often as the call tries (its answer is an outage). Then the call is repeated.
 */

/** The client's own tries of one request: the first and two retries. */
const ALL_TRIES = 3;

afterAll(closePool);

interface Failure {
  readonly position: number;
  readonly fault: Fault;
  readonly times: number;
}

/** Returns whether there was a request at this position, and the call's answer. */
async function failOnce(plot: Plot, { position, fault, times }: Failure) {
  const play = await Play.beginOnServer();
  const faults = await startFaultLine(play.world);
  try {
    const call = plot(play);
    const plan = singlePlan(position, fault, times);
    faults.tables.plan = plan;
    const ran = await runCall(faults.instance, call, play.nextRequestId());
    await faults.idle();
    faults.tables.plan = NO_FAULTS;
    await judgeRace(play, [ran], { alsoAllowed: /^unavailable$/ });
    await play.step(call);
    await audit(play);
    return { hasMet: plan.hasMet(), outcome: ran.outcome };
  } finally {
    await faults.close();
    await play.world.stop();
  }
}

interface Case {
  readonly plot: Plot;
  readonly faults: readonly Fault[];
  readonly times: readonly number[];
}

const ALL = { faults: FAULTS, times: [1, ALL_TRIES] };
const AFTER: Omit<Case, 'plot'> = {
  faults: ['dropAfter', 'status500After'],
  times: [1, ALL_TRIES],
};
const LOST: Omit<Case, 'plot'> = { faults: ['dropAfter'], times: [1, ALL_TRIES] };
const { reset, change, sweep } = PLOTS as Record<'reset' | 'change' | 'sweep', Plot>;

const SHORT: Readonly<Record<string, Case>> = {
  reset: { plot: reset, ...LOST },
  change: { plot: change, ...LOST },
  // The page without rows is the first one, and the list continues.
  sweep: { plot: sweep, faults: ['emptyPage'], times: [1] },
};

function casesOf(plots: Readonly<Record<string, Plot>>, rest: Omit<Case, 'plot'>) {
  return Object.entries(plots).map(([name, plot]): [string, Case] => [name, { plot, ...rest }]);
}

const LONG = [...casesOf(PLOTS, ALL), ...casesOf(MORE_PLOTS, AFTER)];

it.for(isLong ? LONG : Object.entries(SHORT))(
  'any single failed request leaves %s done or not done, and repeatable',
  async ([, { plot, faults, times: allTimes }]) => {
    let failures = 0;
    for (const fault of faults) {
      // No answer within a call's time is the end of all of its tries.
      for (const times of fault === 'silence' ? [1] : allTimes) {
        for (let position = 1; ; position += 1) {
          const { hasMet, outcome } = await failOnce(plot, { position, fault, times });
          // One lost answer is hidden by a retry, so that no caller sees it.
          if (fault === 'dropAfter' && times === 1) expect(outcome).not.toBe('unavailable');
          if (!hasMet) break;
          failures += 1;
        }
      }
    }
    // Each of them reads and writes at least once.
    expect(failures).toBeGreaterThan(faults.length * allTimes.length);
  },
);
