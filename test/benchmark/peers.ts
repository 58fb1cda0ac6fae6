/**
 * `npm run bench -- peers`: sign-in, change and admin reset against what one would pick instead,
 * through HTTP, interleaved. The peers are no dependencies of the project: they are installed into
 * `dist/peers` from the lock file beside `peers/peer.ts`. `--seconds N` (5), `--rounds N` (2).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { installOwnLock } from '../fixture/own-lock.ts';
import { type ProcessLoad, startService } from './client.ts';
import { median, type Part, presentPart, quantile } from './part.ts';
import {
  type Peer,
  type Person,
  startBetterAuth,
  startCognitoLocal,
  startOurs,
} from './peers/peer.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
  },
});
const MEASURE_MS = Number(values.seconds) * 1000;
const ROUNDS = Number(values.rounds);
const COST = 12;
const CLIENTS = 16;
const IMPORT_ROUNDS = 5;
const SHORT_LIFE_SECONDS = 5;
const SOURCES = fileURLToPath(new URL('./peers/', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../dist/peers/', import.meta.url));
const OURS = fileURLToPath(new URL('../../dist/package/main.cjs', import.meta.url));
const PROGRAMS = ['better-auth-server.mjs', 'import-time.cjs'];
const execute = promisify(execFile);

/** The first one is what a deployment runs. */
const ENGINES = ['native', 'bcryptjs'] as const;

const ACTS = ['sign-in', 'change', 'reset'] as const;
type Act = (typeof ACTS)[number];

interface Window {
  readonly durationsMs: number[];
  readonly rates: number[];
  readonly loads: ProcessLoad[];
}

interface Measured {
  readonly peer: Peer;
  readonly people: readonly Person[];
  readonly windows: Readonly<Record<Act, Window>>;
  memoryMiB: number;
  found: Found;
}

/** Notes on the peer's behaviour on these paths, found by trying. */
interface Found {
  readonly resetEndsSessions: boolean;
  readonly changeEndsOtherSessions: boolean;
  readonly temporaryOpensProfile: boolean;
}

async function probe(peer: Peer): Promise<Found> {
  const person = await peer.addPerson('probe@contoso.example');
  const other = person.session;
  await peer.signIn(person);
  await peer.change(person);
  const changeEndsOtherSessions = !(await peer.opensProfile(other));
  await peer.signIn(person);
  const { session } = person;
  if (!(await peer.opensProfile(session))) throw new Error('a session opens nothing');
  await peer.reset(person);
  const resetEndsSessions = !(await peer.opensProfile(session));
  await peer.signIn(person);
  const temporaryOpensProfile = await peer.opensProfile(person.session);
  return { resetEndsSessions, changeEndsOtherSessions, temporaryOpensProfile };
}

async function enter(peer: Peer): Promise<Measured> {
  const names = Array.from({ length: CLIENTS }, (_, index) => `user-${index}@contoso.example`);
  const people = await Promise.all(names.map((name) => peer.addPerson(name)));
  const empty = (): Window => ({ durationsMs: [], rates: [], loads: [] });
  const windows = { 'sign-in': empty(), change: empty(), reset: empty() };
  return { peer, people, windows, memoryMiB: Number.NaN, found: await probe(peer) };
}

function perform(peer: Peer, act: Act, person: Person) {
  if (act === 'sign-in') return peer.signIn(person);
  return act === 'change' ? peer.change(person) : peer.reset(person);
}

/** Each client is a person of its own; what was begun in the window is waited for and counted. */
async function measureWindow({ peer, people, windows }: Measured, act: Act): Promise<void> {
  const window = windows[act];
  await peer.load('reset');
  const startedAtMs = performance.now();
  let done = 0;
  await Promise.all(
    people.map(async (person) => {
      while (performance.now() - startedAtMs < MEASURE_MS) {
        const { durationMs } = await perform(peer, act, person);
        window.durationsMs.push(durationMs);
        done += 1;
      }
    }),
  );
  window.rates.push(done / ((performance.now() - startedAtMs) / 1000));
  window.loads.push(await peer.load('tell'));
}

async function measureRounds(all: readonly Measured[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const act of ACTS) {
      for (const measured of all) {
        await measureWindow(measured, act);
        measured.memoryMiB = (await measured.peer.load('tell')).rssMiB;
      }
    }
    for (const { peer, people } of all) {
      await Promise.all(people.map((person) => peer.chooseOwnPassword(person)));
    }
  }
}

async function importMs(target: string, how: 'require' | 'import'): Promise<number> {
  const durations: number[] = [];
  for (let round = 0; round <= IMPORT_ROUNDS; round += 1) {
    const args = ['import-time.cjs', target, how];
    const env = { ...process.env, NODE_NO_WARNINGS: '1' };
    const { stdout } = await execute(process.execPath, args, { cwd: FOLDER, env });
    if (round > 0) durations.push(Number(stdout));
  }
  return median(durations);
}

