/**
 * `npm run bench:timing`: whether time tells a name that does not exist from one that does. Wrong
 * guesses at the built service, one at a time, in interleaved rounds: a user with a password, a
 * name that nobody has, a disabled user. Prints medians and spread; nothing is asserted, for a
 * machine's noise is none of the product's. `--pairs N` (200), `--cost N` (10).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

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
const PASSWORD = 'orbit lantern velvet 93';
const WRONG = 'not the right one';
const KINDS = ['exists', 'unknown', 'disabled'] as const;

const START = fileURLToPath(new URL('../../dist/local/start.cjs', import.meta.url));
const service = spawn(process.execPath, [START, '--port', '0', '--json'], {
  env: {
    PATH: process.env.PATH,
    BCRYPT_COST: values.cost,
    SIGN_IN_FREE_ATTEMPTS: `${FREE_ATTEMPTS}`,
  },
  stdio: ['ignore', 'pipe', 'ignore'],
});
const [line] = await once(createInterface({ input: service.stdout }), 'line');
const { origin, admins } = JSON.parse(line);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
  readonly body: any;
  readonly durationMs: number;
}

function call(method: string, path: string, body: object, token = ''): Promise<Answer> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(token !== '' && { authorization: `Bearer ${token}` }),
  };
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, origin), { method, headers, agent }, (answer) => {
      let received = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        received += chunk;
      });
      answer.on('end', () => {
        const durationMs = performance.now() - startedAtMs;
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(received), durationMs });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

const signIn = (userName: string, password: string) =>
  call('POST', '/api/sign-in', { userName, password });

async function settle(userName: string, temporaryPassword: string): Promise<string> {
  const { body } = await signIn(userName, temporaryPassword);
  const newPassword = PASSWORD;
  return (await call('POST', '/api/me/password', { newPassword }, body.changeToken)).body
    .accessToken;
}

const nameOf = (kind: string, index: number) => `${kind}-${index}@contoso.example`;

async function makeUsers(): Promise<void> {
  const [admin] = admins;
  const token = await settle(admin.userName, admin.temporaryPassword);
  for (const kind of ['exists', 'disabled']) {
    for (let index = 0; index < NAMES_PER_KIND; index += 1) {
      const userName = nameOf(kind, index);
      const wanted = { userName, displayName: userName, roles: ['salesAgent'] };
      const { body } = await call('POST', '/api/users', wanted, token);
      await settle(userName, body.temporaryPassword.value);
      if (kind === 'exists') continue;
      await call('PATCH', `/api/users/${body.user.userId}`, { status: 'disabled' }, token);
    }
  }
}

/** Each kind once, in an order that turns, so that none always follows the same other. */
async function round(index: number, durations: Record<string, number[]>): Promise<void> {
  for (let step = 0; step < KINDS.length; step += 1) {
    const kind = KINDS[(index + step) % KINDS.length] as string;
    const { status, durationMs } = await signIn(nameOf(kind, index % NAMES_PER_KIND), WRONG);
    if (status !== 401) throw new Error(`a guess was answered ${status}`);
    durations[kind]?.push(durationMs);
  }
}

function quantile(sample: readonly number[], part: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(9);
const empty = () => Object.fromEntries(KINDS.map((kind) => [kind, [] as number[]]));

try {
  await makeUsers();
  for (let index = 0; index < WARM_UP; index += 1) await round(index, empty());
  const durations = empty();
  for (let index = 0; index < PAIRS; index += 1) await round(WARM_UP + index, durations);

  process.stdout.write(`${PAIRS} rounds of wrong guesses at cost ${values.cost}\n`);
  process.stdout.write('name          median       p25       p75       p95\n');
  for (const kind of KINDS) {
    const of = (part: number) => ms(quantile(durations[kind] ?? [], part));
    process.stdout.write(`${kind.padEnd(10)}${of(0.5)} ${of(0.25)} ${of(0.75)} ${of(0.95)}\n`);
  }
  const exists = durations.exists ?? [];
  for (const kind of ['unknown', 'disabled']) {
    const other = durations[kind] ?? [];
    const medians = quantile(other, 0.5) / quantile(exists, 0.5);
    const paired = other.map((duration, index) => duration - (exists[index] ?? Number.NaN));
    const slower = paired.filter((difference) => difference > 0).length;
    process.stdout.write(
      `${kind} / exists: medians ${medians.toFixed(4)}, ` +
        `median difference within a round ${quantile(paired, 0.5).toFixed(2)} ms, ` +
        `slower in ${slower} of ${PAIRS}\n`,
    );
  }
} finally {
  agent.destroy();
  service.kill('SIGTERM');
  await once(service, 'exit');
}
