import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { topUpCosts } from '../../shared/crypto/password/bcrypt-hash.ts';
import {
  createHashQueue,
  type HashQueue,
  hashWorkerUrl,
} from '../../shared/crypto/password/hash-queue.ts';
import type { HashJob, HashReply } from '../../shared/crypto/password/hash-worker.ts';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import { PEPPER_MIN_LENGTH, preHash } from '../../shared/crypto/password/pepper.ts';
import {
  createSecretCache,
  SECRET_CACHE_MS,
  SECRET_SETTLING_MS,
} from '../../shared/crypto/secret/secret-cache.ts';
import type { PasswordHash, PasswordHasher } from '../../shared/port/hasher.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { ManualClock, settle, VaultDouble } from './vault-double.ts';
import { within } from './within.ts';

const COST = 4;
const queue = createHashQueue({ workerUrl: hashWorkerUrl(), clock: Date, threads: 2 });
afterAll(() => queue.close());

let clock: ManualClock;
let vault: VaultDouble;
beforeEach(() => {
  clock = new ManualClock();
  vault = new VaultDouble();
  vault.add('v1', 'pepper one '.repeat(4), clock.now() - SECRET_SETTLING_MS);
});

/** A hasher with its own cache, like another instance. */
function hasherAt(workFactor = COST, on: HashQueue = queue): PasswordHasher {
  const peppers = createSecretCache({ vault, name: 'password-pepper', clock });
  return createPasswordHasher({ queue: on, peppers, workFactor });
}

/** The real queue, with a record of what was asked and what was done. */
function recording(): { queue: HashQueue; jobs: HashJob[]; replies: HashReply[] } {
  const jobs: HashJob[] = [];
  const replies: HashReply[] = [];
  return {
    jobs,
    replies,
    queue: {
      waiting: 0,
      prepare: () => queue.prepare(),
      close: () => queue.close(),
      acquire() {
        const slot = queue.acquire();
        if (slot === undefined) return undefined;
        return {
          release: () => slot.release(),
          async run(job) {
            jobs.push(job);
            const reply = await slot.run(job);
            replies.push(reply);
            return reply;
          },
        };
      },
    },
  };
}

const rounds = (costs: readonly number[]) => costs.reduce((sum, cost) => sum + 2 ** cost, 0);

describe('the pre-hash', () => {
  const pepper = { version: 'v1', value: 'p'.repeat(PEPPER_MIN_LENGTH), createdAtMs: 0 };

  it('is 64 characters, which bcrypt reads to the end', () => {
    expect(preHash('x'.repeat(256), pepper)).toMatch(/^[A-Za-z0-9+/]{64}$/);
  });

  it('is HMAC-SHA-384 in base64 (answer computed by openssl)', () => {
    expect(preHash('correct horse battery staple', pepper)).toBe(
      'ePANYMXQzMFoQeRU48jg2zv16RntRu0Q3KTHOo9lVYXIvnnXr84Wuam2E6ihh27u',
    );
  });

  it('throws for lone surrogates, which would all hash alike', () => {
    expect(() => preHash('a\ud800', pepper)).toThrow(TypeError);
    expect(() => preHash('a\ud83d\ude00', pepper)).not.toThrow();
  });

  it('rejects a pepper that is too short, without showing it', async () => {
    vault.versions = [];
    const value = 'q'.repeat(PEPPER_MIN_LENGTH - 1);
    vault.add('short', value, 0);
    const refused = hasherAt().acquire();
    await expect(refused).rejects.toThrow(Unavailable);
    await expect(refused).rejects.not.toThrow(value);
  });
});

