import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { anyCommand, type Command, callsTogether, NAMES, toCall } from './fixture/command.ts';
import { interleave } from './fixture/interleaving.ts';
import type { Call } from './fixture/model-call.ts';
import { ModelRun } from './fixture/model-run.ts';
import { FREE_ATTEMPTS, type ModelToken } from './fixture/model-state.ts';
import { judgeRace } from './fixture/race.ts';
import { checkHostile } from './fixture/replay.ts';
import { runCall } from './fixture/run-call.ts';
import { closePool } from './fixture/test-system.ts';

/**
 * Calls side by side, each request to the store a step, in any order of the steps. What they
 * answer and leave behind is what some order of the calls one after the other explains.
 */

afterAll(closePool);

/** Runs them side by side and judges what came of it. */
async function race(
  modelRun: ModelRun,
  calls: readonly Call[],
  scheduler: fc.Scheduler,
): Promise<void> {
  const works = calls.map((call, index) => {
    const requestId = modelRun.nextRequestId();
    return () => runCall(modelRun.instance(index % 2), call, requestId);
  });
  const rans = await interleave(modelRun.system, scheduler, works);
  await judgeRace(modelRun, rans, { alsoAllowed: undefined });
}

async function playRounds(
  rounds: readonly (readonly Command[])[],
  scheduler: fc.Scheduler,
): Promise<void> {
  const modelRun = await ModelRun.begin();
  try {
    for (const [index, round] of rounds.entries()) {
      if (index % 2 === 0) for (const command of round) await modelRun.choose(command);
      else {
        const calls = round.map((command) => toCall(modelRun, command));
        await race(
          modelRun,
          calls.filter((call) => call !== undefined),
          scheduler,
        );
      }
    }
    await audit(modelRun);
  } finally {
    await modelRun.system.stop();
  }
}

type Removal = (by: ModelToken, userId: string, modelRun: ModelRun) => Call;

/** The newest link of a user. */
function freezeOf({ links }: ModelRun, userId: string): Call {
  const link = links.findLast((each) => each.userId === userId);
  if (link === undefined) throw new Error('no notice was sent');
  return { kind: 'freeze', link };
}

const REMOVALS: readonly Removal[] = [
  (by, userId) => ({ kind: 'delete', by, userId }),
  (by, userId) => ({ kind: 'reset', by, userId }),
  (by, userId) => ({ kind: 'update', by, userId, change: { status: 'disabled' } }),
  (by, userId) => ({ kind: 'update', by, userId, change: { roles: ['salesAgent'] } }),
  (_, userId, modelRun) => freezeOf(modelRun, userId),
];

it('leaves one of two global admins who remove each other at once', async () => {
  const removal = fc.constantFrom(...REMOVALS);
  const property = fc.asyncProperty(removal, removal, fc.scheduler(), async (one, other, order) => {
    const modelRun = await ModelRun.begin();
    try {
      const sessions = modelRun.tokens.filter(({ use }) => use === 'access');
      const [boss, ana] = sessions;
      if (boss === undefined || ana === undefined) throw new Error('there are two admins');
      expect(modelRun.model.rescuers()).toHaveLength(2);
      await race(
        modelRun,
        [one(boss, ana.userId, modelRun), other(ana, boss.userId, modelRun)],
        order,
      );
      expect(modelRun.model.rescuers()).toHaveLength(1);
      await audit(modelRun);
    } finally {
      await modelRun.system.stop();
    }
  });
  await checkHostile(property, { short: 8, long: 100 });
});

/** The calls that a removed admin may have under way, against the removal above all. */
const REVENGES: readonly ((own: ModelToken, ids: readonly string[]) => Call)[] = [
  (by) => ({ kind: 'update', by, userId: by.userId, change: { roles: ['globalAdmin'] } }),
  (by) => ({ kind: 'update', by, userId: by.userId, change: { status: 'active' } }),
  (by) => ({ kind: 'create', by, userName: NAMES[3] ?? '', roles: ['globalAdmin'] }),
  (by, [, , ben = '']) => ({ kind: 'reset', by, userId: ben }),
  (by, [, , ben = '']) => ({ kind: 'unlock', by, userId: ben }),
  (by, [, , ben = '']) => ({ kind: 'signOut', by, userId: ben }),
  (by, [, , ben = '']) => ({ kind: 'delete', by, userId: ben }),
  (by, [, , ben = '']) => ({ kind: 'update', by, userId: ben, change: { roles: ['globalAdmin'] } }),
];

