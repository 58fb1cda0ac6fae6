/** The memory of the deployed app in the local host, at rest and under load. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, loadOf, PASSWORD } from '../client.ts';
import { startHost, stopHost } from '../cold-start/running-host.ts';
import type { StandingStores } from '../cold-start/stores.ts';
import { TENANT } from './commands.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ADMIN = `admin@${TENANT}`;
const CLIENTS = 16;
const LOOK_MS = 250;
const LISTS = [
  '/api/users?limit=100',
  '/api/users?search=given5',
  '/api/events?limit=100',
  '/api/users/summary',
];
/** The calls before memory is read, as in the part of cold starts. */
export const PROFILES = 300;
export const SIGN_INS = 30;

/** In MiB. */
export interface ServiceMemory {
  readonly started: number;
  readonly afterProfiles: number;
  readonly underLoad: number;
}

async function requireOk(answer: Promise<{ readonly status: number }>): Promise<void> {
  const { status } = await answer;
  if (status !== 200) throw new Error(`a call was answered ${status}`);
}

/** Sign-ins, and an admin who reads every list again and again. @returns the most, in MiB */
async function load(
  client: Client,
  token: string,
  { loadMs, readMiB }: { readonly loadMs: number; readonly readMiB: () => Promise<number> },
): Promise<number> {
  const names = Array.from({ length: CLIENTS }, (_, index) => `busy-${index}@${TENANT}`);
  for (const name of names) await client.addUser(token, name);
  const endsAtMs = performance.now() + loadMs;
  const isOver = () => performance.now() >= endsAtMs;
  let most = 0;
  const watch = async () => {
    while (!isOver()) {
      await wait(LOOK_MS);
      most = Math.max(most, await readMiB());
    }
  };
  const sign = async (name: string) => {
    while (!isOver()) await requireOk(client.signIn(name, PASSWORD));
  };
  const read = async () => {
    while (!isOver())
      for (const path of LISTS) await requireOk(client.call('GET', path, { token }));
  };
  await Promise.all([watch(), read(), ...names.map(sign)]);
  return most;
}

export async function measureService(
  host: string,
  stores: StandingStores,
  { connectionString, loadMs }: { readonly connectionString: string; readonly loadMs: number },
): Promise<ServiceMemory> {
  const temporary = await stores.createAdmin(ROOT, ADMIN, connectionString);
  const running = await startHost(host, {
    packageDirectory: join(ROOT, 'dist/package'),
    caFile: stores.caFile,
    env: { ...stores.env, TABLES_CONNECTION_STRING: connectionString },
  });
  const { child, client } = running;
  const readMiB = async () => (await loadOf(child, 'tell')).rssMiB;
  try {
    await requireOk(client.call('GET', '/api/health/live'));
    const started = await readMiB();
    const token = await client.chooseOwnPassword(ADMIN, temporary);
    for (let count = 0; count < PROFILES; count += 1) {
      await requireOk(client.call('GET', '/api/me', { token }));
      if (count % (PROFILES / SIGN_INS) === 0) await requireOk(client.signIn(ADMIN, PASSWORD));
    }
    const afterProfiles = await readMiB();
    return { started, afterProfiles, underLoad: await load(client, token, { loadMs, readMiB }) };
  } finally {
    await stopHost(running, 'kill');
  }
}
