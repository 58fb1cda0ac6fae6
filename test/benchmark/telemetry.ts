/**
 * `npm run bench -- telemetry`: what telemetry costs a cold start and a profile, on against off, in
 * turns, each time in a process of its own on the same kept store. The collector is on this
 * machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from './client.ts';
import { median, presentPart, spread } from './part.ts';

const RUNS = 15;
const PROFILES = 400;
/** The issuer of the token that all of them take, whatever port they have. */
const PUBLIC_ORIGIN = 'http://127.0.0.1:7071';
/** Longer than it takes the exporter to be loaded. */
const WARM_UP_MS = 2500;
/** Another build's `start.cjs` can be named, to compare with. */
const START =
  process.argv[2] ?? fileURLToPath(new URL('../../dist/local/start.cjs', import.meta.url));

interface Run {
  /** From the start of the process to the answer. */
  readonly firstProfileMs: number;
  /** The processor time of the process until then, which a busy machine does not change much. */
  readonly cpuMs: number;
  /** Once all is loaded. */
  readonly profileMs: number;
}

const directory = mkdtempSync(join(tmpdir(), 'telemetry-'));
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

async function start(env: Record<string, string>) {
  const args = [START, '--port', '0', '--json', '--data', directory];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, BCRYPT_COST: '10', PUBLIC_ORIGIN, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  const { origin, admins } = JSON.parse(line);
  const client = new Client(origin);
  const stop = async () => {
    client.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { client, admins, stop, cpuMs: () => cpuMsOf(child.pid) };
}

/** Linux counts it in ticks of 10 ms (proc(5), fields 14 and 15 of stat); others do not. */
function cpuMsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

async function measure(token: string, env: Record<string, string>): Promise<Run> {
  const startedAtMs = performance.now();
  const { client, stop, cpuMs: readCpuMs } = await start(env);
  const profile = () => client.call('GET', '/api/me', { token });
  const { status } = await profile();
  const firstProfileMs = performance.now() - startedAtMs;
  const cpuMs = readCpuMs();
  if (status !== 200) throw new Error(`a profile was answered ${status}`);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const durations: number[] = [];
  for (let index = 0; index < PROFILES; index += 1) durations.push((await profile()).durationMs);
  await stop();
  return { firstProfileMs, cpuMs, profileMs: median(durations) };
}

const first = await start({});
const token = await first.client.chooseOwnPassword(
  first.admins[0].userName,
  first.admins[0].temporaryPassword,
);
await first.stop();
const runs: Record<'off' | 'on', Run[]> = { off: [], on: [] };
for (let index = 0; index < RUNS; index += 1) {
  runs.off.push(await measure(token, {}));
  runs.on.push(await measure(token, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
}
collector.close();
rmSync(directory, { recursive: true });

const row = (name: 'off' | 'on') => [
  name,
  spread(
    runs[name].map(({ firstProfileMs }) => firstProfileMs),
    0,
  ),
  spread(
    runs[name].map(({ cpuMs }) => cpuMs),
    0,
  ),
  spread(
    runs[name].map(({ profileMs }) => profileMs),
    2,
  ),
];
presentPart({
  title: 'Telemetry',
  text: [
    `Each of ${RUNS} turns starts the service with telemetry off and with telemetry to a ` +
      'collector on this machine, asks for a profile at once, and for ' +
      `${PROFILES} more once everything is loaded.`,
  ],
  tables: [
    {
      caption: 'Median over the turns (lowest–highest), in milliseconds',
      head: [
        'telemetry',
        'process start to first profile',
        'processor time of that',
        'a later profile',
      ],
      rows: [row('off'), row('on')],
    },
  ],
  targets: [],
});
