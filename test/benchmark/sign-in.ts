/**
 * `npm run bench -- sign-in`: how much of the machine's hashing reaches the callers, what others
 * wait meanwhile, and what is left of it at ten times the load; for each engine, at cost 12.
 * `--seconds N` (10) for each measurement, `--rounds N` (3).
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createHashQueue, hashWorkerUrl } from '../../shared/crypto/password/hash-queue.ts';
import { PASSWORD, type ProcessLoad, type RunningService, startService } from './client.ts';
import { median, type Part, presentPart, quantile, spread } from './part.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const MEASURE_MS = Number(values.seconds) * 1000;
const ROUNDS = Number(values.rounds);
const COST = 12;
const CLIENTS = 16;
const USERS = 40;
const OVERLOAD_FACTOR = 10;
const POLL_MS = 50;
const ENGINES = ['bcryptjs', 'native'] as const;
type Engine = (typeof ENGINES)[number];
const QUICK = ['/api/health/live', '/api/password-policy', '/.well-known/jwks.json'] as const;

interface Contestant {
  readonly engine: Engine;
  readonly service: RunningService;
  readonly names: readonly string[];
  readonly token: string;
  readonly adminToken: string;
  /** A user, for the admin's resets. */
  readonly targetId: string;
}

/** Verifications a second by the bare engine, one thread a processor, nothing else running. */
async function measureRaw(engine: Engine) {
  const queue = createHashQueue({
    workerUrl: hashWorkerUrl(),
    clock: Date,
    engine: () => engine,
  });
  const preHash = 'A'.repeat(64);
  const first = queue.acquire();
  if (first === undefined) throw new Error('no slot');
  const { bcrypt } = await first.run({ kind: 'hash', preHash, cost: COST });
  first.release();
  const durations: number[] = [];
  const before = process.cpuUsage();
  const endsAtMs = performance.now() + MEASURE_MS;
  const startedAtMs = performance.now();
  const verify = async () => {
    const slot = queue.acquire();
    while (performance.now() < endsAtMs) {
      const beganAtMs = performance.now();
      await slot?.run({ kind: 'verify', preHash, bcrypt, topUpCosts: [] });
      durations.push(performance.now() - beganAtMs);
    }
    slot?.release();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, verify));
  const seconds = (performance.now() - startedAtMs) / 1000;
  await queue.close();
  const { user, system } = process.cpuUsage(before);
  const processorMs = (user + system) / 1000 / durations.length;
  return { rate: durations.length / seconds, durations, processorMs };
}

/** Clients that sign in one after the other, until `isOver`; what each answer took. */
async function signInLoop(
  { service, names }: Contestant,
  isOver: () => boolean,
  onDone: (durationMs: number) => void,
): Promise<void> {
  let next = 0;
  const sign = async () => {
    while (!isOver()) {
      const name = names[next % names.length] as string;
      next += 1;
      const { status, durationMs } = await service.client.signIn(name, PASSWORD);
      if (status !== 200) throw new Error(`a sign-in was answered ${status}`);
      onDone(durationMs);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, sign));
}

