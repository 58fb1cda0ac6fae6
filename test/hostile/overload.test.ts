import { setTimeout as sleep } from 'node:timers/promises';
import azureFunctions from '@azure/functions';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Refusal } from '../../shared/credential/refusal.ts';
import { HASH_WAITING_LIMIT } from '../../shared/crypto/password/hash-queue.ts';
import { signIn } from '../../shared/operation/sign-in.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from '../http/fixture/opened-service.ts';
import { type Answered, Client, percentile, residentMiB } from './overload-client.ts';

/** Twenty times as many sign-ins as can be hashed. `HOSTILE=long` lasts 30 s and prints numbers. */

const { HttpRequest, InvocationContext } = azureFunctions;
const IS_LONG = process.env.HOSTILE === 'long';
const FLOOD_SECONDS = IS_LONG ? 30 : 1;
const TIMES_CAPACITY = 20;
/** The load that this machine can send besides serving; the flood is 20 times the capacity. */
const SENT_PER_SECOND_MAX = 600;
/** Three times the slots, however slow the machine is. */
const SENT_PER_SECOND_MIN = 100;
const TICK_MS = 50;
// Real hashes and sockets on a machine that may be busy; nothing here judges time.
vi.setConfig({ testTimeout: 120_000 });

const WRONG = 'not the right one';
/** Far above what 30 s of refusals leave behind, far below what kept requests would take. */
const MEMORY_GROWTH_MAX_MIB = 256;

describe('the hash queue', () => {
  const PLACES = 1 + HASH_WAITING_LIMIT;
  const KEPT = HASH_WAITING_LIMIT / 4;

  /** Sign-ins side by side, each as a network; how many slots were held at most, and outcomes. */
  async function flood(operations: Operations, networks: readonly string[]) {
    const { hasher } = operations.dependencies;
    let held = 0;
    let most = 0;
    const watched = operations.with({
      hasher: {
        async acquire(...caller) {
          const slot = await hasher.acquire(...caller);
          held += 1;
          most = Math.max(most, held);
          let isHeld = true;
          return override(slot, {
            release() {
              if (isHeld) held -= 1;
              isHeld = false;
              slot.release();
            },
          });
        },
      },
    });
    const outcomes = await Promise.all(
      networks.map(async (network, index) => {
        const userName = nameOf(`flood-${network}-${index}@contoso.example`);
        const context = { ...operations.context(), network: [network] };
        try {
          return await signIn(watched.dependencies, { userName, password: WRONG }, context);
        } catch (refusal) {
          if (refusal instanceof Refusal) return `${network}: ${refusal.code}`;
          throw refusal;
        }
      }),
    );
    expect(held).toBe(0);
    return { most, outcomes };
  }

  it('takes no more than its slots of 20 times as many calls, and recovers', async () => {
    const operations = await createOperations();
    const admin = await operations.readyAdmin();
    const crowd = Array.from({ length: TIMES_CAPACITY * PLACES }, () => 'a');
    const { most, outcomes } = await flood(operations, crowd);
    expect(most).toBe(PLACES - KEPT);
    const refused = outcomes.filter((outcome) => outcome === 'a: overloaded');
    const heard = outcomes.filter((outcome) => outcome === 'a: invalid-credentials');
    expect(heard.length).toBeGreaterThanOrEqual(most);
    expect(refused.length + heard.length).toBe(crowd.length);
    expect(await operations.attempt(admin.userName, admin.password)).toBe('signedIn');
    await operations.stop();
  });

  it('keeps a slot for other networks while one network floods', async () => {
    const operations = await createOperations();
    const others = ['b', 'c', 'd', 'e'];
    const crowd = Array.from({ length: TIMES_CAPACITY * PLACES }, () => 'a');
    // The others come last, when the flood has taken all that it can.
    const { most, outcomes } = await flood(operations, [...crowd, ...others]);
    expect(most).toBeLessThanOrEqual(PLACES);
    for (const other of others) expect(outcomes).toContain(`${other}: invalid-credentials`);
    expect(outcomes).toContain('a: overloaded');
    await operations.stop();
  });
});

