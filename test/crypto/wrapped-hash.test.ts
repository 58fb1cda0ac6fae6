import bcryptjs from 'bcryptjs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createHashQueue,
  type HashQueue,
  hashWorkerUrl,
} from '../../shared/crypto/password/hash-queue.ts';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import { createSecretCache, SECRET_SETTLING_MS } from '../../shared/crypto/secret/secret-cache.ts';
import type { ImportedHash, PasswordHasher } from '../../shared/port/hasher.ts';
import { ManualClock, VaultDouble } from './vault-double.ts';
import { within } from './within.ts';

/** An imported password is wrapped under pepper and bcrypt until its owner signs in. */

const COST = 4;
const queue = createHashQueue({ workerUrl: hashWorkerUrl(), clock: Date, threads: 1 });
afterAll(() => queue.close());

let clock: ManualClock;
let vault: VaultDouble;
beforeEach(() => {
  clock = new ManualClock();
  vault = new VaultDouble();
  vault.add('v1', 'pepper one '.repeat(4), clock.now() - SECRET_SETTLING_MS);
});

function hasherAt(workFactor = COST, on: HashQueue = queue): PasswordHasher {
  const peppers = createSecretCache({ vault, name: 'password-pepper', clock });
  return createPasswordHasher({ queue: on, peppers, workFactor });
}

/** The real queue, with a record of what was asked. */
function recording(): { queue: HashQueue; jobs: HashJob[] } {
  const jobs: HashJob[] = [];
  const acquire = () => {
    const slot = queue.acquire();
    return (
      slot && {
        release: () => slot.release(),
        run: <Job extends HashJob>(job: Job) => {
          jobs.push(job);
          return slot.run(job);
        },
      }
    );
  };
  const recorded = { waiting: 0, prepare: () => queue.prepare(), close: () => queue.close() };
  return { jobs, queue: { ...recorded, acquire } };
}

describe('the hash of another system', () => {
  /** A hash made by Python's hashlib. */
  const foreign = parseImportedHash(
    '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM',
  ) as ImportedHash;
  const password = 'correct horse battery staple';

  it('is stored so that it verifies with the pepper and is useless without it', async () => {
    await within(hasherAt(), async (slot) => {
      const wrapped = await slot.wrap(foreign);
      expect(wrapped.bcrypt).toMatch(/^\$2b\$04\$/);
      expect(wrapped.wrapping).toBe('$scrypt$ln=10,r=8,p=1,l=32$MDEyMzQ1Njc4OWFiY2RlZg');
      expect(await slot.verify(password, wrapped)).toBe(true);
      expect(await slot.verify(`${password}.`, wrapped)).toBe(false);
      // Who has the other system's table has the digest, in whatever spelling.
      for (const text of [foreign.digest, `${foreign.wrapping}$${foreign.digest}`]) {
        expect(await slot.verify(text, wrapped)).toBe(false);
      }
      const { wrapping: _, ...bare } = wrapped;
      expect(await slot.verify(password, bare)).toBe(false);
      expect(bcryptjs.compareSync(foreign.digest, wrapped.bcrypt)).toBe(false);
    });
  });

  it('is replaced after a success, but never by an instance that lags behind', async () => {
    await within(hasherAt(), async (slot) => {
      const wrapped = await slot.wrap(foreign);
      expect(await slot.renew(password, wrapped)).toBeUndefined();
      await slot.verify(password, wrapped);
      expect(await slot.renew(password, wrapped)).not.toHaveProperty('wrapping');
      expect(await slot.renew(password, await slot.hash(password))).toBeUndefined();
      const ahead = { ...wrapped, pepperVersion: 'v2' };
      expect(await slot.renew(password, ahead)).toBeUndefined();
    });
  });

  it('is computed on a hash thread, which never sees the pepper', async () => {
    const { queue: recorded, jobs } = recording();
    await within(hasherAt(COST, recorded), async (slot) => {
      await slot.verify(password, await slot.wrap(foreign));
    });
    expect(jobs.map(({ kind }) => kind)).toEqual(['hash', 'digest', 'verify']);
    expect(JSON.stringify(jobs)).not.toContain('pepper one');
  });

  it('with an unknown stored scheme fails without showing it', async () => {
    await within(hasherAt(), async (slot) => {
      const wrapped = { ...(await slot.wrap(foreign)), wrapping: '$scrypt$ln=30,r=8,p=1$c2FsdA' };
      const fault = 'A stored legacy hash scheme is malformed.';
      await expect(slot.verify(password, wrapped)).rejects.toThrow(fault);
      const unknown = { ...foreign, wrapping: '$1$salt' };
      await expect(slot.wrap(unknown)).rejects.toThrow(fault);
    });
  });
});
