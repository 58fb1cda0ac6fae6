/**
 * `node test/benchmark/deployed.ts ORIGIN`: how a deployment takes sign-ins. Names do not exist, so
 * that no user is locked, and each costs the service a hash all the same. `--seconds N` (30),
 * `--at-once N` (16). Prints a line for each status and problem, with its count and times.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { quantile } from './part.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '16' },
  },
});
const [origin = ''] = positionals;
if (!URL.canParse(origin)) throw new Error('Name the origin, such as https://passwords.example.');
const ENDS_AT_MS = performance.now() + Number(values.seconds) * 1000;
const TIMEOUT_MS = 30_000;

/** By status and problem: how long each answer took, in milliseconds. */
const answers = new Map<string, number[]>();

async function signIn(): Promise<string> {
  const response = await fetch(new URL('/api/sign-in', origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: `${randomUUID()}@load.invalid`, password: randomUUID() }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const { type = '' } = isProblem ? JSON.parse(text) : {};
  return `${response.status} ${type.split('/').at(-1) || 'not of the app'}`;
}

async function caller(): Promise<void> {
  while (performance.now() < ENDS_AT_MS) {
    const startedAtMs = performance.now();
    const answer = await signIn().catch((error) => `no answer: ${error.name}`);
    answers.set(answer, [...(answers.get(answer) ?? []), performance.now() - startedAtMs]);
  }
}

await Promise.all(Array.from({ length: Number(values['at-once']) }, caller));
for (const [answer, times] of [...answers].sort()) {
  const [middle, slow] = [0.5, 0.95].map((part) => Math.round(quantile(times, part)));
  process.stdout.write(`${answer}: ${times.length}, ${middle} ms, 95 % within ${slow} ms\n`);
}
