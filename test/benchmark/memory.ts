/**
 * `npm run bench -- memory`: the memory of the service at rest and under load, and the most that
 * each command takes, for two sizes of a tenant. Store and vault are in other processes.
 * `--sizes 1000,4000`, `--seconds N` (5) of load.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildHost } from './cold-start/running-host.ts';
import { openStandingStores, type StandingStores } from './cold-start/stores.ts';
import { COMMANDS, HEAP_MIB, REINDEX, runCommand, TENANT } from './memory/commands.ts';
import { measureService, PROFILES, type ServiceMemory, SIGN_INS } from './memory/service.ts';
import { type Part, presentPart } from './part.ts';
import type { Citizen } from './scale/population.ts';
import { number, onPopulation } from './scale/stage.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,4000' },
    seconds: { type: 'string', default: '5' },
  },
});
const SIZES = values.sizes.split(',').map(Number);
const [SMALL = 0] = SIZES;
const LARGE = SIZES.at(-1) ?? 0;
/** Some 13 reads a user: the larger tenant would take minutes. */
const REINDEXED = Math.min(2 * SMALL, LARGE);
const LOAD_MS = Number(values.seconds) * 1000;
/** The growth that is allowed: noise, and the id and name of each user where these are needed. */
const GROWTH = 1.25;
/** Commit d7abc76, whose RESULTS.md has no other number of memory. */
const BEFORE = { profiles: '136', load: '234–243' };
type Env = Readonly<Record<string, string>>;

function* citizens(users: number): Generator<Citizen> {
  for (let index = 0; index < users; index += 1) {
    const displayName = `Given${index % 97} Family${index % 991}`;
    const expiresAtMs = index % 10 === 0 ? Date.UTC(2100, 0, 1) + index : undefined;
    yield { tenant: TENANT, expiresAtMs, foundBy: { displayName }, isWhole: true };
  }
}

const envOf = ({ env, caFile }: StandingStores, connectionString: string): Env => ({
  ...env,
  TABLES_CONNECTION_STRING: connectionString,
  NODE_EXTRA_CA_CERTS: caFile,
});

/** A file of users to import, without hashes. */
async function writeUsers(file: string, users: number): Promise<void> {
  const lines = Array.from({ length: users }, (_, index) => {
    const userName = `user-${index}@imported.example`;
    return JSON.stringify({ userName, displayName: `User ${index}`, roles: ['salesAgent'] });
  });
  await writeFile(file, `${lines.join('\n')}\n`);
}

type Command = (typeof COMMANDS)[number];

interface Peaks {
  readonly held: number;
  /** The peak of those that take the most, for the larger tenant. */
  readonly asItRuns: number | undefined;
}

interface Tenant {
  readonly service: ServiceMemory;
  readonly peaks: ReadonlyMap<Command, Peaks>;
}

interface Place {
  readonly stores: StandingStores;
  readonly directory: string;
  readonly host: string;
}

/** Runs a command, one that fills a store on an empty one. */
async function measureCommand(
  { stores, directory }: Place,
  command: Command,
  { connectionString, users }: { readonly connectionString: string; readonly users: number },
): Promise<Peaks> {
  const run = (isHeld: boolean) => {
    const file = (name: string) => join(directory, `${users}.${isHeld ? 'held' : 'free'}.${name}`);
    const on = (store: string) =>
      runCommand(command, { env: envOf(stores, store), file, users, isHeld });
    return command.fills
      ? onPopulation([], (empty) => on(empty.connectionString))
      : on(connectionString);
  };
  const held = await run(true);
  const asItRuns = command.isLarge && users !== SMALL ? await run(false) : undefined;
  return { held, asItRuns };
}

function measureTenant(place: Place, users: number) {
  return onPopulation(citizens(users), async ({ connectionString }): Promise<Tenant> => {
    await writeUsers(join(place.directory, `${users}.held.users.jsonl`), users);
    const peaks = new Map<Command, Peaks>();
    for (const command of COMMANDS) {
      peaks.set(command, await measureCommand(place, command, { connectionString, users }));
    }
    const { host, stores } = place;
    // Last: it adds users.
    const service = await measureService(host, stores, { connectionString, loadMs: LOAD_MS });
    return { peaks, service };
  });
}

function measureReindex(place: Place, users: number) {
  return onPopulation(citizens(users), ({ connectionString }) =>
    measureCommand(place, REINDEX, { connectionString, users }),
  );
}

const mib = (value: number | undefined) =>
  value === Number.POSITIVE_INFINITY ? 'more than its heap' : (value?.toFixed(0) ?? '–');

interface Row {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  readonly asItRuns?: number | undefined;
  readonly before?: string;
}