/** Our answer to the right temporary password once its time is over. */
async function answerAfterExpiry(): Promise<string> {
  const env = { BCRYPT_COST: '10', TEMPORARY_PASSWORD_TTL_SECONDS: `${SHORT_LIFE_SECONDS}` };
  const service = await startService(env);
  try {
    const token = await service.signInAdmin();
    const userName = 'late@contoso.example';
    const body = { userName, displayName: 'Late', roles: ['salesAgent'] };
    const made = await service.client.call('POST', '/api/users', { body, token });
    await wait(SHORT_LIFE_SECONDS * 1000);
    const late = await service.client.signIn(userName, made.body.temporaryPassword.value);
    return `${late.status} ${late.body.code}`;
  } finally {
    await service.stop();
  }
}

const yesNo = (is: boolean) => (is ? 'yes' : 'no');
const millis = (value: number) => value.toFixed(value < 10 ? 1 : 0);

function longestStallMs({ loads }: Window): number {
  return Math.max(...loads.map(({ maxMs }) => maxMs));
}

function actCells({ windows }: Measured, act: Act): readonly string[] {
  const { rates, durationsMs } = windows[act];
  return [
    median(rates).toFixed(1),
    `${millis(median(durationsMs))} / ${millis(quantile(durationsMs, 0.99))}`,
    millis(longestStallMs(windows[act])),
  ];
}

const label = ({ peer }: Measured) => `${peer.name}: ${peer.hashing}`;

/** Lists where a peer is faster than ours, and by how much; said by the numbers. */
function winsText(ours: Measured, others: readonly Measured[]): string {
  const sentences = ACTS.map((act) => {
    const own = median(ours.windows[act].rates);
    const faster = others
      .map((each) => ({ name: label(each), times: median(each.windows[act].rates) / own }))
      .filter(({ times }) => times > 1.05)
      .map(({ name, times }) => `${name} (${times.toFixed(1)} ×)`);
    return faster.length === 0
      ? `Nobody does more a second of: ${act}.`
      : `More a second of ${act} than ours: ${faster.join('; ')}.`;
  });
  return sentences.join(' ');
}

