/**
 * `npm run bench -- kept-data`: a sign-in at `npm start` with `--data` beside one without, as the
 * users in the directory grow. Sign-ins one at a time, in interleaved rounds. `--sizes 1000,20000`,
 * `--rounds N` (40).
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PASSWORD, type RunningService, startService } from './client.ts';
import { median, type Part, presentPart, spread } from './part.ts';
import { type Citizen, nthTenant, writePopulation } from './scale/population.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,20000' },
    rounds: { type: 'string', default: '40' },
  },
});
const SIZES = values.sizes.split(',').map(Number);
const ROUNDS = Number(values.rounds);
const WARM_UP = 5;
const LIMIT = 1.5;
const ADMIN = 'admin@contoso.example';
/** The least cost that the setting allows, so that a hash hides little. */
const ENV = { BCRYPT_COST: '10', NOTICE_SCHEDULE: '0 0 0 1 1 *', SWEEP_SCHEDULE: '0 0 0 1 1 *' };

interface Contestant {
  readonly name: string;
  readonly megabytes: string;
  readonly service: RunningService;
  readonly durationsMs: number[];
}

function* citizens(users: number): Generator<Citizen> {
  for (let index = 0; index < users; index += 1) {
    const tenant = nthTenant(index);
    yield { tenant, expiresAtMs: undefined, foundBy: { displayName: `Person ${index} of many` } };
    yield { tenant, expiresAtMs: undefined };
  }
}

/** A data directory with its vault, and with so many users in its tables. */
async function makeDirectory(directory: string, users: number): Promise<void> {
  const first = await startService(ENV, ['--data', directory]);
  await first.stop();
  await writePopulation(directory, citizens(users / 2), Date.now());
}

async function start(name: string, directory?: string): Promise<Contestant> {
  const bytes = directory ? (await stat(join(directory, 'tables.json'))).size : 0;
  const service = await startService(ENV, directory ? ['--data', directory] : []);
  await service.signInAdmin();
  const megabytes = directory ? (bytes / 1e6).toFixed(1) : '–';
  return { name, megabytes, service, durationsMs: [] };
}

async function signIn({ service, durationsMs }: Contestant): Promise<void> {
  const { status, durationMs } = await service.client.signIn(ADMIN, PASSWORD);
  if (status !== 200) throw new Error(`a sign-in was answered ${status}`);
  durationsMs.push(durationMs);
}

async function measure(directory: string): Promise<Part> {
  const memory = await start('in memory');
  const contestants = [memory];
  try {
    for (const size of SIZES) {
      const data = join(directory, `${size}`);
      await makeDirectory(data, size);
      contestants.push(await start(`--data, ${size.toLocaleString('en')} users`, data));
    }
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const contestant of contestants) await signIn(contestant);
      if (round < 0) for (const { durationsMs } of contestants) durationsMs.length = 0;
    }
  } finally {
    for (const { service } of contestants) await service.stop();
  }
  const ratio = ({ durationsMs }: Contestant) => median(durationsMs) / median(memory.durationsMs);
  const largest = contestants.at(-1) ?? memory;
  return {
    title: 'A directory that keeps the data',
    text: [
      `Sign-ins with the right password at cost 10, one at a time, ${ROUNDS} interleaved rounds: ` +
        '`npm start` in memory, and with `--data`, where each change is on the disk before it is ' +
        'answered.',
    ],
    targets: [
      {
        text: `a sign-in, ${largest.name} ≤ ${LIMIT} × in memory`,
        measured: ratio(largest).toFixed(2),
        isMet: ratio(largest) <= LIMIT,
        reason:
          `In memory it took ${spread(memory.durationsMs, 1)} ms, with the data ` +
          `${spread(largest.durationsMs, 1)} ms.`,
      },
    ],
    chart: [
      {
        title: 'A sign-in where the data is kept, beside one in memory',
        unit: '×',
        bars: contestants.slice(1).map((one) => ({
          label: one.name,
          value: ratio(one),
          target: { text: `≤ ${LIMIT}`, value: LIMIT },
        })),
      },
    ],
    tables: [
      {
        caption: 'A sign-in, median (lowest–highest)',
        head: ['store', 'MB', 'ms', '× in memory'],
        rows: contestants.map((one) => [
          one.name,
          one.megabytes,
          spread(one.durationsMs, 1),
          ratio(one).toFixed(2),
        ]),
      },
    ],
  };
}

const directory = await mkdtemp(join(tmpdir(), 'kept-data-'));
try {
  presentPart(await measure(directory));
} finally {
  await rm(directory, { recursive: true, force: true });
}