describe('the password hasher', () => {
  it('verifies its own hash, with its cost and pepper version', async () => {
    await within(hasherAt(), async (slot) => {
      const hash = await slot.hash('correct horse battery staple');
      expect(hash.bcrypt).toMatch(/^\$2b\$04\$/);
      expect(hash.pepperVersion).toBe('v1');
      expect(await slot.verify('correct horse battery staple', hash)).toBe(true);
      expect(await slot.verify('correct horse battery stapler', hash)).toBe(false);
    });
  });

  it.each([
    ['after byte 72', `${'a'.repeat(72)}b`, `${'a'.repeat(72)}c`],
    ['at the 256th code point', `${'\u{1f600}'.repeat(255)}a`, `${'\u{1f600}'.repeat(255)}b`],
    ['after a NUL', 'correct\0horse', 'correct\0house'],
    ['by a NUL at the end', 'correct horse', 'correct horse\0'],
    ['by a compatibility form, which NFC keeps', '\ufb01sh and chips', 'fish and chips'],
    ['by case', 'Correct horse', 'correct horse'],
    ['by a space at the end', 'correct horse', 'correct horse '],
  ])('distinguishes passwords that differ %s', async (_, one, other) => {
    await within(hasherAt(), async (slot) => {
      const hash = await slot.hash(one);
      expect(await slot.verify(one, hash)).toBe(true);
      expect(await slot.verify(other, hash)).toBe(false);
    });
  });

  it('accepts composed and decomposed spellings as one password', async () => {
    await within(hasherAt(), async (slot) => {
      const hash = await slot.hash('cr\u00e8me br\u00fbl\u00e9e');
      expect(await slot.verify('cre\u0300me bru\u0302le\u0301e', hash)).toBe(true);
    });
  });

  it('salts: the same password gets two different hashes', async () => {
    await within(hasherAt(), async (slot) => {
      const [one, other] = [await slot.hash('same'), await slot.hash('same')];
      expect(one.bcrypt).not.toBe(other.bcrypt);
    });
  });

  it('sends only the pre-hash to the worker', async () => {
    const { queue: recorded, jobs } = recording();
    await within(hasherAt(COST, recorded), async (slot) => {
      await slot.verify('correct horse', await slot.hash('correct horse'));
      await slot.verify('correct horse', undefined);
    });
    expect(jobs).toHaveLength(3);
    expect(jobs.map((job) => 'preHash' in job && job.preHash.length)).toEqual([64, 64, 64]);
    expect(JSON.stringify(jobs)).not.toContain('correct');
  });

  it.each([
    ['empty', ''],
    ['cut', `$2b$04$${'a'.repeat(52)}`],
    ['of another scheme', `$2a$04$${'a'.repeat(53)}`],
    ['of a cost that bcrypt lacks', `$2b$03$${'a'.repeat(53)}`],
    ['of a cost that would take days', `$2b$31$${'a'.repeat(53)}`],
    ['with a line break after it', `$2b$04$${'a'.repeat(53)}\n`],
  ])('reports a stored hash that is %s as malformed, without showing it', async (_, bcrypt) => {
    await within(hasherAt(), async (slot) => {
      const hash = { bcrypt, pepperVersion: 'v1' };
      const message = /^A stored password hash is malformed\.$/;
      await expect(slot.verify('any', hash)).rejects.toThrow(message);
      await expect(slot.renew('any', hash)).rejects.toThrow(message);
    });
  });
});