// A /56 or a /24 was a network of its own, of which one customer has hundreds. These are
// the floods that leave the fewest slots; crypto/fair-queue.test.ts has the other sizes.
describe('a flood from all networks', () => {
  let service: Service;
  let admin: SignedInAdmin;
  beforeAll(async () => {
    // As low as 80 callers can keep the queue full; coverage counts what is deployed, from 10 on.
    const BCRYPT_COST = inject('quickCost') === undefined ? '10' : '9';
    service = await startService({ env: { TRUSTED_PROXY_HOPS: '1', BCRYPT_COST } });
    admin = await service.readyAdmin();
  });
  afterAll(() => service.stopAndAssertNoLeaks());

  it.each([
    ['/32', (n: number) => `2001:db8:${n.toString(16)}::1`],
    ['/16', (n: number) => `198.51.${n}.1`],
  ])('of one %s leaves other networks their share of the slots', async (prefix, addressOf) => {
    const { userName, password } = admin;
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const codes: string[] = [];
    let isOver = false;
    const flood = Array.from({ length: 80 }, async (_, caller) => {
      for (let sent = 0; !isOver; sent += 1) {
        const name = `flood-${prefix.slice(1)}-${caller}-${sent}@contoso.example`;
        const address = addressOf((caller + 80 * sent) % 256);
        const { body } = await service.signIn(name, WRONG, from(address));
        codes.push(body.code);
        // As many callers as fill the queue; more calls of each are refused and prove nothing.
        await sleep(250);
      }
    });
    await expect.poll(() => codes).toContain('overloaded');
    const served: number[] = [];
    // A slot is sometimes free by chance: one sign-in of each network would prove little.
    for (let turn = 0; turn < 3; turn += 1) {
      const others = ['2001:db9::1', '203.0.113.1'];
      const answers = others.map((address) => service.signIn(userName, password, from(address)));
      for (const { status } of await Promise.all(answers)) served.push(status);
    }
    isOver = true;
    await Promise.all(flood);
    expect(served).toEqual(Array.from({ length: 6 }, () => 200));
  });
});

describe('a hang-up of a client', () => {
  it('is not signalled by the platform, so no queued call could leave', () => {
    const request = new HttpRequest({ method: 'POST', url: 'http://127.0.0.1/' });
    const context = new InvocationContext();
    for (const told of [request, context]) {
      const names = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(told)));
      const like = /signal|abort|cancel/i;
      expect([...names, ...Object.keys(told)].filter((name) => like.test(name))).toEqual([]);
    }
  });
});

