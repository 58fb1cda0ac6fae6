/**
 * `npm run bench -- cold-start`: from the start of a process to its first answer, for the
 * deployable package and for a hello-world app in the same local host, interleaved. Table store
 * and vault stand in this process. `--rounds N` (15).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { PACKAGE_BUNDLES } from '../../infra/bundle/build.ts';
import { Client, PASSWORD } from './client.ts';
import { openStandingStores, type StandingStores } from './cold-start/stores.ts';
import { median, type Part, presentPart, spread } from './part.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const ROUNDS = Number(values.rounds);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADMIN = 'admin@contoso.example';
const LOAD_PROFILES = 300;
const LOAD_SIGN_INS = 30;
const LIMIT = 2;

const HELLO = 'hello world';
const HEALTH = 'health';
const PROFILE = 'profile';
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
  const host = join(directory, 'host.mjs');
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
  const require = 'const require=createRequire(import.meta.url);';
  await build({
    entryPoints: ['test/benchmark/cold-start/host.ts'],
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    outfile: host,
    external: ['@azure/functions-core'],
    banner: { js: `import{createRequire}from'node:module';${require}` },
  });
  return { host, hello };
}

interface RunningHost {
  readonly child: ChildProcess;
  readonly client: Client;
}

async function startHost(
  host: string,
  stores: StandingStores,
  { packageDirectory, env }: Pick<Contestant, 'packageDirectory' | 'env'>,
): Promise<RunningHost> {
  const child = spawn(process.execPath, [host, packageDirectory, stores.caFile], {
    env: { ...stores.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [origin] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  return { child, client: new Client(origin) };
}

/** By a signal unless it is to leave what it compiled behind, which a process does at its end. */
async function stopHost({ child, client }: RunningHost, how: 'kill' | 'end'): Promise<void> {
  client.close();
  const ended = once(child, 'exit');
  if (how === 'kill') child.kill('SIGKILL');
  else child.send('end');
  await ended;
}

async function askLoad(child: ChildProcess): Promise<{ rssMiB: number; processorMs: number }> {
  const told = once(child, 'message');
  child.send('load');
  return (await told)[0];
}

/** Start to first answer, and what it took. */
async function measureOnce(host: string, stores: StandingStores, contestant: Contestant) {
  const startedAtMs = performance.now();
  const running = await startHost(host, stores, contestant);
  const { status } = await contestant.ask(running.client);
  const durationMs = performance.now() - startedAtMs;
  if (status !== 200) throw new Error(`${contestant.name} was answered ${status}`);
  const load = await askLoad(running.child);
  await stopHost(running, 'kill');
  return { durationMs, ...load };
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

async function filesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = new Map<string, number>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    sizes.set(file.slice(folder.length + 1), (await stat(file)).size);
  }
  return sizes;
}

const megabytes = (sizes: Iterable<number>) =>
  `${([...sizes].reduce((sum, size) => sum + size, 0) / 1e6).toFixed(2)} MB`;

/** Measures the time in which V8 compiles a bundle, before any of it runs. */
async function compileMs(file: string): Promise<number> {
  const source = Module.wrap(await readFile(file, 'utf8'));
  const durations = Array.from({ length: 9 }, (_, turn) => {
    const startedAtMs = performance.now();
    // Another text each time, or V8 would remember.
    new Script(`${source}\n//${turn}`);
    return performance.now() - startedAtMs;
  });
  return median(durations);
}

/** A token of an admin, and the memory of a service that has worked a while. */
async function settle(host: string, stores: StandingStores, ours: string) {
  const temporary = await stores.createAdmin(ROOT, ADMIN);
  const running = await startHost(host, stores, { packageDirectory: ours });
  const token = await running.client.chooseOwnPassword(ADMIN, temporary);
  for (let call = 0; call < LOAD_PROFILES; call += 1) {
    await running.client.call('GET', '/api/me', { token });
    if (call % (LOAD_PROFILES / LOAD_SIGN_INS) === 0) await running.client.signIn(ADMIN, PASSWORD);
  }
  const { rssMiB: loadedMiB } = await askLoad(running.child);
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
    const earlier = await startHost(host, stores, cached);
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
      { name: 'sign-in', packageDirectory: ours, ask: (client) => client.signIn(ADMIN, PASSWORD) },
    ]);
    return tell(samples, {
      loadedMiB,
      ours: await filesOf(ours),
      hello: await filesOf(hello),
      compileMs: await compileMs(join(ours, 'main.cjs')),
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
}

function tell(samples: ReadonlyMap<string, Samples>, sizes: Sizes): Part {
  const middle = (name: string) => median(samples.get(name)?.durationsMs ?? []);
  const ratio = (name: string) => middle(name) / middle(HELLO);
  const isMet = ratio(PROFILE) <= LIMIT;
  const millis = (value: number) => `${value.toFixed(0)} ms`;
  const main = sizes.ours.get('main.cjs') ?? Number.NaN;
  const reason =
    `Of the ${millis(middle(PROFILE) - middle(HELLO))} above hello world, ` +
    `${millis(middle(HEALTH) - middle(HELLO))} are the bundle's loading ` +
    `(${megabytes([main])}, of which V8 compiles ${millis(sizes.compileMs)} before any of it ` +
    `runs), and ${millis(middle(PROFILE) - middle(HEALTH))} the way to the signing key: ` +
    "the identity library, the vault's client, TLS, four requests.";
  return {
    title: 'Cold start',
    text: [
      `From the start of the process to the first answer, ${ROUNDS} interleaved rounds, in the ` +
        'same local host. Sign-in is at cost 10, so that its hash hides little. Compiled code of ' +
        "an earlier start comes from Node's compile cache and is no part of the product " +
        '(shared/DESIGN.md).',
    ],
    targets: [
      {
        text: `profile ≤ ${LIMIT.toFixed(1)} × hello world`,
        measured: ratio(PROFILE).toFixed(2),
        isMet,
        ...(!isMet && { reason }),
      },
    ],
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
