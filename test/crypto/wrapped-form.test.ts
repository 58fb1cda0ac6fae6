import { afterAll, describe, expect, it } from 'vitest';
import { createHashQueue, hashWorkerUrl } from '../../shared/crypto/password/hash-queue.ts';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import type { PasswordHash } from '../../shared/port/hasher.ts';
import { FixedPeppers } from '../fixture/fixed-peppers.ts';
import { importedHashOf, SCHEMES } from './foreign-maker.ts';
import { within } from './within.ts';

/**
 * An imported password is verified in the form in which the other system saw it, at one cost for
 * every name, and only what was verified is hashed again as our own.
 */

const COST = 4;
const queue = createHashQueue({ workerUrl: hashWorkerUrl(), clock: Date, threads: 1 });
afterAll(() => queue.close());

const peppers = new FixedPeppers();
const jobs: HashJob[] = [];

function hasherAt(workFactor = COST) {
  const acquire = () => {
    const slot = queue.acquire();
    if (slot === undefined) return undefined;
    return {
      release: () => slot.release(),
      run: <Job extends HashJob>(job: Job) => {
        jobs.push(job);
        return slot.run(job);
      },
    };
  };
  return createPasswordHasher({
    queue: { prepare: () => undefined, acquire },
    peppers,
    workFactor,
  });
}
const hasher = hasherAt();

const wrap = (scheme: string, password: string) =>
  within(hasher, (slot) => slot.wrap(importedHashOf(scheme, password)));

/** Verifies, and gives what a sign-in would then store. */
function signIn(password: string, hash: PasswordHash, on = hasher) {
  return within(on, async (slot) => ({
    isProven: await slot.verify(password, hash),
    renewed: await slot.renew(password, hash),
  }));
}

/** Accents, a ligature, full-width digits and an ellipsis. */
const TEXT = 'Éléphant ﬁn １２ à côté…';
const FORMS = ['NFC', 'NFD', 'NFKC'] as const;

for (const scheme of SCHEMES) {
  describe(`a password that ${scheme} hashed`, () => {
    const accents = 'Éléphant à côté naïf 7';
    it.each([
      ['NFC', 'NFC'],
      ['NFC', 'NFD'],
      ['NFD', 'NFC'],
      ['NFD', 'NFD'],
    ] as const)(
      'in %s and is typed in %s is accepted and rehashed natively',
      async (hashed, typed) => {
        const wrapped = await wrap(scheme, accents.normalize(hashed));
        const { isProven, renewed } = await signIn(accents.normalize(typed), wrapped);
        expect(isProven).toBe(true);
        expect(renewed).toBeDefined();
        expect(renewed).not.toHaveProperty('wrapping');
        for (const form of ['NFC', 'NFD'] as const) {
          const again = await signIn(accents.normalize(form), renewed as PasswordHash);
          expect(again).toEqual({ isProven: true, renewed: undefined });
        }
        const wrong = await signIn(`${accents.normalize(typed)}.`, wrapped);
        expect(wrong).toEqual({ isProven: false, renewed: undefined });
      },
    );

    it.each(['NFC', 'NFD'] as const)(
      'in NFKC and is typed in %s is accepted and stays imported',
      async (typed) => {
        const wrapped = await wrap(scheme, TEXT.normalize('NFKC'));
        const { isProven, renewed } = await signIn(TEXT.normalize(typed), wrapped);
        expect({ isProven, renewed }).toEqual({ isProven: true, renewed: undefined });
        // In the very form that was hashed it was verified, so it becomes ours.
        const exact = await signIn(TEXT.normalize('NFKC'), wrapped);
        expect(exact.renewed).not.toHaveProperty('wrapping');
      },
    );

    it('as typed, in no normal form, is accepted and rehashed natively', async () => {
      const mixed = `${'é'.normalize('NFC')}${'à'.normalize('NFD')} ﬁn`;
      expect(FORMS.map((form) => mixed.normalize(form))).not.toContain(mixed);
      const { isProven, renewed } = await signIn(mixed, await wrap(scheme, mixed));
      expect(isProven).toBe(true);
      expect(renewed).not.toHaveProperty('wrapping');
    });
  });
}

