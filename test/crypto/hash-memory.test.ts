import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHashQueue, type HashQueue } from '../../shared/crypto/password/hash-queue.ts';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import { createSecretCache, SECRET_SETTLING_MS } from '../../shared/crypto/secret/secret-cache.ts';
import type { GateMessage } from './gated-worker.ts';
import { ManualClock, VaultDouble } from './vault-double.ts';

/** Hashes of other systems that take much memory: 128 MiB at a time, and by the networks' turns. */

const GATE = 'gated-worker';
const SALT = 'MDEyMzQ1Njc4OWFiY2RlZg';
const wrappingOf = (mib: number) => `$argon2id$v=19$m=${mib * 1024},t=1,p=1,l=32$${SALT}`;

let gate: BroadcastChannel;
let began: string[];
let ended: string[];
let queue: HashQueue;
beforeEach(() => {
  began = [];
  ended = [];
  gate = new BroadcastChannel(GATE);
  gate.onmessage = (event: unknown) => {
    const { data } = event as { readonly data: GateMessage };
    if ('began' in data) began.push(data.began);
  };
});
afterEach(async () => {
  // What a failed test left behind.
  gate.onmessage = (event: unknown) => {
    const { data } = event as { readonly data: GateMessage };
    if ('began' in data) end(data.began);
  };
  for (const name of began) end(name);
  await queue.close();
  gate.close();
});

function open(threads: number): void {
  const workerUrl = new URL('./gated-worker.ts', import.meta.url);
  queue = createHashQueue({ workerUrl, clock: Date, threads });
}

const untilBegan = (count: number) =>
  vi.waitFor(() => expect(began.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
const end = (name: string) => gate.postMessage({ end: name } satisfies GateMessage);

/** A job of a network; 0 MiB: of bcrypt. */
async function run(network: string, name: string, mib: number): Promise<void> {
  const job: HashJob =
    mib === 0
      ? { kind: 'hash', preHash: name, cost: 4 }
      : { kind: 'digest', password: name, wrapping: wrappingOf(mib) };
  const slot = queue.acquire([network]);
  await slot?.run(job);
  slot?.release();
  ended.push(name);
}

/** Ends each job once it began, in that order. */
async function endAll(from: number, total: number): Promise<void> {
  for (let index = from; index < total; index += 1) {
    await untilBegan(index + 1);
    end(began[index] as string);
  }
}

describe('hashes that take much memory', () => {
  it('delay a sign-in from another network by one turn during a flood', async () => {
    open(1);
    const clock = new ManualClock();
    const vault = new VaultDouble();
    vault.add('v1', 'pepper one '.repeat(4), clock.now() - SECRET_SETTLING_MS);
    const peppers = createSecretCache({ vault, name: 'password-pepper', clock });
    const hasher = createPasswordHasher({ queue, peppers, workFactor: 4 });
    const bcrypt = `$2b$04$${'.'.repeat(53)}`;
    const hash = { bcrypt, pepperVersion: 'v1', wrapping: wrappingOf(128) };
    const names = Array.from({ length: 8 }, (_, index) => `flood ${index}`);
    const slots = await Promise.all(names.map(() => hasher.acquire(['flood'])));
    const other = await hasher.acquire(['other']);
    const verified = names.map((name, index) => slots[index]?.verify(name, hash));
    await untilBegan(1);
    verified.push(other.verify('other', hash));
    await endAll(0, 9);
    expect(await Promise.all(verified)).toEqual(Array.from({ length: 9 }, () => false));
    expect(began.indexOf('other')).toBeLessThanOrEqual(2);
    for (const slot of [...slots, other]) slot?.release();
  });

  it('run together within 128 MiB and leave other threads to other hashes', async () => {
    open(3);
    const all = [run('a', 'a 128', 128), run('b', 'b 1', 1), run('c', 'c', 0), run('d', 'd', 0)];
    await untilBegan(3);
    expect(began.toSorted()).toEqual(['a 128', 'c', 'd']);
    end('a 128');
    await untilBegan(4);
    all.push(run('e', 'e 127', 127));
    end('c');
    await untilBegan(5);
    expect(began.slice(3)).toEqual(['b 1', 'e 127']);
    for (const name of ['b 1', 'd', 'e 127']) end(name);
    await Promise.all(all);
  });

  it('wait for memory behind one earlier job, however many small ones wait', async () => {
    open(2);
    const all = [run('small', 's 1', 64), run('large', 'l 128', 128)];
    await untilBegan(1);
    for (let index = 2; index < 7; index += 1) all.push(run('small', `s ${index}`, 64));
    all.push(run('none', 'n', 0));
    await untilBegan(2);
    expect(began).toEqual(['s 1', 'n']);
    end('n');
    end('s 1');
    await untilBegan(3);
    expect(began[2]).toBe('l 128');
    await endAll(2, 8);
    await Promise.all(all);
    expect(ended).toHaveLength(8);
  });

  it('do not delay hashes without memory of the same network', async () => {
    open(2);
    const all = [1, 2, 3].map((index) => run('a', `a ${index}`, 128));
    all.push(run('a', 'bcrypt', 0));
    await untilBegan(2);
    expect(began.toSorted()).toEqual(['a 1', 'bcrypt']);
    end('bcrypt');
    end('a 1');
    await endAll(2, 4);
    await Promise.all(all);
    expect(began.slice(2)).toEqual(['a 2', 'a 3']);
  });

  it('free their memory if they are rejected or their thread stops', async () => {
    open(2);
    const wrapping = wrappingOf(128);
    const fail = (password: string) => queue.acquire()?.run({ kind: 'digest', password, wrapping });
    const outcomes = await Promise.allSettled(['crash', 'refuse', 'crash', 'refuse'].map(fail));
    expect(outcomes.map((one) => one.status === 'rejected' && `${one.reason.message}`)).toEqual([
      'The hash worker stopped before its job ended.',
      'The hash worker refused its job.',
      'The hash worker stopped before its job ended.',
      'The hash worker refused its job.',
    ]);
  });
});
