/**
 * `npm run bench -- cold-start`: from the start of a process to its first answer, for the
 * deployable package and for a hello-world app in the same local host, interleaved. Table store
 * and vault stand in this process. `--rounds N` (15).
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { PACKAGE_BUNDLES } from '../../infra/bundle/build.ts';
import { type Client, loadOf, PASSWORD } from './client.ts';
import { compileMs, filesOf, hashMs, megabytes } from './cold-start/cost.ts';
import { buildHost, type RunningHost, startHost, stopHost } from './cold-start/running-host.ts';
import { BCRYPT_COST, openStandingStores, type StandingStores } from './cold-start/stores.ts';
import { median, type Part, presentPart, spread } from './part.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const ROUNDS = Number(values.rounds);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADMIN = 'admin@contoso.example';
const LOAD_PROFILES = 300;
const LOAD_SIGN_INS = 30;
/** The most times of hello world. */
const PROFILE_LIMIT = 2;
const SIGN_IN_LIMIT = 2.2;

const HELLO = 'hello world';
const HEALTH = 'health';
const PROFILE = 'profile';
const SIGN_IN = 'sign-in';
const CACHED_PROFILE = 'profile, code compiled by an earlier start';

interface Contestant {
  readonly name: string;
  readonly packageDirectory: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly ask: (client: Client) => Promise<{ readonly status: number }>;
}

interface Samples {
  readonly durationsMs: number[];
  readonly memoriesMiB: number[];
  /** The processor time until the answer: a busy machine changes it less than the time. */
  readonly processorMs: number[];
}

/** The host in one file, and the smallest function app, bundled as ours is. */
async function buildRivals(directory: string): Promise<{ host: string; hello: string }> {
  const hello = join(directory, 'hello');
  await mkdir(hello);
  await build({
    ...PACKAGE_BUNDLES,
    entryPoints: { main: 'test/benchmark/cold-start/hello.ts' },
    outdir: hello,
    write: true,
  });
  await copyFile(join(ROOT, 'host.json'), join(hello, 'host.json'));
  const manifest = { type: 'commonjs', main: 'main.cjs' };
  await writeFile(join(hello, 'package.json'), JSON.stringify(manifest));
  return { host: await buildHost(directory), hello };
}

function start(
  host: string,
  { env, caFile }: StandingStores,
  app: Pick<Contestant, 'packageDirectory' | 'env'>,
): Promise<RunningHost> {
  const { packageDirectory } = app;
  return startHost(host, { packageDirectory, caFile, env: { ...env, ...app.env } });
}

/** Start to first answer, and what it took. */
async function measureOnce(host: string, stores: StandingStores, contestant: Contestant) {
  const startedAtMs = performance.now();
  const running = await start(host, stores, contestant);
  const { status } = await contestant.ask(running.client);
  const durationMs = performance.now() - startedAtMs;
  if (status !== 200) throw new Error(`${contestant.name} was answered ${status}`);
  const { rssMiB, cpuMs } = await loadOf(running.child, 'tell');
  await stopHost(running, 'kill');
  return { durationMs, rssMiB, processorMs: cpuMs };
}

async function measureRounds(
  host: string,
  stores: StandingStores,
  contestants: readonly Contestant[],
): Promise<ReadonlyMap<string, Samples>> {
  const samples = new Map<string, Samples>(
    contestants.map(({ name }) => [name, { durationsMs: [], memoriesMiB: [], processorMs: [] }]),
  );
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const { durationMs, rssMiB, processorMs } = await measureOnce(host, stores, contestant);
      // The first round warms the machine's file cache.
      if (round < 0) continue;
      samples.get(contestant.name)?.durationsMs.push(durationMs);
      samples.get(contestant.name)?.memoriesMiB.push(rssMiB);
      samples.get(contestant.name)?.processorMs.push(processorMs);
    }
  }
  return samples;
}

/** A token of an admin, and the memory of a service that has worked a while. */
async function settle(host: string, stores: StandingStores, ours: string) {
  const temporary = await stores.createAdmin(ROOT, ADMIN);
  const running = await start(host, stores, { packageDirectory: ours });
  const token = await running.client.chooseOwnPassword(ADMIN, temporary);
  for (let call = 0; call < LOAD_PROFILES; call += 1) {
    await running.client.call('GET', '/api/me', { token });
    if (call % (LOAD_PROFILES / LOAD_SIGN_INS) === 0) await running.client.signIn(ADMIN, PASSWORD);
  }
  const { rssMiB: loadedMiB } = await loadOf(running.child, 'tell');
  await stopHost(running, 'kill');
  return { token, loadedMiB };
}