function targetsOf(rows: readonly Row[], heldText: string): Part['targets'] {
  return rows.map(({ name, small, large }) => {
    const growth = large / small;
    return {
      text: `${name}${heldText}: memory with the larger tenant ≤ ${GROWTH} × with the smaller`,
      measured: Number.isFinite(growth) ? growth.toFixed(2) : 'more than its heap',
      isMet: growth <= GROWTH,
      reason: `It takes ${mib(small)} and ${mib(large)} MiB.`,
    };
  });
}

function serviceRows(small: ServiceMemory, large: ServiceMemory): readonly Row[] {
  const row = (name: string, what: keyof ServiceMemory, before = '') => {
    return { name, small: small[what], large: large[what], before };
  };
  return [
    row('at rest, before any request', 'started'),
    row(
      `at rest, after ${PROFILES} profiles and ${SIGN_INS} sign-ins`,
      'afterProfiles',
      BEFORE.profiles,
    ),
    row('under load, 16 sign-ins in flight beside every list', 'underLoad', BEFORE.load),
  ];
}

async function measure(place: Place): Promise<Part> {
  const tenants: Tenant[] = [];
  for (const size of [SMALL, LARGE]) {
    process.stderr.write(`memory: ${number(size)} users\n`);
    tenants.push(await measureTenant(place, size));
  }
  const [small, large] = tenants;
  if (small === undefined || large === undefined) throw new Error('--sizes: two of them');
  const row = (name: string, fewer: Peaks | undefined, more: Peaks | undefined): Row => {
    const peaks = { small: fewer?.held ?? Number.NaN, large: more?.held ?? Number.NaN };
    return { name, ...peaks, asItRuns: more?.asItRuns };
  };
  const commands = COMMANDS.map((command) =>
    row(command.name, small.peaks.get(command), large.peaks.get(command)),
  );
  const fewer = await measureReindex(place, SMALL);
  const more = await measureReindex(place, REINDEXED);
  const reindex = row(`${REINDEX.name} (the larger: ${number(REINDEXED)} users)`, fewer, more);
  return tell(serviceRows(small.service, large.service), [...commands, reindex]);
}

function tell(service: readonly Row[], commands: readonly Row[]): Part {
  const heldText = `, heap held to ${HEAP_MIB} MiB`;
  const sizes = [SMALL, LARGE].map((size) => `${number(size)} users`);
  const largest = commands.reduce((most, row) =>
    (row.asItRuns ?? 0) > (most.asItRuns ?? 0) ? row : most,
  );
  return {
    title: 'Memory: none that grows with the tenant',
    text: [
      `One tenant of ${sizes.join(' and of ')}, in a table server of its own; resident memory, ` +
        'in MiB. Most of what a command takes as it runs is garbage: V8 collects it late where ' +
        'the machine has memory. So a run is measured again with its heap held to ' +
        `${HEAP_MIB} MiB, which shows what the command keeps. As it runs, ${largest.name} takes ` +
        `the most, ${mib(largest.asItRuns)} MiB. \`users list\` is left out, as its answer is ` +
        `the tenant. A limit of ${GROWTH} × leaves room for noise, and for the id and name of ` +
        'each user, which `tenant export`, `restore` and `import-users` keep.',
    ],
    targets: [...targetsOf(service, ''), ...targetsOf(commands, heldText)],
    tables: [
      {
        caption: 'The service, MiB; before: commit d7abc76 (under load with its store inside)',
        head: ['when', ...sizes, 'before'],
        rows: service.map(({ name, small, large, before = '' }) => [
          ...[name, mib(small), mib(large), before],
        ]),
      },
      {
        caption: `The most that a command takes, MiB; heap held to ${HEAP_MIB} MiB, and as it runs`,
        head: ['command', ...sizes.map((size) => `${size}, held`), `${sizes[1]}, as it runs`],
        rows: commands.map(({ name, small, large, asItRuns }) => [
          ...[name, mib(small), mib(large), mib(asItRuns)],
        ]),
      },
    ],
    chart: [
      {
        title: 'Memory of the service under load',
        unit: 'MiB',
        bars: service.slice(-1).flatMap(({ small, large }) => [
          { label: `a tenant of ${sizes[0]}`, value: small },
          {
            label: `a tenant of ${sizes[1]}`,
            value: large,
            target: { text: `≤ ${mib(GROWTH * small)}`, value: GROWTH * small },
          },
        ]),
      },
    ],
  };
}

const directory = await mkdtemp(join(tmpdir(), 'memory-'));
const stores = await openStandingStores(directory);
try {
  const host = await buildHost(directory);
  presentPart(await measure({ stores, directory, host }));
} finally {
  await stores.close();
  await rm(directory, { recursive: true, force: true });
}