it('carries out nothing of a removed admin, not even calls that wait', async () => {
  const removals = [
    ...REMOVALS,
    (by: ModelToken, userId: string) => ({ kind: 'signOut', by, userId }),
  ];
  const removal = fc.constantFrom(...(removals as readonly Removal[]));
  const revenges = fc.array(fc.constantFrom(...REVENGES), {
    minLength: 1,
    maxLength: 3,
    size: 'max',
  });
  const wanted = fc.tuple(removal, revenges);
  const property = fc.asyncProperty(wanted, fc.scheduler(), async ([remove, makers], order) => {
    const modelRun = await ModelRun.begin();
    try {
      const [boss, ana] = modelRun.tokens.filter(({ use }) => use === 'access');
      if (boss === undefined || ana === undefined) throw new Error('there are two admins');
      const ids = NAMES.map((name) => modelRun.model.users.get(name)?.userId ?? '');
      const calls = makers.map((make) => make(ana, ids));
      await race(modelRun, [...calls, remove(boss, ana.userId, modelRun)], order);
      await audit(modelRun);
    } finally {
      await modelRun.system.stop();
    }
  });
  await checkHostile(property, { short: 20, long: 500 });
});

it('compares no more parallel guesses than the count leaves free', async () => {
  const guesses = fc.record({
    before: fc.nat(FREE_ATTEMPTS),
    wrong: fc.integer({ min: 1, max: 5 }),
    isRightAmong: fc.boolean(),
  });
  const property = fc.asyncProperty(guesses, fc.scheduler(), async (wanted, scheduler) => {
    const modelRun = await ModelRun.begin();
    try {
      const userName = NAMES[1] ?? '';
      const wrong: Call = { kind: 'signIn', userName, password: 'nobody ever had this one' };
      const password = modelRun.model.users.get(userName)?.password ?? '';
      for (let count = 0; count < wanted.before; count += 1) await modelRun.step(wrong);
      const right: Call[] = wanted.isRightAmong ? [{ ...wrong, password }] : [];
      await race(
        modelRun,
        [...Array.from({ length: wanted.wrong }, () => wrong), ...right],
        scheduler,
      );
      await audit(modelRun);
    } finally {
      await modelRun.system.stop();
    }
  });
  await checkHostile(property, { short: 8, long: 100 });
});

/** The acts that can happen to one account with a session and a permanent password. */
const ON_ONE: readonly ((modelRun: ModelRun, boss: ModelToken, own: ModelToken) => Call)[] = [
  (modelRun) => ({ kind: 'signIn', userName: OWNER, password: passwordOf(modelRun) }),
  () => ({ kind: 'signIn', userName: OWNER, password: 'nobody ever had this one' }),
  (modelRun, _, by) => ({
    kind: 'change',
    by,
    current: passwordOf(modelRun),
    next: modelRun.newPassword(),
  }),
  (modelRun, _, by) => ({
    kind: 'change',
    by,
    current: passwordOf(modelRun),
    next: modelRun.newPassword(),
  }),
  (_, by, { userId }) => ({ kind: 'reset', by, userId }),
  (_, by, { userId }) => ({ kind: 'delete', by, userId }),
  (modelRun, _, { userId }) => freezeOf(modelRun, userId),
  (_, by, { userId }) => ({ kind: 'signOut', by, userId }),
  (_, by, { userId }) => ({ kind: 'update', by, userId, change: { status: 'disabled' } }),
  (_, by) => ({ kind: 'create', by, userName: OWNER, roles: ['salesAgent'] }),
  (_, __, by) => ({ kind: 'signOutEverywhere', by }),
];
const OWNER = NAMES[1] ?? '';
const passwordOf = (modelRun: ModelRun) => modelRun.model.users.get(OWNER)?.password ?? '';

it('leaves one valid password after any parallel calls on one account', async () => {
  const picks = fc.array(fc.constantFrom(...ON_ONE), { minLength: 2, maxLength: 4, size: 'max' });
  const property = fc.asyncProperty(picks, fc.scheduler(), async (makers, scheduler) => {
    const modelRun = await ModelRun.begin();
    try {
      const [boss, own] = modelRun.tokens.filter(({ use }) => use === 'access');
      if (boss === undefined || own === undefined) throw new Error('there are two sessions');
      await race(
        modelRun,
        makers.map((make) => make(modelRun, boss, own)),
        scheduler,
      );
      await audit(modelRun);
    } finally {
      await modelRun.system.stop();
    }
  });
  await checkHostile(property, { short: 20, long: 500 });
});

it('explains parallel calls by some order of them', async () => {
  const alone = fc.array(anyCommand, { maxLength: 6, size: 'max' });
  const together = callsTogether(2, 4);
  const rounds = fc.tuple(alone, together, alone, together);
  const property = fc.asyncProperty(rounds, fc.scheduler(), playRounds);
  await checkHostile(property, { short: 15, long: 500 });
});
