import { afterAll, describe, expect, it } from 'vitest';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import type { Dependencies } from '../../shared/operation/dependency.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import type { ExpiryEntry } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { altered } from '../fixture/altered.ts';
import { nameOf } from '../fixture/operations.ts';
import { audit } from './fixture/audit.ts';
import { NAMES } from './fixture/choice.ts';
import type { Call } from './fixture/model-call.ts';
import { TTL_MS } from './fixture/model-state.ts';
import { Play } from './fixture/play.ts';
import { MORE_PLOTS, PLOTS, type Plot } from './fixture/plot.ts';
import { judgeRace } from './fixture/race.ts';
import { isLong } from './fixture/replay.ts';
import { type Ran, runCall } from './fixture/run-call.ts';
import { closePool, createInstance } from './fixture/world.ts';
import type { Gate } from './fixture/world-tables.ts';

/** Checks that a process that stops after any step leaves a state that the next one can use. */

const HOUR_MS = 60 * 60_000;
const NOTHING = { password: undefined, expiresAtMs: 0 };
const context = { requestId: 'sweep', log: { info() {}, warn() {}, error() {} } };

afterAll(closePool);

/** Stops after so many steps: nothing of it runs any more, and no caller gets its answer. */
function mortal(play: Play, steps: number): { instance: Dependencies; isDead: () => boolean } {
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
  const { clock, randomBytes, tables, secrets } = play.world;
  const { peppers, signingKeys } = secrets;
  const parts = { clock, randomBytes, tables, peppers, signingKeys };
  const instance = createInstance({ ...parts, workFactor: 4, gate: () => gate });
  return { instance, isDead: () => isDead };
}

async function overdue(play: Play): Promise<readonly ExpiryEntry[]> {
  const { expiries } = play.instance(0);
  const entries: ExpiryEntry[] = [];
  for await (const page of expiries.listOverdue(play.world.clock.nowMs)) entries.push(...page);
  return entries;
}

/** Runs the call in a process that stops after so many steps; returns whether it got that far. */
async function crashOnce(plot: Plot, steps: number): Promise<boolean> {
  const play = await Play.begin();
  try {
    const call = plot(play);
    const { instance, isDead } = mortal(play, steps);
    const ran = await runCall(instance, call, play.nextRequestId());
    const lost: Ran = { ...ran, outcome: 'unavailable', given: NOTHING };
    const heard = isDead() ? withoutToken(lost) : ran;
    await judgeRace(play, [heard], { alsoAllowed: /^unavailable$/ });
    await play.step(call);
    await audit(play);
    play.moveClock(TTL_MS + HOUR_MS);
    await play.step({ kind: 'sweep' });
    expect(await overdue(play)).toEqual([]);
    return isDead();
  } finally {
    await play.world.stop();
  }
}

function withoutToken({ token: _lost, ...ran }: Ran): Ran {
  return ran;
}

describe('a process that stops after any step', () => {
  it.for(Object.entries({ ...PLOTS, ...(isLong ? MORE_PLOTS : {}) }))(
    'of %s agrees with the model and leaves no orphan an hour past its expiry',
    async ([, plot]) => {
      let steps = 1;
      while (await crashOnce(plot, steps)) steps += 1;
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
  return { ...dependencies, accounts: altered(dependencies.accounts, { commit }) };
}

describe('an expiry-index entry whose password was never written', () => {
  const issuers = {
    create: (play: Play, dead: Dependencies) => runCall(dead, PLOTS.create?.(play) as Call, 'dead'),
    reset: (play: Play, dead: Dependencies) => runCall(dead, PLOTS.reset?.(play) as Call, 'dead'),
    bootstrap: (_play: Play, dead: Dependencies) => {
      const request = { userNames: [nameOf('eve@contoso.example')], recover: true, isNew: true };
      return createFirstAdmins(dead, request, context);
    },
  };

  it.for(Object.entries(issuers))(
    '(%s) stays to the last millisecond of its grace period and no longer',
    async ([, issue]) => {
      const play = await Play.begin();
      try {
        const [ben] = [...play.model.users.values()].filter(({ kind }) => kind === 'temporary');
        expect(ben?.userName).toBe(NAMES[2]);
        // Ben's own entry is out of the way first.
        play.moveClock(TTL_MS);
        await play.step({ kind: 'sweep' });
        play.moveClock(1 - TTL_MS);
        await expect(issue(play, withoutCommit(play.instance(0)))).rejects.toThrow('dead');
        const sweep = () => expireTemporaryPasswords(play.instance(1), context);
        play.moveClock(TTL_MS - 1);
        expect(await sweep()).toMatchObject({ left: 0, removed: 0, expired: 0 });
        play.moveClock(1);
        expect(await sweep()).toMatchObject({ left: 1, removed: 0, expired: 0 });
        play.moveClock(HOUR_MS - 1);
        expect(await sweep()).toMatchObject({ left: 1, removed: 0, expired: 0 });
        play.moveClock(1);
        expect(await sweep()).toMatchObject({ left: 0, removed: 1, expired: 0, failed: 0 });
        expect(await overdue(play)).toEqual([]);
        await audit(play);
      } finally {
        await play.world.stop();
      }
    },
  );
});
