import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import {
  APART_SLOTS,
  createHashQueue,
  HASH_WAITING_LIMIT,
  type HashQueue,
  type HashQueueOptions,
  type HashQueueSlot,
  hashWorkerUrl,
} from '../../shared/crypto/password/hash-queue.ts';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';
import type { ProvenCaller } from '../../shared/port/hasher.ts';
import { JOB_MS } from './slow-worker.ts';

const CRASHING = new URL('./crashing-worker.ts', import.meta.url);
const CRASH = 'crash';

const queues: HashQueue[] = [];
function open(options: Partial<HashQueueOptions> = {}): HashQueue {
  const queue = createHashQueue({
    workerUrl: hashWorkerUrl(),
    clock: Date,
    threads: 1,
    ...options,
  });
  queues.push(queue);
  return queue;
}
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
});

function acquire(queue: HashQueue): HashQueueSlot {
  const slot = queue.acquire();
  if (slot === undefined) throw new Error('the queue is full');
  return slot;
}

const hashJob = (preHash: string) => ({ kind: 'hash', preHash, cost: 4 }) as const;

describe('hashWorkerUrl', () => {
  it('returns the source for a source module, and the file beside the bundle', () => {
    const source = new URL('../../shared/crypto/password/hash-worker.ts', import.meta.url).href;
    expect(hashWorkerUrl().href).toBe(source);
    expect(hashWorkerUrl('file:///app/test/other.ts').href).toBe(source);
    expect(hashWorkerUrl('file:///app/dist/package/main.cjs').href).toBe(
      'file:///app/dist/package/hash-worker.cjs',
    );
  });
});

describe('the hash worker', () => {
  it('hashes in the modular crypt form and verifies it, off this thread', async () => {
    const slot = acquire(open());
    const { bcrypt } = await slot.run(hashJob('a'));
    expect(bcrypt).toMatch(/^\$2b\$04\$.{53}$/);
    const verify = { kind: 'verify', bcrypt, topUpCosts: [] } as const;
    expect((await slot.run({ ...verify, preHash: 'a' })).isMatch).toBe(true);
    expect((await slot.run({ ...verify, preHash: 'b' })).isMatch).toBe(false);
  });

  it('runs the top-up only after a failure, and reports the costs it ran', async () => {
    const slot = acquire(open());
    const { bcrypt } = await slot.run(hashJob('a'));
    const verify = { kind: 'verify', bcrypt, topUpCosts: [4, 5] } as const;
    expect((await slot.run({ ...verify, preHash: 'b' })).costs).toEqual([4, 4, 5]);
    expect((await slot.run({ ...verify, preHash: 'a' })).costs).toEqual([4]);
  });

  it('rejects a job that bcrypt rejects, without its content, and continues', async () => {
    const slot = acquire(open());
    const bcrypt = `$9z$04$${'S'.repeat(53)}`;
    const bad: HashJob = { kind: 'verify', preHash: 'a', bcrypt, topUpCosts: [] };
    await expect(slot.run(bad)).rejects.toThrow(/^The hash worker refused its job\.$/);
    await expect(slot.run(hashJob('a'))).resolves.toBeDefined();
  });
});

