import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createHashPool,
  DEVICE_PLACES,
  HASH_WAITING_LIMIT,
  type HashPool,
  type HashPoolOptions,
  type HashPoolPlace,
  hashWorkerUrl,
} from '../../shared/crypto/password/hash-pool.ts';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';
import { JOB_MS } from './slow-worker.ts';

const CRASHING = new URL('./crashing-worker.ts', import.meta.url);
const CRASH = 'crash';

const pools: HashPool[] = [];
function open(options: Partial<HashPoolOptions> = {}): HashPool {
  const pool = createHashPool({ workerUrl: hashWorkerUrl(), clock: Date, threads: 1, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function enter(pool: HashPool): HashPoolPlace {
  const place = pool.enter();
  if (place === undefined) throw new Error('the pool is full');
  return place;
}

const hashJob = (preHash: string) => ({ kind: 'hash', preHash, cost: 4 }) as const;

describe('hashWorkerUrl', () => {
  it('is the source for any module that is one, and beside the bundle for that', () => {
    const source = new URL('../../shared/crypto/password/hash-worker.ts', import.meta.url).href;
    expect(hashWorkerUrl().href).toBe(source);
    expect(hashWorkerUrl('file:///app/test/other.ts').href).toBe(source);
    expect(hashWorkerUrl('file:///app/dist/package/main.cjs').href).toBe(
      'file:///app/dist/package/hash-worker.cjs',
    );
  });
});

describe('the worker', () => {
  it('hashes in the modular crypt form and verifies it, off this thread', async () => {
    const place = enter(open());
    const { bcrypt } = await place.run(hashJob('a'));
    expect(bcrypt).toMatch(/^\$2b\$04\$.{53}$/);
    const verify = { kind: 'verify', bcrypt, topUpCosts: [] } as const;
    expect((await place.run({ ...verify, preHash: 'a' })).isMatch).toBe(true);
    expect((await place.run({ ...verify, preHash: 'b' })).isMatch).toBe(false);
  });

  it('runs the top-up after a failure only, and tells what it ran', async () => {
    const place = enter(open());
    const { bcrypt } = await place.run(hashJob('a'));
    const verify = { kind: 'verify', bcrypt, topUpCosts: [4, 5] } as const;
    expect((await place.run({ ...verify, preHash: 'b' })).costs).toEqual([4, 4, 5]);
    expect((await place.run({ ...verify, preHash: 'a' })).costs).toEqual([4]);
  });

  it('refuses a job that bcrypt refuses, without saying what was in it, and lives on', async () => {
    const place = enter(open());
    const bcrypt = `$9z$04$${'S'.repeat(53)}`;
    const bad: HashJob = { kind: 'verify', preHash: 'a', bcrypt, topUpCosts: [] };
    await expect(place.run(bad)).rejects.toThrow(/^The hash worker refused its job\.$/);
    await expect(place.run(hashJob('a'))).resolves.toBeDefined();
  });
});

describe('places', () => {
  it('let at least 16 of one network wait, and keep the rest for others', () => {
    const pool = open({ threads: 2 });
    let held = 0;
    while (pool.enter(['flood']) !== undefined) held += 1;
    expect(held).toBe(2 + HASH_WAITING_LIMIT * 0.75);
    expect(held - 2).toBeGreaterThanOrEqual(16);
    for (let count = held; count < 2 + HASH_WAITING_LIMIT; count += 1) {
      expect(pool.enter([`elsewhere ${count}`])).toBeDefined();
      expect(pool.enter(['flood'])).toBeUndefined();
    }
    expect(pool.enter(['one too many'])).toBeUndefined();
  });

  it('give each of several newcomers no more than a fair share of what is kept', () => {
    const pool = open({ threads: 1, waitingLimit: 15 });
    while (pool.enter(['flood']) !== undefined);
    // 3 of 16 are left; with two networks present a share is 5, with three 4.
    expect([pool.enter(['b']), pool.enter(['c']), pool.enter(['b'])]).not.toContain(undefined);
    expect([pool.enter(['c']), pool.enter(['flood'])]).toEqual([undefined, undefined]);
  });

  it('take turns by network: one that floods delays others by one job each', async () => {
    const pool = open({ threads: 1 });
    const ended: string[] = [];
    const run = async (network: string) => {
      await pool.enter([network])?.run(hashJob(network));
      ended.push(network);
    };
    await Promise.all([...Array.from({ length: 6 }, () => run('flood')), run('b'), run('c')]);
    expect(ended.slice(0, 4)).toEqual(['flood', 'flood', 'b', 'c']);
  });

  it('take turns by network, and inside it by the networks that it holds', async () => {
    const pool = open({ threads: 1 });
    const ended: string[] = [];
    const run = async (...network: string[]) => {
      await pool.enter(network)?.run(hashJob('a'));
      ended.push(network.join(' '));
    };
    const flood = ['a 1', 'a 2', 'a 3', 'a 3'].map((network) => run(...network.split(' ')));
    await Promise.all([...flood, run('b', '1'), run('b', '1'), run('c')]);
    expect(ended).toEqual(['a 1', 'a 2', 'b 1', 'c', 'a 3', 'b 1', 'a 3']);
  });

  it('become free when left: at once without a job, twice counting once', () => {
    const pool = open({ waitingLimit: 1 });
    const first = enter(pool);
    enter(pool);
    expect(pool.enter()).toBeUndefined();
    first.leave();
    first.leave();
    expect(pool.enter()).toBeDefined();
    expect(pool.enter()).toBeUndefined();
  });

  it('stay taken until a job that was begun has ended', async () => {
    const pool = open({ waitingLimit: 0 });
    const place = enter(pool);
    const hashed = place.run(hashJob('a'));
    place.leave();
    expect(pool.enter()).toBeUndefined();
    await expect(hashed).resolves.toMatchObject({ kind: 'hash' });
    expect(pool.enter()).toBeDefined();
  });

  it('take no job after they were left', async () => {
    const place = enter(open());
    place.leave();
    await expect(place.run(hashJob('a'))).rejects.toThrow('was left');
  });

  it('run their jobs first come, first served, each its own one after the other', async () => {
    const pool = open({ threads: 1 });
    const ended: string[] = [];
    const note = (name: string) => () => ended.push(name);
    const [a, b, c] = [enter(pool), enter(pool), enter(pool)];
    await Promise.all([
      a.run(hashJob('a1')).then(note('a1')),
      a.run(hashJob('a2')).then(note('a2')),
      b.run(hashJob('b1')).then(note('b1')),
      c.run(hashJob('c1')).then(note('c1')),
    ]);
    expect(ended).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('go on after a job of theirs failed', async () => {
    const place = enter(open());
    const bcrypt = `$9z$04$${'S'.repeat(53)}`;
    const bad = place.run({ kind: 'verify', preHash: 'a', bcrypt, topUpCosts: [] });
    const good = place.run(hashJob('a'));
    await expect(bad).rejects.toThrow();
    await expect(good).resolves.toBeDefined();
  });
});

describe('a worker that dies', () => {
  it('takes its own job with it, and is replaced for those that wait', async () => {
    const pool = open({ workerUrl: CRASHING });
    const [doomed, waiting] = [enter(pool), enter(pool)];
    const lost = doomed.run(hashJob(CRASH));
    const kept = waiting.run(hashJob('a'));
    await expect(lost).rejects.toThrow('The hash worker stopped before its job ended.');
    await expect(kept).resolves.toMatchObject({ kind: 'hash' });
    await expect(doomed.run(hashJob('b'))).resolves.toMatchObject({ kind: 'hash' });
  });

  it('while it is idle is not given another job', async () => {
    const place = enter(open({ workerUrl: CRASHING }));
    await expect(place.run(hashJob('crash when idle'))).resolves.toBeDefined();
    // A job that comes before its end is noticed is lost with it; the one after that is not.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const hashed = place.run(hashJob('a')).catch(() => place.run(hashJob('a')));
    await expect(hashed).resolves.toMatchObject({ kind: 'hash' });
  });

  it('at its start rejects each job, and does not start again without end', async () => {
    const place = enter(open({ workerUrl: new URL('./no-such-worker.ts', import.meta.url) }));
    await expect(place.run(hashJob('a'))).rejects.toThrow('stopped before its job ended');
    await expect(place.run(hashJob('a'))).rejects.toThrow('stopped before its job ended');
  });
});

describe('the end', () => {
  it('comes after the jobs that wait, and then nobody enters', async () => {
    const pool = open({ threads: 1 });
    const [a, b] = [enter(pool), enter(pool)];
    const both = Promise.all([a.run(hashJob('a')), b.run(hashJob('b'))]);
    await pool.close();
    await expect(both).resolves.toHaveLength(2);
    expect(pool.enter()).toBeUndefined();
    await expect(a.run(hashJob('c'))).rejects.toThrow('closed');
    await pool.close();
  });

  it('of the process is not held up by idle threads, but waits for a running job', async () => {
    const module = new URL('../../shared/crypto/password/hash-pool.ts', import.meta.url).href;
    const script = `
      import { createHashPool, hashWorkerUrl } from '${module}';
      const place = createHashPool({ workerUrl: hashWorkerUrl(), clock: Date, threads: 1 }).enter();
      await place.run({ kind: 'hash', preHash: 'a', cost: 4 });
      place.run({ kind: 'hash', preHash: 'a', cost: 4 }).then(() => process.stdout.write('ran'));
    `;
    const argv = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    expect(stdout).toBe('ran');
  });

  it.each([{ threads: 0 }, { threads: 1.5 }, { waitingLimit: -1 }])('refuses %o', (options) => {
    expect(() => createHashPool({ workerUrl: hashWorkerUrl(), clock: Date, ...options })).toThrow(
      RangeError,
    );
  });
});

describe('the deadline', () => {
  const workerUrl = new URL('./slow-worker.ts', import.meta.url);
  const job = hashJob('a');

  /** One place done, so that the pool knows what one takes. */
  async function openKnown(options: Partial<HashPoolOptions>): Promise<HashPool> {
    const pool = open({ workerUrl, ...options });
    const place = enter(pool);
    await place.run(job);
    place.leave();
    return pool;
  }

  it('refuses at once who could not be done in time, and only beyond the floor', async () => {
    // Each takes 50 ms and more: the second of two would be done after 100 ms at the earliest.
    const pool = await openKnown({ deadlineMs: 2 * JOB_MS - 1, waitingFloor: 0 });
    const first = enter(pool);
    expect(pool.enter()).toBeUndefined();
    first.leave();
    expect(pool.enter()).toBeDefined();

    const patient = await openKnown({ deadlineMs: 2 * JOB_MS - 1, waitingFloor: 2 });
    for (let taken = 0; taken < 3; taken += 1) enter(patient);
    expect(patient.enter()).toBeUndefined();
  });

  it('of one network is not that of another: a flood refused all, by the wait of its own', async () => {
    // By this clock a job takes 10 ms.
    let nowMs = 0;
    const now = () => {
      nowMs += 10;
      return nowMs;
    };
    const pool = await openKnown({ clock: { now }, deadlineMs: 25, waitingFloor: 0 });
    expect(pool.enter(['flood'])).toBeDefined();
    expect(pool.enter(['flood'])).toBeDefined();
    expect(pool.enter(['flood'])).toBeUndefined();
    // Behind the one that runs, another network has the next turn, however many of the first wait.
    expect(pool.enter(['other'])).toBeDefined();
    expect(pool.enter(['other'])).toBeUndefined();
  });

  it('counts all jobs of a place: a change hashes more than a sign-in', async () => {
    const pool = open({ workerUrl, deadlineMs: 4 * JOB_MS, waitingFloor: 0 });
    const place = enter(pool);
    for (let count = 0; count < 3; count += 1) await place.run(job);
    place.leave();
    enter(pool);
    expect(pool.enter()).toBeUndefined();
  });

  it('holds nobody up who knows of no place yet, nor one who hashed nothing', async () => {
    const pool = open({ workerUrl, deadlineMs: 0, waitingFloor: 0 });
    enter(pool).leave();
    enter(pool);
    expect(pool.enter()).toBeDefined();
  });
});

describe('the threads', () => {
  it('give way to everything else of the process, where threads have a priority', async () => {
    const mine = getPriority();
    await enter(open()).run(hashJob('a'));
    expect(getPriority()).toBe(mine);
    if (process.platform !== 'linux') return;
    const priorities = readdirSync('/proc/self/task').map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
      // Field 19 of proc(5); what comes before the last parenthesis is the first two.
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    });
    expect(priorities).toContain(Math.min(mine + 10, constants.priority.PRIORITY_LOW));
  });
});

describe('places of known devices', () => {
  it('are left where a thousand networks hold all others, and shared between users', () => {
    const pool = open({ waitingLimit: 16, waitingFloor: 100 });
    const taken = Array.from({ length: 1000 }, (_, network) => pool.enter([`network ${network}`]));
    expect(pool.enter(['one more'])).toBeUndefined();
    const devices = Array.from({ length: DEVICE_PLACES }, () => pool.enter(['one more'], 'ana'));
    const ofAna = devices.filter((place) => place !== undefined).length;
    expect(ofAna).toBeGreaterThan(1);
    expect(ofAna).toBeLessThan(DEVICE_PLACES);
    const [first] = devices;
    expect(pool.enter(['one more'], 'ben')).toBeDefined();
    first?.leave();
    expect(pool.enter(['one more'], 'cem')).toBeDefined();
    expect(taken.filter((place) => place !== undefined)).toHaveLength(17);
  });

  it('are followed by those of the network, and end with the pool', async () => {
    const pool = open({ waitingLimit: 16 });
    const places = Array.from({ length: DEVICE_PLACES + 4 }, () => pool.enter(['a'], 'ana'));
    expect(places.every((place) => place !== undefined)).toBe(true);
    expect(pool.waiting).toBeGreaterThan(0);
    for (const place of places) place?.leave();
    expect(pool.waiting).toBe(0);
    const place = pool.enter(['a'], 'ana');
    await expect(place?.run(hashJob('x'))).resolves.toBeDefined();
    place?.leave();
    await pool.close();
    expect(pool.enter(['a'], 'ana')).toBeUndefined();
  });
});