describe('the work of a verification', () => {
  it('adds up to one bcrypt at the work factor, from every lower cost', () => {
    for (let workFactor = 4; workFactor <= 15; workFactor += 1) {
      for (let cost = 4; cost <= workFactor; cost += 1) {
        expect(rounds([cost, ...topUpCosts(cost, workFactor)])).toBe(2 ** workFactor);
      }
    }
    expect(topUpCosts(6, 5)).toEqual([]);
  });

  it('is equal for a wrong password at an old cost and for an unknown user', async () => {
    const old = await within(hasherAt(4), (slot) => slot.hash('correct horse'));
    const { queue: recorded, replies } = recording();
    await within(hasherAt(7, recorded), async (slot) => {
      expect(await slot.verify('wrong', old)).toBe(false);
      expect(await slot.verify('wrong', undefined)).toBe(false);
      expect(await slot.verify('wrong', await slot.hash('correct horse'))).toBe(false);
    });
    const costs = replies.filter((reply) => reply.kind === 'verify').map((reply) => reply.costs);
    expect(costs).toEqual([[4, 4, 5, 6], [7], [7]]);
    expect(costs.map(rounds)).toEqual([128, 128, 128]);
  });

  it('has no top-up after a right password', async () => {
    const old = await within(hasherAt(4), (slot) => slot.hash('correct horse'));
    const { queue: recorded, replies } = recording();
    await within(hasherAt(6, recorded), async (slot) => {
      expect(await slot.verify('correct horse', old)).toBe(true);
    });
    expect(replies).toMatchObject([{ costs: [4] }]);
  });

  it.each([3, 16, 4.5, Number.NaN])('cannot have a work factor of %d', (workFactor) => {
    expect(() => hasherAt(workFactor)).toThrow(RangeError);
  });
});

describe('rotating the pepper', () => {
  it('verifies with the pepper of the hash and hashes with the newest', async () => {
    const hasher = hasherAt();
    const old = await within(hasher, (slot) => slot.hash('correct horse'));
    vault.add('v2', 'pepper two '.repeat(4), clock.now());
    clock.nowMs += SECRET_SETTLING_MS;
    await within(hasher, async (slot) => {
      expect(await slot.verify('correct horse', old)).toBe(true);
      const renewed = await slot.renew('correct horse', old);
      if (renewed?.pepperVersion !== 'v2') throw new Error('not hashed under the newest');
      expect(await slot.renew('correct horse', renewed)).toBeUndefined();
      expect(await slot.verify('correct horse', renewed)).toBe(true);
      const swapped = { ...renewed, pepperVersion: 'v1' };
      expect(await slot.verify('correct horse', swapped)).toBe(false);
    });
  });

  it('reads a newer pepper of another instance at once and keeps it', async () => {
    const behind = hasherAt();
    await within(behind, () => undefined);
    vault.add('v2', 'pepper two '.repeat(4), clock.now() - SECRET_SETTLING_MS);
    const ahead = await within(hasherAt(), (slot) => slot.hash('correct horse'));
    expect(ahead.pepperVersion).toBe('v2');
    await within(behind, async (slot) => {
      expect(await slot.verify('correct horse', ahead)).toBe(true);
      expect(await slot.renew('correct horse', ahead)).toBeUndefined();
    });
    // Nor for a higher cost: known by now, its pepper is still newer than that of writing here.
    vault.add('v3', 'pepper three '.repeat(4), clock.now());
    await within(hasherAt(COST + 1), async (slot) => {
      const newer = { ...ahead, pepperVersion: 'v3' };
      expect(await slot.renew('correct horse', newer)).toBeUndefined();
      expect(await slot.renew('correct horse', ahead)).toBeDefined();
    });
  });

  it('answers Unavailable, not wrong, if the pepper or the vault is missing', async () => {
    const hasher = hasherAt();
    const hash = await within(hasher, (slot) => slot.hash('correct horse'));
    const gone = { ...hash, pepperVersion: 'v0' };
    await within(hasher, async (slot) => {
      await expect(slot.verify('correct horse', gone)).rejects.toThrow(Unavailable);
      vault.isDown = true;
      const unknown = { ...hash, pepperVersion: 'v9' };
      await expect(slot.verify('correct horse', unknown)).rejects.toThrow(Unavailable);
      expect(await slot.verify('correct horse', hash)).toBe(true);
    });
  });

  it('raises the work factor and never lowers it', async () => {
    const five = await within(hasherAt(5), (slot) => slot.hash('correct horse'));
    const isRenewedAt = async (cost: number) => {
      const hasher = hasherAt(cost);
      return (await within(hasher, (slot) => slot.renew('correct horse', five))) !== undefined;
    };
    expect([await isRenewedAt(4), await isRenewedAt(5)]).toEqual([false, false]);
    expect(await isRenewedAt(6)).toBe(true);
    vault.add('v2', 'pepper two '.repeat(4), clock.now() - SECRET_CACHE_MS * 2);
    expect([await isRenewedAt(4), await isRenewedAt(5)]).toEqual([false, true]);
  });
});