describe('a text that the other system does not distinguish from the password', () => {
  const long = 'lantern '.repeat(10);
  const exactly72 = long.slice(0, 72);
  const accented = 'é'.repeat(35);
  it.each([
    ['bcrypt', `${long}!`, `${long.slice(0, 74)}XX`],
    ['bcrypt', `${long}!`, exactly72],
    ['bcrypt', exactly72, `${exactly72}more`],
    ['bcrypt', `${accented}ab!`, `${accented}ab?`],
    ['bcrypt', 'lantern', 'lantern\0lantern'],
    ['pbkdf2', 'lantern', 'lantern\0'],
    ['scrypt', 'lantern', 'lantern\0\0'],
  ])('signs in and changes no hash: %s', async (scheme, password, typed) => {
    const wrapped = await wrap(scheme, password);
    expect(await signIn(typed, wrapped)).toEqual({ isProven: true, renewed: undefined });
    expect((await signIn(password, wrapped)).isProven).toBe(true);
  });

  it.each([
    ['bcrypt', 'x'.repeat(71)],
    ['pbkdf2', long],
    ['scrypt', long],
    ['argon2', `${long}\0`],
  ])('does not exist for %s and a text that it reads whole', async (scheme, password) => {
    const wrapped = await wrap(scheme, password);
    const { isProven, renewed } = await signIn(password, wrapped);
    expect(isProven).toBe(true);
    expect(renewed).not.toHaveProperty('wrapping');
    expect((await signIn(`${password}!`, wrapped)).isProven).toBe(false);
  });

  it('is hashed again at a higher work factor, so that old peppers can go', async () => {
    const wrapped = await wrap('bcrypt', `${long}!`);
    const { isProven, renewed } = await signIn(`${long}?`, wrapped, hasherAt(COST + 1));
    expect(isProven).toBe(true);
    expect(renewed).toMatchObject({ wrapping: wrapped.wrapping });
    expect(renewed?.bcrypt).toMatch(/^\$2b\$05\$/);
    for (const typed of [`${long}!`, `${long}?`]) {
      expect((await signIn(typed, renewed as PasswordHash)).isProven).toBe(true);
    }
  });

  it('is not an earlier password, unless it was read whole', async () => {
    await within(hasher, async (slot) => {
      const cut = await wrap('bcrypt', `${long}!`);
      expect(await slot.replace(`${long}?`, [cut])).toBeDefined();
      const whole = await wrap('bcrypt', TEXT.normalize('NFKC'));
      expect(await slot.replace(TEXT, [cut, whole])).toBeUndefined();
      expect(await slot.replace(`${TEXT}.`, [cut, whole])).toBeDefined();
    });
  });
});

describe('the number of hash computations', () => {
  const mixed = `${'é'.normalize('NFC')}${'à'.normalize('NFD')} ﬁn`;

  async function verifications(password: string, hash: PasswordHash | undefined) {
    jobs.length = 0;
    await within(hasher, async (slot) => {
      expect(await slot.verify(password, hash)).toBe(false);
    });
    return jobs.filter(({ kind }) => kind === 'verify').length;
  }

  it.each([
    ['one form', 'lantern lantern', 1],
    ['two forms', 'café au lait', 2],
    ['two compatibility forms', 'ﬁn', 2],
    ['three forms', 'ﬁn é', 3],
    ['four forms', mixed, 4],
  ])('for a wrong password with %s is the same for every name', async (_name, typed, forms) => {
    const own = await within(hasher, (slot) => slot.hash('another password'));
    const wrapped = await Promise.all(SCHEMES.map((scheme) => wrap(scheme, 'another password')));
    for (const hash of [undefined, own, ...wrapped]) {
      expect(await verifications(typed, hash)).toBe(forms);
    }
  });

  it('is one for a text too long to be tried in other forms', async () => {
    expect(await verifications('é'.repeat(1024), undefined)).toBe(2);
    expect(await verifications('é'.repeat(1025), undefined)).toBe(1);
  });

  it('is one for a new password and all earlier ones of one user, in one form', async () => {
    const earlier: PasswordHash[] = [];
    for (const index of Array(24).keys()) {
      jobs.length = 0;
      const made = await within(hasher, (slot) => slot.replace(`${mixed} ${index}`, earlier));
      expect(jobs).toHaveLength(1);
      earlier.unshift(made as PasswordHash);
    }
    for (const index of Array(24).keys()) {
      jobs.length = 0;
      const made = await within(hasher, (slot) => slot.replace(`${mixed} ${index}`, earlier));
      expect([made, jobs.length]).toEqual([undefined, 1]);
    }
  });
});
