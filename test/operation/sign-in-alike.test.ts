import { afterEach, beforeEach, expect, it } from 'vitest';
import { updateUser } from '../../shared/operation/update-user.ts';
import type { PasswordHash } from '../../shared/port/hasher.ts';
import {
  createOperationsOn,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { withPlaces } from '../fixture/override.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

/** Wrong, unknown and disabled: one answer, one cost (ASVS 6.3.8). */

const WRONG = 'not the right one';
const NOBODY = nameOf('nobody@contoso.example');
const NO_TENANT = nameOf('nobody@nowhere.example');

let operations: Operations<TestTables>;
let admin: SignedInUser;
let ana: SignedInUser;
let ben: SignedInUser;
let verified: (PasswordHash | undefined)[];
/** The operations, with a look at what is hashed. */
let watched: Operations<TestTables>;

beforeEach(async () => {
  operations = createOperationsOn(await startTables(), { freeAttempts: 1 });
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
  ben = await operations.addReadyUser(admin, 'ben@contoso.example');
  const request = {
    principal: await operations.sessionOf(admin),
    userId: ben.userId,
    patch: { status: 'disabled' },
  } as const;
  await updateUser(operations.dependencies, request, operations.context());
  verified = [];
  const { hasher } = operations.dependencies;
  watched = operations.with({
    hasher: withPlaces(hasher, (place) => ({
      verify(password, hash) {
        verified.push(hash);
        return place.verify(password, hash);
      },
      async renew() {
        throw new Error('nothing is hashed anew here');
      },
    })),
  });
});
afterEach(() => operations.stop());

it('costs one verification and the same store calls for every name', async () => {
  const costs: Record<string, readonly string[]> = {};
  for (const name of [ana.userName, ben.userName, NOBODY, NO_TENANT]) {
    costs[name] = await operations.tables.transport.record(async () => {
      expect(await watched.attempt(name, WRONG)).toBe('invalid-credentials');
    });
    expect(verified.splice(0)).toHaveLength(1);
  }
  const calls = ['POST attempts', 'GET accounts', 'GET accounts', 'PUT attempts'];
  expect(costs).toEqual({
    [ana.userName]: calls,
    [ben.userName]: calls,
    [NOBODY]: calls,
    [NO_TENANT]: calls,
  });
});

it('verifies a disabled user’s right password and answers invalid-credentials', async () => {
  expect(await watched.attempt(ben.userName, ben.password)).toBe('invalid-credentials');
  expect(verified).toHaveLength(1);
  expect(verified[0]?.bcrypt).toMatch(/^\$2b\$04\$/);
  expect((await operations.counted(ben.userName))?.failures).toBe(1);
});

it('spends no hash and one user read on a name that waits, known or unknown', async () => {
  const names = [ana.userName, ben.userName, NOBODY];
  for (const name of names) await operations.attempt(name, WRONG);
  for (const name of names) {
    const calls = await operations.tables.transport.record(async () => {
      expect(await watched.attempt(name, WRONG)).toBe('too-many-attempts 1');
    });
    expect(calls).toEqual(['POST attempts', 'GET attempts', 'GET attempts', 'GET accounts']);
  }
  expect(verified).toEqual([]);
});

it('keeps the count under a hash of the name and stores no typed text', async () => {
  await operations.attempt(NOBODY, WRONG);
  const { sent } = operations.tables.transport;
  expect(sent.some(({ url }) => url.pathname.includes('attempts'))).toBe(true);
  const urls = sent
    .filter(({ url }) => url.pathname.includes('attempts'))
    .map(({ url }) => url.href);
  expect(urls.filter((href) => decodeURIComponent(href).includes('nobody'))).toEqual([]);
});

it('verifies only the free ones of 40 parallel guesses, for every name', async () => {
  const patient = watched.with({ freeAttempts: 5 });
  for (const name of [ana.userName, NOBODY]) {
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => patient.attempt(name, WRONG)),
    );
    const wrong = outcomes.filter((outcome) => outcome === 'invalid-credentials').length;
    expect(verified.splice(0)).toHaveLength(wrong);
    expect(wrong).toBeGreaterThanOrEqual(1);
    expect(wrong).toBeLessThanOrEqual(5);
    expect((await operations.counted(name))?.failures).toBe(wrong);
    const others = outcomes.filter((outcome) => outcome !== 'invalid-credentials');
    expect(new Set(others.map((outcome) => outcome.split(' ')[0]))).toEqual(
      new Set(['too-many-attempts', 'overloaded']),
    );
  }
});
