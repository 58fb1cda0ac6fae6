import { afterAll, describe, expect, it } from 'vitest';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import type { Dependencies } from '../../shared/operation/dependency.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import type { ExpiryEntry } from '../../shared/port/expiry.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { nameOf } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { audit } from './fixture/audit.ts';
import { NAMES } from './fixture/command.ts';
import { ModelRun } from './fixture/model-run.ts';
import { TTL_MS } from './fixture/model-state.ts';
import { judgeRace } from './fixture/race.ts';
import { isLong } from './fixture/replay.ts';
import { type Ran, runCall } from './fixture/run-call.ts';
import { MORE_SCENARIOS, SCENARIOS, type Scenario } from './fixture/scenario.ts';
import type { Gate } from './fixture/system-tables.ts';
import { closePool, createInstance } from './fixture/test-system.ts';

/** Checks that a process that stops after any step leaves a state that the next one can use. */

const HOUR_MS = 60 * 60_000;
const NOTHING = { password: undefined, expiresAtMs: 0 };
const context = { requestId: 'sweep', log: { info() {}, warn() {}, error() {} } };

afterAll(closePool);

/** Stops after so many steps: nothing of it runs any more, and no caller gets its answer. */
function mortal(
  modelRun: ModelRun,
  steps: number,
): { instance: Dependencies; isDead: () => boolean } {
  let taken = 0;
  let isDead = false;
  const gate: Gate = async (_label, run) => {
    if (isDead) throw new Unavailable('tables', 'dead');
    taken += 1;
    const isLast = taken === steps;
    const result = await run();
    if (isLast) isDead = true;
    if (isDead) throw new Unavailable('tables', 'dead');
    return result;
  };
  const { clock, randomBytes, tables, secrets } = modelRun.system;
  const { peppers, signingKeys } = secrets;
  const parts = { clock, randomBytes, tables, peppers, signingKeys };
  const instance = createInstance({ ...parts, workFactor: 4, gate: () => gate });
  return { instance, isDead: () => isDead };
}

async function overdue(modelRun: ModelRun): Promise<readonly ExpiryEntry[]> {
  const { expiries } = modelRun.instance(0);
  const entries: ExpiryEntry[] = [];
  for await (const page of expiries.listOverdue(modelRun.system.clock.nowMs)) entries.push(...page);
  return entries;
}

/** Runs the call in a process that stops after so many steps; returns whether it got that far. */
async function crashOnce(scenario: Scenario, steps: number): Promise<boolean> {
  const modelRun = await ModelRun.begin();
  try {
    const call = scenario(modelRun);
    const { instance, isDead } = mortal(modelRun, steps);
    const ran = await runCall(instance, call, modelRun.nextRequestId());
    const lost: Ran = { ...ran, outcome: 'unavailable', given: NOTHING };
    const heard = isDead() ? withoutToken(lost) : ran;
    await judgeRace(modelRun, [heard], { alsoAllowed: /^unavailable$/ });
    await modelRun.step(call);
    await audit(modelRun);
    modelRun.moveClock(TTL_MS + HOUR_MS);
    await modelRun.step({ kind: 'sweep' });
    expect(await overdue(modelRun)).toEqual([]);
    return isDead();
  } finally {
    await modelRun.system.stop();
  }
}

function withoutToken({ token: _lost, ...ran }: Ran): Ran {
  return ran;
}

describe('a process that stops after any step', () => {
  it.for(Object.entries({ ...SCENARIOS, ...(isLong ? MORE_SCENARIOS : {}) }))(
    'of %s agrees with the model and leaves no orphan an hour past its expiry',
    async ([, scenario]) => {
      let steps = 1;
      while (await crashOnce(scenario, steps)) steps += 1;
      // The read of the caller and of the target, the write, and what a call does beside.
      expect(steps).toBeGreaterThan(3);
    },
  );
});

/** Everything up to the index entry happens, and the write that it announces never does. */
function withoutCommit(dependencies: Dependencies): Dependencies {
  const commit = async (): Promise<never> => {
    throw new Error('dead');
  };
  return { ...dependencies, accounts: override(dependencies.accounts, { commit }) };
}

describe('an expiry-index entry whose password was never written', () => {
  const issuers = {
    create: (modelRun: ModelRun, dead: Dependencies) =>
      runCall(dead, SCENARIOS.create(modelRun), 'dead'),
    reset: (modelRun: ModelRun, dead: Dependencies) =>
      runCall(dead, SCENARIOS.reset(modelRun), 'dead'),
    bootstrap: (_modelRun: ModelRun, dead: Dependencies) => {
      const request = { userNames: [nameOf('eve@contoso.example')], recover: true, isNew: true };
      return createFirstAdmins(dead, request, context);
    },
  };

  it.for(Object.entries(issuers))(
    '(%s) stays to the last millisecond of its grace period and no longer',
    async ([, issue]) => {
      const modelRun = await ModelRun.begin();
      try {
        const [ben] = [...modelRun.model.users.values()].filter(({ kind }) => kind === 'temporary');
        expect(ben?.userName).toBe(NAMES[2]);
        // Ben's own entry is out of the way first.
        modelRun.moveClock(TTL_MS);
        await modelRun.step({ kind: 'sweep' });
        modelRun.moveClock(1 - TTL_MS);
        await expect(issue(modelRun, withoutCommit(modelRun.instance(0)))).rejects.toThrow('dead');
        const sweep = () => expireTemporaryPasswords(modelRun.instance(1), context);
        modelRun.moveClock(TTL_MS - 1);
        expect(await sweep()).toMatchObject({ left: 0, removed: 0, expired: 0 });
        modelRun.moveClock(1);
        expect(await sweep()).toMatchObject({ left: 1, removed: 0, expired: 0 });
        modelRun.moveClock(HOUR_MS - 1);
        expect(await sweep()).toMatchObject({ left: 1, removed: 0, expired: 0 });
        modelRun.moveClock(1);
        expect(await sweep()).toMatchObject({ left: 0, removed: 1, expired: 0, failed: 0 });
        expect(await overdue(modelRun)).toEqual([]);
        await audit(modelRun);
      } finally {
        await modelRun.system.stop();
      }
    },
  );
});