describe(`sign-ins of ${TIMES_CAPACITY} times the hash capacity for ${FLOOD_SECONDS} s`, () => {
  let opened: OpenedService;
  let admin: SignedInAdmin;
  let floods: readonly Client[];
  let quiet: Client;
  const flooded: Answered[] = [];
  const served: Answered[] = [];
  const looks = { '/api/health/live': [] as Answered[], '/api/me': [] as Answered[] };
  const memoryMiB: number[] = [];

  beforeAll(async () => {
    // The tables are this process's, so that a refusal is timed without the embedded ones' saving.
    opened = await startOpenedService({ env: { BCRYPT_COST: IS_LONG ? '12' : '10' } });
    admin = await opened.service.readyAdmin();
    const { origin } = opened.service;
    // Several hosts of one /24; their own entries in the header are not trusted.
    floods = [1, 2, 3, 4].map((host) => new Client(origin, `127.0.50.${host}`));
    quiet = new Client(origin, '127.0.51.1');
    await runFlood();
  }, 180_000);
  afterAll(async () => {
    for (const client of [...floods, quiet]) client.close();
    await opened.stop();
  });

  const forged = () => {
    const octet = () => Math.floor(Math.random() * 256);
    return { 'x-forwarded-for': `${octet()}.${octet()}.${octet()}.1` };
  };

  let sent = 0;
  async function guess(): Promise<void> {
    sent += 1;
    const client = floods[sent % floods.length] as Client;
    flooded.push(await client.signIn(`flood-${sent}@contoso.example`, WRONG, forged()));
  }

  /** Hashes a second, all threads busy. */
  async function capacity(): Promise<number> {
    const startedAtMs = performance.now();
    const before = flooded.length;
    await Promise.all(Array.from({ length: 12 }, guess));
    return (flooded.length - before) / ((performance.now() - startedAtMs) / 1000);
  }

  async function repeat(until: number, pauseMs: number, call: () => Promise<void>): Promise<void> {
    while (performance.now() < until) {
      await call();
      await sleep(pauseMs);
    }
  }

  async function look(path: keyof typeof looks): Promise<void> {
    looks[path].push(await quiet.send('GET', path, { token: admin.token }));
  }

  async function runFlood(): Promise<void> {
    const wanted = TIMES_CAPACITY * (await capacity());
    const perSecond = Math.min(SENT_PER_SECOND_MAX, Math.max(SENT_PER_SECOND_MIN, wanted));
    flooded.length = 0;
    const { directory } = opened.service;
    memoryMiB.push(residentMiB(directory));
    const until = performance.now() + FLOOD_SECONDS * 1000;
    const guesses: Promise<void>[] = [];
    const shower = repeat(until, TICK_MS, async () => {
      for (let count = 0; count < (perSecond * TICK_MS) / 1000; count += 1) guesses.push(guess());
      memoryMiB.push(residentMiB(directory));
    });
    await sleep(500);
    await Promise.all([
      shower,
      repeat(until, 50, async () => {
        served.push(await quiet.signIn(admin.userName, admin.password));
      }),
      repeat(until, 100, () => look('/api/health/live')),
      repeat(until, 100, () => look('/api/me')),
    ]);
    // Right after, while the last of the flood is still being hashed.
    served.push(await quiet.signIn(admin.userName, admin.password));
    await Promise.all(guesses);
  }

  it('are refused with Retry-After without a slot, and answered otherwise', () => {
    const refused = flooded.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(flooded.length / 2);
    for (const { body, headers } of refused) {
      expect(body.code).toBe('overloaded');
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    }
    const others = flooded.filter(({ status }) => status !== 503);
    expect(others.length).toBeGreaterThan(0);
    for (const { status } of others) expect([401, 429]).toContain(status);
  });

  it('take the spare capacity, not the share of another network', () => {
    // How many there are is the machine's affair.
    expect(served.length).toBeGreaterThanOrEqual(1);
    expect(served.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
  });

  it('leave health and profiles answered', () => {
    for (const answers of Object.values(looks)) {
      const statuses = answers.map(({ status }) => status);
      expect(statuses.length).toBeGreaterThan(0);
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
  });

  it('leave memory bounded', () => {
    const [before = 0] = memoryMiB;
    expect(Math.max(...memoryMiB) - before).toBeLessThan(MEMORY_GROWTH_MAX_MIB);
  });

  it('leave the network to be served at once when they are over', async () => {
    const [client] = floods;
    const answer = await client?.signIn(admin.userName, admin.password);
    expect(answer?.status).toBe(200);
  });

  it('print their numbers, which no test judges', () => {
    const line = (what: string, answers: readonly Answered[]) => {
      const times = answers.map(({ durationMs }) => durationMs);
      const at = (percent: number) => `p${percent} ${percentile(times, percent).toFixed(0)} ms`;
      return `${what}: ${answers.length}, ${at(50)}, ${at(99)}`;
    };
    const of = (...statuses: readonly number[]) =>
      flooded.filter(({ status }) => statuses.includes(status));
    const [before = 0] = memoryMiB;
    const text = [
      `sent ${(flooded.length / FLOOD_SECONDS).toFixed(0)}/s for ${FLOOD_SECONDS} s`,
      line('refused (503)', of(503)),
      line('answered (401, 429)', of(401, 429)),
      line('sign-ins of another network', served),
      line('GET /api/health/live', looks['/api/health/live']),
      line('GET /api/me', looks['/api/me']),
      `resident MiB: ${before.toFixed(0)} before, ${Math.max(...memoryMiB).toFixed(0)} at most`,
    ].join('\n  ');
    if (IS_LONG) process.stdout.write(`\noverload\n  ${text}\n`);
    expect(text).not.toContain('NaN');
  });
});
