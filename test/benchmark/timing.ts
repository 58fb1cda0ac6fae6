/**
 * `npm run bench -- timing`: whether time separates a name that does not exist from one that does.
 * Wrong guesses at the built service, one at a time, in interleaved rounds: a user with a
 * password, a name that no user has, a disabled user, each without a device token and with
 * another's, and the user with a token of its own. Nothing is asserted, because the noise of a
 * machine is not the product's. `--pairs N` (200), `--cost N` (10).
 */
import { parseArgs } from 'node:util';
import { PASSWORD, type RunningService, startService } from './client.ts';
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
/** The tenth failure on known devices does more: there are fewer at each name. */
const ATTEMPTS_PER_NAME = 8;
const NAMES_PER_KIND = Math.ceil((PAIRS + WARM_UP) / ATTEMPTS_PER_NAME);
const WRONG = 'not the right one';
const PEOPLE = ['exists', 'unknown', 'disabled'] as const;
const KINDS = [
  ...PEOPLE,
  ...(['exists, bad token', 'unknown, bad token', 'disabled, bad token'] as const),
  'exists, good token',
] as const;
type Durations = Readonly<Record<(typeof KINDS)[number], number[]>>;

const nameOf = (kind: string, index: number) =>
  `${kind.replaceAll(/[ ,]+/g, '-')}-${index}@contoso.example`;

/** @returns a device token by user name */
async function makeUsers({
  client,
  signInAdmin,
}: RunningService): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>();
  const token = await signInAdmin();
  for (const kind of KINDS.filter((one) => !one.startsWith('unknown'))) {
    for (let index = 0; index < NAMES_PER_KIND; index += 1) {
      const name = nameOf(kind, index);
      const { userId } = await client.addUser(token, name);
      tokens.set(name, (await client.signIn(name, PASSWORD)).body.deviceToken);
      if (!kind.startsWith('disabled')) continue;
      await client.call('PATCH', `/api/users/${userId}`, { body: { status: 'disabled' }, token });
    }
  }
  return tokens;
}

/** Each kind once, in an order that turns, so that none always follows the same other. */
async function round(
  { client }: RunningService,
  tokens: ReadonlyMap<string, string>,
  index: number,
  durations: Durations,
): Promise<void> {
  for (let step = 0; step < KINDS.length; step += 1) {
    const kind = KINDS[(index + step) % KINDS.length] ?? 'exists';
    const userName = nameOf(kind, index % NAMES_PER_KIND);
    const owner = kind.includes('bad') ? nameOf('exists', 0) : userName;
    const body = {
      userName,
      password: WRONG,
      ...(kind.includes('token') && { deviceToken: tokens.get(owner) }),
    };
    const { status, durationMs } = await client.call('POST', '/api/sign-in', { body });
    if (status !== 401) throw new Error(`a guess was answered ${status}`);
    durations[kind].push(durationMs);
  }
}

const ms = (value: number) => value.toFixed(1);
const empty = () => Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Durations;

async function measure(): Promise<Part> {
  const service = await startService({
    BCRYPT_COST: values.cost,
    SIGN_IN_FREE_ATTEMPTS: `${FREE_ATTEMPTS}`,
  });
  const durations = empty();
  try {
    const tokens = await makeUsers(service);
    for (let index = 0; index < WARM_UP; index += 1) await round(service, tokens, index, empty());
    for (let index = 0; index < PAIRS; index += 1) {
      await round(service, tokens, WARM_UP + index, durations);
    }
  } finally {
    await service.stop();
  }
  const differences = KINDS.slice(1).map((kind) => {
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
        'user with a password, at a name that nobody has, at a disabled user, without a device ' +
        'token, with that of another user, and with a good one. A difference that ' +
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
