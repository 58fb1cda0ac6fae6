import { afterAll, expect, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { startFaultLine } from './fixture/fault-line.ts';
import { FAULTS, type Fault, NO_FAULTS, singlePlan } from './fixture/fault-plan.ts';
import { ModelRun } from './fixture/model-run.ts';
import { judgeRace } from './fixture/race.ts';
import { isLong } from './fixture/replay.ts';
import { runCall } from './fixture/run-call.ts';
import { MORE_SCENARIOS, SCENARIOS, type Scenario } from './fixture/scenario.ts';
import { closePool } from './fixture/test-system.ts';

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
async function failOnce(scenario: Scenario, { position, fault, times }: Failure) {
  const modelRun = await ModelRun.begin();
  // Only the call that fails needs a server; what it left is judged where looking costs little.
  const { server, takeBack } = await modelRun.system.tables.lend();
  const faults = await startFaultLine(modelRun.system, server);
  try {
    const call = scenario(modelRun);
    const plan = singlePlan(position, fault, times);
    faults.tables.plan = plan;
    const ran = await runCall(faults.instance, call, modelRun.nextRequestId());
    await faults.idle();
    faults.tables.plan = NO_FAULTS;
    await takeBack();
    await judgeRace(modelRun, [ran], { alsoAllowed: /^unavailable$/ });
    await modelRun.step(call);
    await audit(modelRun);
    return { hasMet: plan.hasMet(), outcome: ran.outcome };
  } finally {
    await faults.close();
    await modelRun.system.stop();
  }
}

interface Case {
  readonly scenario: Scenario;
  readonly faults: readonly Fault[];
  readonly times: readonly number[];
}

const ALL = { faults: FAULTS, times: [1, ALL_TRIES] };
const AFTER: Omit<Case, 'scenario'> = {
  faults: ['dropAfter', 'status500After'],
  times: [1, ALL_TRIES],
};
const LOST: Omit<Case, 'scenario'> = { faults: ['dropAfter'], times: [1, ALL_TRIES] };
const { reset, change, freeze, sweep } = SCENARIOS;

const SHORT: Readonly<Record<string, Case>> = {
  reset: { scenario: reset, ...LOST },
  change: { scenario: change, ...LOST },
  freeze: { scenario: freeze, ...LOST },
  // The page without rows is the first one, and the list continues.
  sweep: { scenario: sweep, faults: ['emptyPage'], times: [1] },
};

function casesOf(scenarios: Readonly<Record<string, Scenario>>, rest: Omit<Case, 'scenario'>) {
  return Object.entries(scenarios).map(([name, scenario]): [string, Case] => [
    name,
    { scenario, ...rest },
  ]);
}

const LONG = [...casesOf(SCENARIOS, ALL), ...casesOf(MORE_SCENARIOS, AFTER)];

// Side by side, for half of their time is the client's pause before a retry.
it.concurrent.for(isLong ? LONG : Object.entries(SHORT))(
  'any single failed request leaves %s done or not done, and repeatable',
  async ([, { scenario, faults, times: allTimes }]) => {
    let failures = 0;
    const failEach = async (fault: Fault, times: number) => {
      for (let position = 1; ; position += 1) {
        const { hasMet, outcome } = await failOnce(scenario, { position, fault, times });
        // One lost answer is hidden by a retry, so that no caller sees it.
        if (fault === 'dropAfter' && times === 1) expect(outcome).not.toBe('unavailable');
        if (!hasMet) break;
        failures += 1;
      }
    };
    for (const fault of faults) {
      // No answer within a call's time is the end of all of its tries.
      const counts = fault === 'silence' ? [1] : allTimes;
      await Promise.all(counts.map((times) => failEach(fault, times)));
    }
    // Each of them reads and writes at least once.
    expect(failures).toBeGreaterThan(faults.length * allTimes.length);
  },
);