/** Sign-ins a second through HTTP, in a window in which all clients are busy. */
async function measureSignIns(contestant: Contestant) {
  const durations: number[] = [];
  let isMeasured = false;
  let isOver = false;
  const loop = signInLoop(
    contestant,
    () => isOver,
    (durationMs) => {
      if (isMeasured) durations.push(durationMs);
    },
  );
  await wait(1000);
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  isMeasured = true;
  await wait(MEASURE_MS);
  isMeasured = false;
  const seconds = (performance.now() - startedAtMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  isOver = true;
  await loop;
  const clientShare = (user + system) / 1e6 / seconds / availableParallelism();
  return { rate: durations.length / seconds, durations, clientShare };
}

interface Quickness {
  readonly quick: number[];
  readonly profile: number[];
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** The delay of this process, which is in every duration. */
  readonly clientDelayP99Ms: number;
}

/** Measures the waits of others while 16 sign-ins are in flight. */
async function measureOthers(contestant: Contestant): Promise<Quickness> {
  const { service, token } = contestant;
  const [quick, profile]: [number[], number[]] = [[], []];
  let isOver = false;
  const loop = signInLoop(
    contestant,
    () => isOver,
    () => undefined,
  );
  await wait(1000);
  await service.load('reset');
  const ownDelay = monitorEventLoopDelay({ resolution: 1 });
  ownDelay.enable();
  const endsAtMs = performance.now() + MEASURE_MS;
  for (let turn = 0; performance.now() < endsAtMs; turn += 1) {
    const path = QUICK[turn % QUICK.length] as string;
    quick.push((await service.client.call('GET', path)).durationMs);
    const answer = await service.client.call('GET', '/api/me', { token });
    if (answer.status !== 200) throw new Error(`a profile was answered ${answer.status}`);
    profile.push(answer.durationMs);
    await wait(POLL_MS);
  }
  const { p99Ms, maxMs } = await service.load('tell');
  isOver = true;
  await loop;
  ownDelay.disable();
  const clientDelayP99Ms = ownDelay.percentile(99) / 1e6;
  return { quick, profile, delayP99Ms: p99Ms, delayMaxMs: maxMs, clientDelayP99Ms };
}

/** The measurements of all rounds of one engine; waits in milliseconds. */
interface Overload {
  /** Hashes that were of use, by the capacity of the same round. */
  readonly goodputs: number[];
  readonly refusals: number[];
  readonly resets: number[];
  readonly creations: number[];
  /** The shares of the processors that this client took, and the service beside its hashes. */
  readonly clientShares: number[];
  readonly otherShares: number[];
  sent: number;
  rssMiB: number;
}

/**
 * An open stream of sign-ins at ten times the capacity, and an admin who resets and creates in turn
 * meanwhile, for as long as the capacity was measured.
 */
async function measureOverload(
  contestant: Contestant,
  { hashMs, capacity }: { readonly hashMs: number; readonly capacity: number },
  into: Overload,
) {
  const { service, names, adminToken, targetId } = contestant;
  const { refusals, resets, creations } = into;
  let served = 0;
  let isCounting = false;
  const calls: Promise<void>[] = [];
  const periodMs = 1000 / (capacity * OVERLOAD_FACTOR);
  const send = async (index: number) => {
    const name = names[index % names.length] as string;
    const { status, durationMs } = await service.client.signIn(name, PASSWORD);
    if (status !== 200 && status !== 503) throw new Error(`a sign-in was answered ${status}`);
    if (status === 503) refusals.push(durationMs);
    else if (isCounting) served += 1;
  };
  const act = async (path: string, due: number, durations: number[], body?: object) => {
    const options = { token: adminToken, ...(body && { body }) };
    const { status, durationMs } = await service.client.call('POST', path, options);
    if (status !== due) throw new Error(`an admin was answered ${status}`);
    if (!isCounting) return;
    durations.push(durationMs);
    served += 1;
  };
  const startedAtMs = performance.now();
  // The queue fills first; what is counted is the steady state.
  const countFromMs = startedAtMs + 3000;
  const endsAtMs = countFromMs + MEASURE_MS;
  const admin = (async () => {
    while (performance.now() < endsAtMs) {
      await act(`/api/users/${targetId}/password-reset`, 200, resets);
      const userName = `${randomUUID()}@contoso.example`;
      const body = { userName, displayName: 'Created', roles: ['salesAgent'] };
      await act('/api/users', 201, creations, body);
    }
  })();
  let before: { readonly own: NodeJS.CpuUsage; readonly load: ProcessLoad } | undefined;
  for (let index = 0; performance.now() < endsAtMs; index += 1) {
    if (!isCounting && performance.now() >= countFromMs) {
      before = { own: process.cpuUsage(), load: await service.load('tell') };
      isCounting = true;
    }
    calls.push(send(index));
    const dueMs = startedAtMs + (index + 1) * periodMs - performance.now();
    if (dueMs > 0) await wait(dueMs);
  }
  isCounting = false;
  const { user, system } = process.cpuUsage(before?.own);
  const load = await service.load('tell');
  const processorMs = MEASURE_MS * availableParallelism();
  into.goodputs.push(served / (MEASURE_MS / 1000) / capacity);
  into.clientShares.push((user + system) / 1000 / processorMs);
  const serviceMs = load.cpuMs - (before?.load.cpuMs ?? 0);
  into.otherShares.push((serviceMs - served * hashMs) / processorMs);
  into.rssMiB = Math.max(into.rssMiB, load.rssMiB);
  into.sent += calls.length;
  await Promise.all([...calls, admin]);
}

async function createContestant(engine: Engine): Promise<Contestant> {
  const service = await startService({
    BCRYPT_COST: `${COST}`,
    BCRYPT_ENGINE: engine,
    SIGN_IN_FREE_ATTEMPTS: '20',
  });
  if (service.hashEngine !== engine) throw new Error(`${service.hashEngine} runs, not ${engine}`);
  const adminToken = await service.signInAdmin();
  const names = Array.from({ length: USERS }, (_, index) => `user-${index}@contoso.example`);
  const waiting = names.values();
  let token = '';
  const create = async () => {
    for (const name of waiting) ({ token } = await service.client.addUser(adminToken, name));
  };
  await Promise.all(Array.from({ length: 8 }, create));
  const target = await service.client.addUser(adminToken, 'target@contoso.example');
  return { engine, service, names, token, adminToken, targetId: target.userId };
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

async function measure(): Promise<Part> {
  const contestants: Contestant[] = [];
  for (const engine of ENGINES) contestants.push(await createContestant(engine));
  const raw: Record<string, number[]> = { bcryptjs: [], native: [] };
  const hashes: Record<string, number[]> = { bcryptjs: [], native: [] };
  const rates: Record<string, number[]> = { bcryptjs: [], native: [] };
  const durations: Record<string, number[]> = { bcryptjs: [], native: [] };
  const clientShares: number[] = [];
  const overloadOf = (): Overload => {
    const shares = { clientShares: [], otherShares: [] };
    return { goodputs: [], refusals: [], resets: [], creations: [], ...shares, sent: 0, rssMiB: 0 };
  };
  const overloads = { bcryptjs: overloadOf(), native: overloadOf() };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const { engine } = contestant;
      const bare = await measureRaw(engine);
      raw[engine]?.push(bare.rate);
      hashes[engine]?.push(...bare.durations);
      const measured = await measureSignIns(contestant);
      rates[engine]?.push(measured.rate);
      durations[engine]?.push(...measured.durations);
      clientShares.push(measured.clientShare);
      const limits = { hashMs: bare.processorMs, capacity: measured.rate };
      await measureOverload(contestant, limits, overloads[engine]);
    }
  }
  const rows: string[][] = [];
  const otherRows: string[][] = [];
  const overloadRows: string[][] = [];
  const targets: Part['targets'][number][] = [];
  for (const contestant of contestants) {
    const { engine, service } = contestant;
    const of = (sample: Record<string, number[]>) => sample[engine] ?? [];
    const ratios = of(rates).map((rate, index) => rate / (of(raw)[index] ?? Number.NaN));
    const ratio = median(ratios);
    rows.push([
      engine,
      spread(of(raw), 2),
      spread(of(rates), 2),
      spread(ratios, 3),
      ms(quantile(of(durations), 0.5)),
      ms(quantile(of(durations), 0.99)),
    ]);
    targets.push({
      text: `${engine}: sign-ins a second ≥ 0.95 of the bare engine on all processors`,
      measured: ratio.toFixed(3),
      isMet: ratio >= 0.95,
      ...(ratio < 0.95 && {
        reason:
          `The client of this benchmark took ${(median(clientShares) * 100).toFixed(1)} % of the ` +
          'processors that the bare engine had to itself.',
      }),
    });
    const tail = quantile(of(durations), 0.99) / quantile(of(durations), 0.5);
    targets.push({
      text: `${engine}: sign-in p99 of ${CLIENTS} clients ≤ 1.15 × its p50`,
      measured: tail.toFixed(3),
      isMet: tail <= 1.15,
      ...(tail > 1.15 && {
        reason:
          `Of the bare engine's own hashes, with nothing beside them, p99 was ` +
          `${(quantile(of(hashes), 0.99) / quantile(of(hashes), 0.5)).toFixed(3)} × p50.`,
      }),
    });
    const others = await measureOthers(contestant);
    const [quick, profile] = [quantile(others.quick, 0.99), quantile(others.profile, 0.99)];
    const late =
      `The service's event loop was late by ${ms(others.delayP99Ms)} at p99, this client's own ` +
      `by ${ms(others.clientDelayP99Ms)}.`;
    otherRows.push([
      engine,
      `${ms(median(others.quick))} / ${ms(quick)}`,
      `${ms(median(others.profile))} / ${ms(profile)}`,
      `${ms(others.delayP99Ms)} / ${ms(others.delayMaxMs)}`,
    ]);
    targets.push(
      {
        text: `${engine}: health, policy and keys p99 ≤ 10 ms beside 16 sign-ins`,
        measured: ms(quick),
        isMet: quick <= 10,
        ...(quick > 10 && { reason: late }),
      },
      {
        text: `${engine}: profile p99 ≤ 25 ms beside 16 sign-ins`,
        measured: ms(profile),
        isMet: profile <= 25,
        ...(profile > 25 && { reason: late }),
      },
      {
        text: `${engine}: event-loop delay p99 ≤ 20 ms beside 16 sign-ins`,
        measured: ms(others.delayP99Ms),
        isMet: others.delayP99Ms <= 20,
        ...(others.delayP99Ms > 20 && { reason: late }),
      },
    );
    const overload = overloads[engine];
    const goodput = median(overload.goodputs);
    const refusalMs = quantile(overload.refusals, 0.99);
    const percent = (shares: readonly number[]) => `${(median(shares) * 100).toFixed(1)} %`;
    const spent =
      `Of the processors this client took ${percent(overload.clientShares)}, and the service ` +
      `beside its hashes ${percent(overload.otherShares)}: ${overload.sent} requests were sent ` +
      `and ${overload.refusals.length} refused, at the median in ${ms(median(overload.refusals))}.`;
    overloadRows.push([
      engine,
      `${overload.sent}`,
      `${overload.refusals.length}`,
      spread(overload.goodputs, 3),
      `${ms(median(overload.resets))} / ${ms(quantile(overload.resets, 0.99))}`,
      `${ms(median(overload.creations))} / ${ms(quantile(overload.creations, 0.99))}`,
      `${ms(median(overload.refusals))} / ${ms(refusalMs)}`,
      `${overload.rssMiB.toFixed(0)} MiB`,
    ]);
    targets.push(
      {
        text: `${engine}: goodput ≥ 0.92 of the capacity at 10 times the load`,
        measured: goodput.toFixed(3),
        isMet: goodput >= 0.92,
        ...(goodput < 0.92 && { reason: spent }),
      },
      ...(['resets', 'creations'] as const).map((act) => {
        const p99Ms = quantile(overload[act], 0.99);
        const text = `${engine}: an admin's ${act} p99 ≤ 2 s at 10 times the load`;
        return { text, measured: ms(p99Ms), isMet: p99Ms <= 2000 };
      }),
      {
        text: `${engine}: refusals p99 ≤ 100 ms at 10 times the load`,
        measured: ms(refusalMs),
        isMet: refusalMs <= 100,
        ...(refusalMs > 100 && { reason: spent }),
      },
    );
    await service.stop();
  }
  const bars = (sample: Record<string, number[]>) => (engine: Engine) =>
    median(sample[engine] ?? []);
  return {
    title: 'Sign-in: hashing at the limit, nobody waits behind it, fair and bounded',
    text: [
      `Cost ${COST}, ${availableParallelism()} processors, ${CLIENTS} clients on this same ` +
        `machine, ${ROUNDS} interleaved rounds of ${MEASURE_MS / 1000} s each: the bare ` +
        'engine in one thread a processor, then sign-ins with the right password through HTTP. ' +
        'Client, table store and vault take their time from the same processors. At ten times ' +
        'the capacity one admin resets and creates in turn, and that is part of the goodput. ' +
        'Each round compares it with its own capacity.',
    ],
    targets,
    tables: [
      {
        caption: 'Rate, median (lowest–highest) of the rounds',
        head: ['engine', 'bare /s', 'sign-ins /s', 'ratio', 'p50', 'p99'],
        rows,
      },
      {
        caption: 'Beside 16 sign-ins in flight, p50 / p99',
        head: ['engine', 'health, policy, keys', 'profile', 'event-loop delay p99 / max'],
        rows: otherRows,
      },
      {
        caption: 'An open stream of 10 times the capacity',
        head: [
          ...['engine', 'sent', 'refused', 'goodput / capacity', 'resets p50 / p99'],
          ...['creations p50 / p99', 'refusal p50 / p99', 'memory'],
        ],
        rows: overloadRows,
      },
    ],
    chart: [
      {
        title: `Sign-ins at cost ${COST} on ${availableParallelism()} processors`,
        unit: '/s',
        bars: ENGINES.flatMap((engine) => [
          { label: `${engine}, bare`, value: bars(raw)(engine), isOther: true },
          { label: `${engine}, through HTTP`, value: bars(rates)(engine) },
        ]),
      },
    ],
  };
}

presentPart(await measure());