describe('a new password', () => {
  const next = (hasher: PasswordHasher, password: string, earlier: readonly PasswordHash[]) =>
    within(hasher, (slot) => slot.replace(password, earlier));
  const saltOf = (hash: PasswordHash | undefined) => hash?.bcrypt.slice(7, 29);

  it('is hashed under the salt of the newest, and under a random one without any', async () => {
    const first = await within(hasherAt(), (slot) => slot.hash('first'));
    const other = await within(hasherAt(), (slot) => slot.hash('other'));
    expect(saltOf(await next(hasherAt(), 'second', [first, other]))).toBe(saltOf(first));
    const [one, two] = [await next(hasherAt(), 'first', []), await next(hasherAt(), 'first', [])];
    expect(saltOf(one)).not.toBe(saltOf(two));
  });

  it('is compared with one hash more for each other salt, cost and pepper', async () => {
    const recorded = recording();
    const earlier: PasswordHash[] = [];
    const change = async (password: string, cost = COST) => {
      recorded.jobs.length = 0;
      const made = await next(hasherAt(cost, recorded.queue), password, earlier);
      if (made !== undefined) earlier.unshift(made);
      return [made !== undefined, recorded.jobs.length];
    };
    // Rows of before have a salt each.
    for (const old of ['old 1', 'old 2']) {
      earlier.push(await within(hasherAt(), (slot) => slot.hash(old)));
    }
    expect(await change('new 1')).toEqual([true, 2]);
    expect(await change('new 2', COST + 1)).toEqual([true, 3]);
    vault.add('v2', 'pepper two '.repeat(4), clock.now() - SECRET_CACHE_MS * 2);
    expect(await change('new 3', COST + 1)).toEqual([true, 4]);
    for (const used of ['new 3', 'new 2', 'new 1', 'old 1', 'old 2']) {
      expect((await change(used, COST + 1))[0]).toBe(false);
    }
    earlier.length = 3;
    expect(await change('new 4', COST + 1)).toEqual([true, 3]);
  });
});

describe('admission to the hash queue', () => {
  it('throws overloaded while every slot is taken, and recovers', async () => {
    const small = createHashQueue({
      workerUrl: hashWorkerUrl(),
      clock: Date,
      threads: 1,
      waitingLimit: 1,
    });
    const hasher = hasherAt(COST, small);
    const first = await hasher.acquire();
    const second = await hasher.acquire();
    await expect(hasher.acquire()).rejects.toMatchObject({
      name: 'Refusal',
      code: 'overloaded',
      extra: { retryAfterSeconds: 1 },
    });
    first.release();
    const third = await hasher.acquire();
    expect(await third.verify('any', undefined)).toBe(false);
    await expect(hasher.acquire()).rejects.toMatchObject({ code: 'overloaded' });
    second.release();
    third.release();
    await small.close();
  });

  it('reads the pepper first: without one no slot is taken', async () => {
    const small = createHashQueue({
      workerUrl: hashWorkerUrl(),
      clock: Date,
      threads: 1,
      waitingLimit: 0,
    });
    const hasher = hasherAt(COST, small);
    vault.isDown = true;
    await expect(hasher.acquire()).rejects.toThrow(Unavailable);
    vault.isDown = false;
    await settle();
    (await hasher.acquire()).release();
    await small.close();
  });

  it('starts a thread while the vault is read', async () => {
    let prepared = 0;
    const prepare = () => {
      prepared += 1;
    };
    const gate = Promise.withResolvers<void>();
    vault.gate = gate.promise;
    const slot = hasherAt(COST, { ...queue, waiting: 0, prepare }).acquire();
    expect(prepared).toBe(1);
    gate.resolve();
    (await slot).release();
  });
});
