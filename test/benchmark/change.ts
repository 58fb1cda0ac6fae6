/**
 * `npm run bench -- change`: the time of a change of password beside that of a sign-in, one call at
 * a time, for each engine at cost 12: in a session and after a temporary password, with no earlier
 * password and with a full history. `--turns N` (6).
 */
import { parseArgs } from 'node:util';
import { PASSWORD, type RunningService, startService } from './client.ts';
import { type Part, presentPart, quantile, spread } from './part.ts';
import { newPassword } from './peers/peer.ts';

const { values } = parseArgs({ options: { turns: { type: 'string', default: '6' } } });
/** A user may reach the policy 20 times in 15 minutes: six times before, and twice in a turn. */
const TURNS = Number(values.turns);
const COST = 12;
/** The earlier passwords that a new one is compared with; the setting's default. */
const HISTORY = 5;
const ENGINES = ['bcryptjs', 'native'] as const;
const KINDS = { 'no earlier password': 0, 'a full history': HISTORY } as const;

interface Person {
  readonly name: string;
  readonly userId: string;
  password: string;
  token: string;
}

interface Times {
  readonly signIns: number[];
  readonly changes: number[];
  readonly firstChanges: number[];
}

function requireDone<Given extends { readonly status: number }>(answer: Given): Given {
  if (answer.status === 200) return answer;
  throw new Error(`a call was answered ${answer.status}`);
}

async function signIn({ client }: RunningService, person: Person): Promise<number> {
  const { body, durationMs } = requireDone(await client.signIn(person.name, person.password));
  person.token = body.accessToken ?? body.changeToken;
  return durationMs;
}

/** In a session, or after a temporary password. */
async function change(
  { client }: RunningService,
  person: Person,
  isSession = true,
): Promise<number> {
  const password = newPassword();
  const current = isSession ? { currentPassword: person.password } : {};
  const options = { token: person.token, body: { ...current, newPassword: password } };
  const answer = requireDone(await client.call('POST', '/api/me/password', options));
  Object.assign(person, { password, token: answer.body.accessToken });
  return answer.durationMs;
}

async function enter(service: RunningService, adminToken: string, kind: keyof typeof KINDS) {
  const name = `user-${KINDS[kind]}@contoso.example`;
  const made = await service.client.addUser(adminToken, name);
  const person: Person = { name, ...made, password: PASSWORD };
  for (let earlier = 0; earlier < KINDS[kind]; earlier += 1) await change(service, person);
  return person;
}

async function takeTurn(service: RunningService, adminToken: string, person: Person, times: Times) {
  times.signIns.push(await signIn(service, person));
  times.changes.push(await change(service, person));
  const path = `/api/users/${person.userId}/password-reset`;
  const reset = requireDone(await service.client.call('POST', path, { token: adminToken }));
  person.password = reset.body.temporaryPassword.value;
  await signIn(service, person);
  times.firstChanges.push(await change(service, person, false));
}

async function measureEngine(engine: (typeof ENGINES)[number]) {
  const service = await startService({ BCRYPT_COST: `${COST}`, BCRYPT_ENGINE: engine });
  try {
    const adminToken = await service.signInAdmin();
    const all = new Map<keyof typeof KINDS, { person: Person; times: Times }>();
    for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
      const person = await enter(service, adminToken, kind);
      all.set(kind, { person, times: { signIns: [], changes: [], firstChanges: [] } });
    }
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const { person, times } of all.values()) {
        await takeTurn(service, adminToken, person, times);
      }
    }
    return [...all].map(([kind, { times }]) => ({ engine, kind, times }));
  } finally {
    await service.stop();
  }
}

async function measure(): Promise<Part> {
  const measured = [];
  for (const engine of ENGINES) measured.push(...(await measureEngine(engine)));
  const ratio = (of: readonly number[], { signIns }: Times) =>
    quantile(of, 0.5) / quantile(signIns, 0.5);
  return {
    title: 'A change of password: one hash for the current one, one for the new one',
    text: [
      `Cost ${COST}, one call at a time, ${TURNS} turns of a sign-in, a change in its session, a ` +
        'reset, a sign-in with the temporary password, and the change that replaces it. Each ' +
        'ratio is that of medians to the sign-ins of the same user.',
    ],
    targets: measured.flatMap(({ engine, kind, times }) => {
      const [inSession, first] = [ratio(times.changes, times), ratio(times.firstChanges, times)];
      const name = `${engine}, ${kind}`;
      const reason = (of: readonly number[]) =>
        `A sign-in took ${spread(times.signIns, 0)} ms, the change ${spread(of, 0)} ms.`;
      return [
        {
          text: `${name}: a change ≤ 2.2 × a sign-in`,
          measured: inSession.toFixed(2),
          isMet: inSession <= 2.2,
          reason: reason(times.changes),
        },
        {
          text: `${name}: a change after a temporary password ≤ 1.2 × a sign-in`,
          measured: first.toFixed(2),
          isMet: first <= 1.2,
          reason: reason(times.firstChanges),
        },
      ];
    }),
    tables: [
      {
        caption: 'Milliseconds, median (lowest–highest)',
        head: ['engine', 'user with', 'sign-in', 'change', 'change after a temporary password'],
        rows: measured.map(({ engine, kind, times }) => [
          ...[engine, kind, spread(times.signIns, 0)],
          ...[spread(times.changes, 0), spread(times.firstChanges, 0)],
        ]),
      },
    ],
    chart: [
      {
        title: 'A change of password, beside a sign-in of the same user',
        unit: '×',
        bars: measured
          .filter(({ kind }) => kind === 'a full history')
          .flatMap(({ engine, times }) => [
            {
              label: `${engine}, in a session`,
              value: ratio(times.changes, times),
              target: { text: '≤ 2.2', value: 2.2 },
            },
            {
              label: `${engine}, after a temporary one`,
              value: ratio(times.firstChanges, times),
              target: { text: '≤ 1.2', value: 1.2 },
            },
          ]),
      },
    ],
  };
}

presentPart(await measure());
