/**
 * `npm run bench:timing`: whether time tells a name that does not exist from one that does. Wrong
 * guesses at the built service, one at a time, in interleaved rounds: a user with a password, a
 * name that nobody has, a disabled user. Nothing is asserted, for a machine's noise is none of the
 * product's. `--pairs N` (200), `--cost N` (10).
 */
import { parseArgs } from 'node:util';
import { type RunningService, startService } from './client.ts';
import { median, type Part, presentPart, quantile } from './part.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '200' },
    cost: { type: 'string', default: '10' },
  },
});
const PAIRS = Number(values.pairs);
const WARM_UP = 20;
/** The most that the setting allows: as many guesses at one name need no wait. */
const FREE_ATTEMPTS = 20;
const NAMES_PER_KIND = Math.ceil((PAIRS + WARM_UP) / (FREE_ATTEMPTS / 2));
const WRONG = 'not the right one';
const KINDS = ['exists', 'unknown', 'disabled'] as const;
type Durations = Readonly<Record<(typeof KINDS)[number], number[]>>;

const nameOf = (kind: string, index: number) => `${kind}-${index}@contoso.example`;

async function makeUsers({ client, signInAdmin }: RunningService): Promise<void> {
  const token = await signInAdmin();
  for (const kind of ['exists', 'disabled']) {
    for (let index = 0; index < NAMES_PER_KIND; index += 1) {
      const { userId } = await client.addUser(token, nameOf(kind, index));
      if (kind === 'exists') continue;
      await client.call('PATCH', `/api/users/${userId}`, { body: { status: 'disabled' }, token });
    }
  }
}

/** Each kind once, in an order that turns, so that none always follows the same other. */
async function round(
  { client }: RunningService,
  index: number,
  durations: Durations,
): Promise<void> {
  for (let step = 0; step < KINDS.length; step += 1) {
    const kind = KINDS[(index + step) % KINDS.length] ?? 'exists';
    const { status, durationMs } = await client.signIn(nameOf(kind, index % NAMES_PER_KIND), WRONG);
    if (status !== 401) throw new Error(`a guess was answered ${status}`);
    durations[kind].push(durationMs);
  }
}

const ms = (value: number) => value.toFixed(1);
const empty = (): Durations => ({ exists: [], unknown: [], disabled: [] });

async function measure(): Promise<Part> {
  const service = await startService({
    BCRYPT_COST: values.cost,
    SIGN_IN_FREE_ATTEMPTS: `${FREE_ATTEMPTS}`,
  });
  const durations = empty();
  try {
    await makeUsers(service);
    for (let index = 0; index < WARM_UP; index += 1) await round(service, index, empty());
    for (let index = 0; index < PAIRS; index += 1) await round(service, WARM_UP + index, durations);
  } finally {
    await service.stop();
  }
  const differences = (['unknown', 'disabled'] as const).map((kind) => {
    const paired = durations[kind].map((value, index) => {
      return value - (durations.exists[index] ?? Number.NaN);
    });
    return [
      kind,
      (median(durations[kind]) / median(durations.exists)).toFixed(4),
      median(paired).toFixed(2),
      `${paired.filter((difference) => difference > 0).length} of ${PAIRS}`,
    ];
  });
  return {
    title: 'Time tells no names',
    text: [
      `${PAIRS} interleaved rounds of wrong guesses at cost ${values.cost}, one at a time: at a ` +
        'user with a password, at a name that nobody has, at a disabled user. A difference that ' +
        'tells would show as one kind slower in far more than half of the rounds.',
    ],
    targets: [],
    tables: [
      {
        caption: 'A refused guess, ms',
        head: ['name', 'median', 'p25', 'p75', 'p95'],
        rows: KINDS.map((kind) => [
          kind,
          ...[0.5, 0.25, 0.75, 0.95].map((part) => ms(quantile(durations[kind], part))),
        ]),
      },
      {
        caption: 'Against a name that exists, within each round',
        head: ['name', 'ratio of medians', 'median difference, ms', 'slower in'],
        rows: differences,
      },
    ],
  };
}

presentPart(await measure());
