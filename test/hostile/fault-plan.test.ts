import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { anyCommand, type Command, callsTogether, toCall } from './fixture/command.ts';
import {
  type FaultLine,
  secretsOf,
  startFaultLine,
  startVaultLine,
  type VaultLine,
} from './fixture/fault-line.ts';
import { FAULTS, NO_FAULTS, seededPlan } from './fixture/fault-plan.ts';
import type { Call } from './fixture/model-call.ts';
import { ModelRun } from './fixture/model-run.ts';
import { judgeRace } from './fixture/race.ts';
import { checkHostile, isLong } from './fixture/replay.ts';
import { type Ran, runCall } from './fixture/run-call.ts';
import { closePool } from './fixture/test-system.ts';

/**
 * Whatever becomes of requests to the tables and to the vault: the model holds, an outage never
 * looks like a wrong password or a missing user, and repeating a call is safe.
 */

/** The faults of 1,000 requests. */
const SHARE = 200;

/** Most of a case is a client's pause before it tries again, so that cases run side by side. */
const LINES = isLong ? 4 : 3;

let lines: readonly VaultLine[];
const met = new Map<string, number>();
const answered = new Map<string, number>();
let systems = 0;

const note = (counts: Map<string, number>, what: string, times = 1) =>
  counts.set(what, (counts.get(what) ?? 0) + times);

beforeAll(async () => {
  lines = await Promise.all(Array.from({ length: LINES }, startVaultLine));
});

afterAll(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await closePool();
});

interface TestContext {
  readonly line: VaultLine;
  readonly modelRun: ModelRun;
  readonly faults: FaultLine;
}

/** Runs the calls at once through the faults, and judges them when nothing is on its way. */
async function runFaulty(
  { line, modelRun, faults }: TestContext,
  calls: readonly Call[],
  seed: number,
): Promise<readonly Ran[]> {
  faults.tables.plan = seededPlan(seed, SHARE);
  line.proxy.plan = seededPlan(seed, SHARE);
  const rans = await Promise.all(
    calls.map((call) => runCall(faults.instance, call, modelRun.nextRequestId())),
  );
  await faults.idle();
  faults.tables.plan = NO_FAULTS;
  line.proxy.plan = NO_FAULTS;
  for (const { call, outcome } of rans) note(answered, `${call.kind} ${outcome.split(' ')[0]}`);
  const isAlone = rans.length === 1;
  const alsoAllowed = isAlone
    ? /^unavailable$/
    : /^(?:unavailable|conflict 1|too-many-attempts 1)$/;
  await judgeRace(modelRun, rans, { alsoAllowed });
  return rans;
}

async function playThroughFaults(
  line: VaultLine,
  seed: number,
  rounds: readonly { readonly before: readonly Command[]; readonly calls: readonly Command[] }[],
): Promise<void> {
  systems += 1;
  const name = `w${systems}`;
  const { modelRun, server } = await ModelRun.beginOnServer(secretsOf(line, name));
  const faults = await startFaultLine(modelRun.system, server, { line, name });
  try {
    for (const [round, { before, calls }] of rounds.entries()) {
      for (const command of before) await modelRun.choose(command);
      const wanted = calls.map((command) => toCall(modelRun, command));
      const known = wanted.filter((call) => call !== undefined);
      const rans = await runFaulty({ line, modelRun, faults }, known, seed + round);
      // Repeating is safe and shows the truth: the model holds what became of the first one.
      for (const { call, outcome } of rans) {
        if (outcome === 'unavailable') await modelRun.step(call);
      }
    }
    await audit(modelRun);
  } finally {
    for (const [what, times] of faults.tables.met) note(met, what, times);
    await faults.close();
    await modelRun.system.stop();
  }
}

it('calls through any faults agree with the model', async () => {
  const round = fc.record({
    before: fc.array(anyCommand, { maxLength: 2, size: 'max' }),
    calls: fc.oneof(
      { weight: 3, arbitrary: callsTogether(1, 1) },
      { weight: 1, arbitrary: callsTogether(2, 3) },
    ),
  });
  const rounds = fc.array(round, { minLength: 1, maxLength: 8, size: 'max' });
  const check = (line: VaultLine, index: number) =>
    checkHostile(
      fc.asyncProperty(fc.nat(), rounds, (seed, wanted) => playThroughFaults(line, seed, wanted)),
      { short: 2, long: 50 },
      index,
    );
  // A line that fails must not end before the others, whose vaults are closed then.
  const checked = await Promise.allSettled(lines.map(check));
  for (const result of checked) if (result.status === 'rejected') throw result.reason;
  expect(met.size).toBeGreaterThan(0);
  if (!isLong) return;
  expect([...met.keys()].sort()).toEqual([...FAULTS].sort());
  for (const { proxy } of lines) expect(proxy.met.size).toBeGreaterThan(0);
  expect([...answered.keys()].some((what) => what.endsWith(' unavailable'))).toBe(true);
});