describe('hash slots', () => {
  it('allow at least 16 waiting jobs of one network, and keep the rest free', () => {
    const queue = open({ threads: 2 });
    let held = 0;
    while (queue.acquire(['flood']) !== undefined) held += 1;
    expect(held).toBe(2 + HASH_WAITING_LIMIT * 0.75);
    expect(held - 2).toBeGreaterThanOrEqual(16);
    for (let count = held; count < 2 + HASH_WAITING_LIMIT; count += 1) {
      expect(queue.acquire([`elsewhere ${count}`])).toBeDefined();
      expect(queue.acquire(['flood'])).toBeUndefined();
    }
    expect(queue.acquire(['one too many'])).toBeUndefined();
  });

  it('give each of several new networks a fair share of the free rest', () => {
    const queue = open({ threads: 1, waitingLimit: 15 });
    while (queue.acquire(['flood']) !== undefined);
    // 3 of 16 are left; with two networks present a share is 5, with three 4.
    expect([queue.acquire(['b']), queue.acquire(['c']), queue.acquire(['b'])]).not.toContain(
      undefined,
    );
    expect([queue.acquire(['c']), queue.acquire(['flood'])]).toEqual([undefined, undefined]);
  });

  it('alternate between networks: a flood delays others by one job each', async () => {
    const queue = open({ threads: 1 });
    const ended: string[] = [];
    const run = async (network: string) => {
      await queue.acquire([network])?.run(hashJob(network));
      ended.push(network);
    };
    await Promise.all([...Array.from({ length: 6 }, () => run('flood')), run('b'), run('c')]);
    expect(ended.slice(0, 4)).toEqual(['flood', 'flood', 'b', 'c']);
  });

  it('alternate between networks, and between the networks inside each', async () => {
    const queue = open({ threads: 1 });
    const ended: string[] = [];
    const run = async (...network: string[]) => {
      await queue.acquire(network)?.run(hashJob('a'));
      ended.push(network.join(' '));
    };
    const flood = ['a 1', 'a 2', 'a 3', 'a 3'].map((network) => run(...network.split(' ')));
    await Promise.all([...flood, run('b', '1'), run('b', '1'), run('c')]);
    expect(ended).toEqual(['a 1', 'a 2', 'b 1', 'c', 'a 3', 'b 1', 'a 3']);
  });

  it('are freed on release: at once without a job, twice counting once', () => {
    const queue = open({ waitingLimit: 1 });
    const first = acquire(queue);
    acquire(queue);
    expect(queue.acquire()).toBeUndefined();
    first.release();
    first.release();
    expect(queue.acquire()).toBeDefined();
    expect(queue.acquire()).toBeUndefined();
  });

  it('stay taken until a running job has ended', async () => {
    const queue = open({ waitingLimit: 0 });
    const slot = acquire(queue);
    const hashed = slot.run(hashJob('a'));
    slot.release();
    expect(queue.acquire()).toBeUndefined();
    await expect(hashed).resolves.toMatchObject({ kind: 'hash' });
    expect(queue.acquire()).toBeDefined();
  });

  it('accept no job after their release', async () => {
    const slot = acquire(open());
    slot.release();
    await expect(slot.run(hashJob('a'))).rejects.toThrow('was released');
  });

  it('run jobs first come, first served, and those of one slot in order', async () => {
    const queue = open({ threads: 1 });
    const ended: string[] = [];
    const note = (name: string) => () => ended.push(name);
    const [a, b, c] = [acquire(queue), acquire(queue), acquire(queue)];
    await Promise.all([
      a.run(hashJob('a1')).then(note('a1')),
      a.run(hashJob('a2')).then(note('a2')),
      b.run(hashJob('b1')).then(note('b1')),
      c.run(hashJob('c1')).then(note('c1')),
    ]);
    expect(ended).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('accept another job after a failed one', async () => {
    const slot = acquire(open());
    const bcrypt = `$9z$04$${'S'.repeat(53)}`;
    const bad = slot.run({ kind: 'verify', preHash: 'a', bcrypt, topUpCosts: [] });
    const good = slot.run(hashJob('a'));
    await expect(bad).rejects.toThrow();
    await expect(good).resolves.toBeDefined();
  });
});

describe('a hash worker that stops', () => {
  it('fails its own job and is replaced for those that wait', async () => {
    const queue = open({ workerUrl: CRASHING });
    const [doomed, waiting] = [acquire(queue), acquire(queue)];
    const lost = doomed.run(hashJob(CRASH));
    const kept = waiting.run(hashJob('a'));
    await expect(lost).rejects.toThrow('The hash worker stopped before its job ended.');
    await expect(kept).resolves.toMatchObject({ kind: 'hash' });
    await expect(doomed.run(hashJob('b'))).resolves.toMatchObject({ kind: 'hash' });
  });

  it('while idle gets no further job', async () => {
    const slot = acquire(open({ workerUrl: CRASHING }));
    await expect(slot.run(hashJob('crash when idle'))).resolves.toBeDefined();
    // A job that comes before its end is noticed is lost with it; the one after that is not.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const hashed = slot.run(hashJob('a')).catch(() => slot.run(hashJob('a')));
    await expect(hashed).resolves.toMatchObject({ kind: 'hash' });
  });

  it('at its start fails each job and is not restarted without end', async () => {
    const slot = acquire(open({ workerUrl: new URL('./no-such-worker.ts', import.meta.url) }));
    await expect(slot.run(hashJob('a'))).rejects.toThrow('stopped before its job ended');
    await expect(slot.run(hashJob('a'))).rejects.toThrow('stopped before its job ended');
  });
});

describe('closing the hash queue', () => {
  it('waits for the queued jobs and accepts no more', async () => {
    const queue = open({ threads: 1 });
    const [a, b] = [acquire(queue), acquire(queue)];
    const both = Promise.all([a.run(hashJob('a')), b.run(hashJob('b'))]);
    await queue.close();
    await expect(both).resolves.toHaveLength(2);
    expect(queue.acquire()).toBeUndefined();
    await expect(a.run(hashJob('c'))).rejects.toThrow('closed');
    await queue.close();
  });

  it('lets the process exit with idle threads, but waits for a running job', async () => {
    const module = new URL('../../shared/crypto/password/hash-queue.ts', import.meta.url).href;
    const script = `
      import { createHashQueue, hashWorkerUrl } from '${module}';
      const options = { workerUrl: hashWorkerUrl(), clock: Date, threads: 1 };
      const slot = createHashQueue(options).acquire();
      await slot.run({ kind: 'hash', preHash: 'a', cost: 4 });
      slot.run({ kind: 'hash', preHash: 'a', cost: 4 }).then(() => process.stdout.write('ran'));
    `;
    const argv = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    expect(stdout).toBe('ran');
  });

  it.each([{ threads: 0 }, { threads: 1.5 }, { waitingLimit: -1 }])(
    'rejects the options %o',
    (options) => {
      expect(() =>
        createHashQueue({ workerUrl: hashWorkerUrl(), clock: Date, ...options }),
      ).toThrow(RangeError);
    },
  );
});

describe('the deadline of the hash queue', () => {
  const workerUrl = new URL('./slow-worker.ts', import.meta.url);
  const job = hashJob('a');

  /** Ends one slot, so that the queue has measured one. */
  async function openKnown(options: Partial<HashQueueOptions>): Promise<HashQueue> {
    const queue = open({ workerUrl, ...options });
    const slot = acquire(queue);
    await slot.run(job);
    slot.release();
    return queue;
  }

  it('rejects at once a slot that would come too late, beyond the floor only', async () => {
    // Each takes 50 ms and more: the second of two would be done after 100 ms at the earliest.
    const queue = await openKnown({ deadlineMs: 2 * JOB_MS - 1, waitingFloor: 0 });
    const first = acquire(queue);
    expect(queue.acquire()).toBeUndefined();
    first.release();
    expect(queue.acquire()).toBeDefined();

    const patient = await openKnown({ deadlineMs: 2 * JOB_MS - 1, waitingFloor: 2 });
    for (let taken = 0; taken < 3; taken += 1) acquire(patient);
    expect(patient.acquire()).toBeUndefined();
  });

  it('is judged by network: a flood is rejected for its own wait', async () => {
    // By this clock a job takes 10 ms.
    let nowMs = 0;
    const now = () => {
      nowMs += 10;
      return nowMs;
    };
    const queue = await openKnown({ clock: { now }, deadlineMs: 25, waitingFloor: 0 });
    expect(queue.acquire(['flood'])).toBeDefined();
    expect(queue.acquire(['flood'])).toBeDefined();
    expect(queue.acquire(['flood'])).toBeUndefined();
    // Behind the one that runs, another network has the next turn, however many of the first wait.
    expect(queue.acquire(['other'])).toBeDefined();
    expect(queue.acquire(['other'])).toBeUndefined();
  });

  it('counts all jobs of a slot: a change hashes more than a sign-in', async () => {
    const queue = open({ workerUrl, deadlineMs: 4 * JOB_MS, waitingFloor: 0 });
    const slot = acquire(queue);
    for (let count = 0; count < 3; count += 1) await slot.run(job);
    slot.release();
    acquire(queue);
    expect(queue.acquire()).toBeUndefined();
  });

  it('rejects no slot before the first one was measured', async () => {
    const queue = open({ workerUrl, deadlineMs: 0, waitingFloor: 0 });
    acquire(queue).release();
    acquire(queue);
    expect(queue.acquire()).toBeDefined();
  });
});

describe('the hash threads', () => {
  it('run at lower priority than the process, on Linux', async () => {
    const mine = getPriority();
    await acquire(open()).run(hashJob('a'));
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

describe.each(['device', 'session'] as const)('hash slots for a %s', (by) => {
  const of = (name: string) => ({ by, userId: name as UserId });

  it('stay free while a thousand networks hold the others, shared by users', () => {
    const queue = open({ waitingLimit: 16, waitingFloor: 100 });
    const taken = Array.from({ length: 1000 }, (_, network) =>
      queue.acquire([`network ${network}`]),
    );
    expect(queue.acquire(['one more'])).toBeUndefined();
    const all = Array.from({ length: APART_SLOTS }, () => queue.acquire(['one more'], of('ana')));
    const ofAna = all.filter((slot) => slot !== undefined).length;
    expect(ofAna).toBeGreaterThan(1);
    expect(ofAna).toBeLessThan(APART_SLOTS);
    const [first] = all;
    expect(queue.acquire(['one more'], of('ben'))).toBeDefined();
    first?.release();
    expect(queue.acquire(['one more'], of('cem'))).toBeDefined();
    expect(taken.filter((slot) => slot !== undefined)).toHaveLength(17);
  });

  it('come before those of the network and end with the queue', async () => {
    const queue = open({ waitingLimit: 16 });
    const slots = Array.from({ length: APART_SLOTS + 4 }, () => queue.acquire(['a'], of('ana')));
    expect(slots.every((slot) => slot !== undefined)).toBe(true);
    expect(queue.waiting).toBeGreaterThan(0);
    for (const slot of slots) slot?.release();
    expect(queue.waiting).toBe(0);
    const slot = queue.acquire(['a'], of('ana'));
    await expect(slot?.run(hashJob('x'))).resolves.toBeDefined();
    slot?.release();
    await queue.close();
    expect(queue.acquire(['a'], of('ana'))).toBeUndefined();
  });
});

describe('networks, known devices and sessions', () => {
  const session = (name: string) => ({ by: 'session', userId: name as UserId }) as const;
  const device = (name: string) => ({ by: 'device', userId: name as UserId }) as const;

  it('take turns: an admin waits for one job that runs and one of a device, however many wait', async () => {
    const queue = open({ waitingLimit: 32 });
    const ended: string[] = [];
    const run = async (name: string, proven?: ProvenCaller) => {
      await queue.acquire([name], proven)?.run(hashJob(name));
      ended.push(name);
    };
    await Promise.all([
      ...Array.from({ length: 24 }, (_, index) => run(`network ${index}`)),
      ...['ana', 'ben', 'cem'].map((name) => run(name, device(name))),
      ...['admin', 'other'].map((name) => run(name, session(name))),
    ]);
    // The first one ran when the others came.
    expect(ended.slice(0, 8)).toEqual([
      ...['network 0', 'ana', 'admin', 'network 1', 'ben', 'other', 'network 2', 'cem'],
    ]);
  });

  it('count in the wait of a network for as many turns as they have before it', async () => {
    let nowMs = 0;
    const now = () => {
      nowMs += 10;
      return nowMs;
    };
    const queue = open({ clock: { now }, deadlineMs: 25, waitingFloor: 0 });
    const slot = acquire(queue);
    await slot.run(hashJob('a'));
    slot.release();
    queue.acquire(['a']);
    const apart = queue.acquire(['b'], session('admin'));
    // Behind the one that runs and the session's.
    expect(queue.acquire(['b'])).toBeUndefined();
    apart?.release();
    expect(queue.acquire(['b'])).toBeDefined();
  });
});

describe('preparing the hash queue', () => {
  it('starts one thread, on which the first job runs', async () => {
    let starts = 0;
    const engine = () => {
      starts += 1;
      return 'bcryptjs' as const;
    };
    const queue = open({ threads: 2, engine });
    queue.prepare();
    queue.prepare();
    expect(starts).toBe(1);
    await expect(acquire(queue).run(hashJob('a'))).resolves.toMatchObject({ kind: 'hash' });
    queue.prepare();
    expect(starts).toBe(1);
    await queue.close();
    queue.prepare();
    expect(starts).toBe(1);
  });
});