/** Rows for the versions in peers/package.json; the first three rows were found by trying. */
function abilityRows(all: readonly Measured[], late: string): readonly (readonly string[])[] {
  const cells = (of: (found: Found) => string) => all.map(({ found }) => of(found));
  const by = (words: readonly string[]) => all.map((_, index) => words[index] ?? '');
  return [
    ['a reset ends the sessions of before', ...cells((f) => yesNo(f.resetEndsSessions))],
    ['a change ends the other sessions', ...cells((f) => yesNo(f.changeEndsOtherSessions))],
    [
      'after a reset a change is forced before anything opens',
      ...cells((f) => yesNo(!f.temporaryOpensProfile)),
    ],
    [
      'a temporary password expires',
      ...by([
        `yes; the right one is then answered ${late}`,
        'no: a reset sets an ordinary password',
        'its setting of 7 days is kept and not enforced (Cognito itself enforces days)',
      ]),
    ],
    [
      'who chooses the password of a reset',
      ...by(['the service', 'the admin', 'the admin (at creation the service: 6 symbols)']),
    ],
    ['earlier passwords are refused', ...by(['the last 5', 'no', 'no'])],
    ['an event with each change, in one transaction', ...by(['yes', 'no', 'no'])],
  ];
}
async function versionsText(): Promise<string> {
  const manifest = await readFile(join(SOURCES, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

interface ImportTimes {
  readonly [name: string]: number;
}

/** Compares changes with the peer that hashes with the same engine. */
function changeTargets(all: readonly Measured[], engine: string): Part['targets'] {
  const [own, other] = all.filter(({ peer }) => peer.hash === `bcrypt, ${engine}`);
  if (own === undefined || other === undefined) throw new Error(`nobody hashes with ${engine}`);
  const rate = median(own.windows.change.rates) / median(other.windows.change.rates);
  const p50 = median(own.windows.change.durationsMs) / median(other.windows.change.durationsMs);
  const text = ({ windows: { change } }: Measured) =>
    `${change.rates.map((each) => each.toFixed(1)).join(' and ')} a second in the rounds, p50 ` +
    `${millis(median(change.durationsMs))} ms`;
  const reason = `Ours: ${text(own)}; ${other.peer.name}: ${text(other)}.`;
  const name = `${engine}: changes of ${CLIENTS} clients, beside ${other.peer.name}`;
  return [
    { text: `${name}: a second ≥ 1 ×`, measured: rate.toFixed(2), isMet: rate >= 1, reason },
    { text: `${name}: p50 ≤ 1 ×`, measured: p50.toFixed(2), isMet: p50 <= 1, reason },
  ];
}

/** For the opening of the results. */
function ratesOf(all: readonly Measured[]): Record<string, number> {
  const of = (name: string, hash: string | undefined) => {
    const found = all.find(({ peer }) => peer.name === name && peer.hash === hash);
    return median(found?.windows['sign-in'].rates ?? []);
  };
  return {
    ours: of('portal-credentials', 'bcrypt, native'),
    sameEngine: of('better-auth', 'bcrypt, native'),
    scrypt: of('better-auth', 'scrypt'),
    cognitoLocal: of('cognito-local', undefined),
  };
}

async function tell(all: readonly Measured[], imports: ImportTimes, late: string): Promise<Part> {
  const [ours] = all;
  if (ours === undefined) throw new Error('nobody');
  const others = all.filter(({ peer }) => peer.name !== ours.peer.name);
  const kinds = [...new Map(all.map((each) => [each.peer.name, each])).values()];
  const hashing = all.filter(({ peer }) => peer.hash !== undefined);
  const bars = (act: Act, value: (window: Window) => number) =>
    hashing.map((each) => {
      const isOther = others.includes(each);
      const rival = others.find(({ peer }) => peer.hash === each.peer.hash);
      const least = rival && median(rival.windows.change.rates);
      const target = { text: `≥ ${least?.toFixed(1)}`, value: least ?? 0 };
      return {
        label: `${each.peer.name}: ${each.peer.hash}`,
        value: value(each.windows[act]),
        isOther,
        ...(act === 'change' && !isOther && least !== undefined && { target }),
      };
    });
  return {
    title: 'Against what one would pick instead',
    text: [
      `${await versionsText()}; ${CLIENTS} clients, ${ROUNDS} interleaved rounds of ` +
        `${MEASURE_MS / 1000} s an act, all through HTTP on this machine, stores in memory ` +
        '(ours: Azurite, which is in its process and memory; better-auth: node:sqlite). ' +
        'cognito-local hashes nothing and writes a ' +
        'file: it is here for its temporary-password flow. A change of ours also compares the ' +
        'new password with the current one and up to 5 earlier ones; the others do not. ' +
        "better-auth's scrypt (N = 2¹⁴, r = 16) is a cheaper hash than bcrypt at " +
        `${COST}, and below the least that OWASP names for scrypt (N = 2¹⁷, r = 8).`,
      winsText(ours, others),
    ],
    targets: ENGINES.flatMap((engine) => changeTargets(all, engine)),
    tables: [
      ...ACTS.map((act) => ({
        caption: `${act}: a second, p50 / p99 in ms, longest stall of the event loop in ms`,
        head: ['who', 'a second', 'p50 / p99', 'stall'],
        rows: all.map((each) => [label(each), ...actCells(each, act)]),
      })),
      {
        caption: 'To import, and memory after the load',
        head: ['who', 'import ms', 'memory MiB'],
        rows: all.map((each) => [
          label(each),
          (imports[each.peer.name] ?? Number.NaN).toFixed(0),
          each.memoryMiB.toFixed(0),
        ]),
      },
      {
        caption: 'What each does on these paths',
        head: ['', ...kinds.map(({ peer }) => peer.name)],
        rows: abilityRows(kinds, late),
      },
    ],
    chart: [
      {
        title: `Sign-ins of ${CLIENTS} clients; scrypt is the cheaper hash`,
        unit: '/s',
        bars: bars('sign-in', ({ rates }) => median(rates)),
      },
      {
        title: 'Longest stall of everybody else meanwhile',
        unit: 'ms',
        bars: bars('sign-in', longestStallMs),
      },
      {
        title: `Changes of password of ${CLIENTS} clients`,
        unit: '/s',
        bars: bars('change', ({ rates }) => median(rates)),
      },
    ],
    rates: ratesOf(all),
  };
}

async function measure(): Promise<Part> {
  await installOwnLock(SOURCES, FOLDER, PROGRAMS);
  const data = await mkdtemp(join(tmpdir(), 'peers-'));
  const peers: Peer[] = [];
  try {
    for (const engine of ENGINES) peers.push(await startOurs(COST, engine));
    for (const kind of ['scrypt', 'bcryptjs', 'native'] as const) {
      peers.push(await startBetterAuth(FOLDER, kind, COST));
    }
    peers.push(await startCognitoLocal(FOLDER, data));
    const all: Measured[] = [];
    for (const peer of peers) all.push(await enter(peer));
    await measureRounds(all);
    const imports = {
      'portal-credentials': await importMs(OURS, 'require'),
      'better-auth': await importMs('better-auth', 'import'),
      'cognito-local': await importMs('cognito-local', 'require'),
    };
    return await tell(all, imports, await answerAfterExpiry());
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    await rm(data, { recursive: true, force: true });
  }
}

presentPart(await measure());