async function measure(): Promise<Part> {
  const directory = await mkdtemp(join(tmpdir(), 'cold-start-'));
  const stores = await openStandingStores(directory);
  try {
    const { host, hello } = await buildRivals(directory);
    const ours = join(ROOT, 'dist/package');
    const { token, loadedMiB } = await settle(host, stores, ours);
    const profile = (client: Client) => client.call('GET', '/api/me', { token });
    const env = { NODE_COMPILE_CACHE: join(directory, 'compiled') };
    const cached = { name: CACHED_PROFILE, packageDirectory: ours, env, ask: profile };
    const earlier = await start(host, stores, cached);
    await profile(earlier.client);
    await stopHost(earlier, 'end');
    const samples = await measureRounds(host, stores, [
      { name: HELLO, packageDirectory: hello, ask: (client) => client.call('GET', '/api/hello') },
      {
        name: HEALTH,
        packageDirectory: ours,
        ask: (client) => client.call('GET', '/api/health/live'),
      },
      { name: PROFILE, packageDirectory: ours, ask: profile },
      cached,
      { name: SIGN_IN, packageDirectory: ours, ask: (client) => client.signIn(ADMIN, PASSWORD) },
    ]);
    return tell(samples, {
      loadedMiB,
      ours: await filesOf(ours),
      hello: await filesOf(hello),
      compileMs: await compileMs(join(ours, 'main.cjs')),
      hashMs: await hashMs(BCRYPT_COST),
    });
  } finally {
    await stores.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Sizes {
  readonly loadedMiB: number;
  readonly ours: ReadonlyMap<string, number>;
  readonly hello: ReadonlyMap<string, number>;
  readonly compileMs: number;
  /** One verification. */
  readonly hashMs: number;
}

const millis = (value: number) => `${value.toFixed(0)} ms`;

/** The verdicts, each with what was measured if it is not met. */
function judge(middle: (name: string) => number, sizes: Sizes): Part['targets'] {
  const above = (name: string, other: string) => millis(middle(name) - middle(other));
  const main = sizes.ours.get('main.cjs') ?? Number.NaN;
  const least = middle(HELLO) + sizes.hashMs;
  const target = (name: string, limit: number, reason: string) => {
    const ratio = middle(name) / middle(HELLO);
    const isMet = ratio <= limit;
    const text = `${name} ≤ ${limit.toFixed(1)} × hello world`;
    return { text, measured: ratio.toFixed(2), isMet, ...(!isMet && { reason }) };
  };
  return [
    target(
      PROFILE,
      PROFILE_LIMIT,
      `Of the ${above(PROFILE, HELLO)} above hello world, ${above(HEALTH, HELLO)} are the ` +
        `bundle's loading (${megabytes([main])}, of which V8 compiles ` +
        `${millis(sizes.compileMs)} before any of it runs), and ${above(PROFILE, HEALTH)} the ` +
        "way to the signing key and the rows: the identity library, the vault's client, TLS, " +
        'seven requests.',
    ),
    target(
      SIGN_IN,
      SIGN_IN_LIMIT,
      `Hello world and the one hash at cost ${BCRYPT_COST} (${millis(sizes.hashMs)} on a thread ` +
        `that runs already) are ${(least / middle(HELLO)).toFixed(2)} × hello world. The hash ` +
        `needs the pepper and the row, so it follows the ${above(PROFILE, HELLO)} of a profile; ` +
        'the start of its thread and the signing key run beside. What is left, ' +
        `${millis(middle(SIGN_IN) - middle(PROFILE) - sizes.hashMs)}, is the count of the ` +
        'attempt, three more calls of the tables, and the tokens.',
    ),
  ];
}

function tell(samples: ReadonlyMap<string, Samples>, sizes: Sizes): Part {
  const middle = (name: string) => median(samples.get(name)?.durationsMs ?? []);
  const ratio = (name: string) => middle(name) / middle(HELLO);
  return {
    title: 'Cold start',
    text: [
      `From the start of the process to the first answer, ${ROUNDS} interleaved rounds, in the ` +
        `same local host. Sign-in is at cost ${BCRYPT_COST}, so that its hash hides little. ` +
        'Compiled code of ' +
        "an earlier start comes from Node's compile cache and is no part of the product " +
        '(shared/DESIGN.md).',
    ],
    targets: judge(middle, sizes),
    tables: [
      {
        caption: 'First answer, median (lowest–highest)',
        head: ['first request', 'ms', '× hello world', 'processor ms', 'memory after it'],
        rows: [...samples].map(([name, { durationsMs, memoriesMiB, processorMs }]) => [
          name,
          spread(durationsMs, 0),
          ratio(name).toFixed(2),
          median(processorMs).toFixed(0),
          `${median(memoriesMiB).toFixed(0)} MiB`,
        ]),
      },
      {
        caption: 'Size and memory',
        head: ['what', 'value'],
        rows: [
          ['package', megabytes(sizes.ours.values())],
          ...[...sizes.ours]
            .filter(([, size]) => size > 1e5)
            .map(([name, size]) => [`of it ${name}`, megabytes([size])]),
          ['hello world package', megabytes(sizes.hello.values())],
          ["V8's compiling of main.cjs", millis(sizes.compileMs)],
          [`a hash at cost ${BCRYPT_COST}`, millis(sizes.hashMs)],
          [
            `memory after ${LOAD_PROFILES} profiles and ${LOAD_SIGN_INS} sign-ins`,
            `${sizes.loadedMiB.toFixed(0)} MiB`,
          ],
        ],
      },
    ],
    chart: [
      {
        title: 'Cold start to the first answer',
        unit: 'ms',
        bars: [HELLO, PROFILE].map((label) => {
          return { label, value: middle(label), isOther: label === HELLO };
        }),
      },
    ],
  };
}

presentPart(await measure());
