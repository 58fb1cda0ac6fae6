import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserName } from '../../shared/credential/name.ts';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import type { Dependencies } from '../../shared/operation/dependency.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import type { AttemptKey } from '../../shared/port/store.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';

/**
 * Guessing, where only the hour matters or the moment of a failure must be exact; through HTTP in
 * guessing.test.ts, and one at a time in test/operation/sign-in-lockout.test.ts.
 */

// Real hashes and sockets on a machine that may be busy; nothing here judges time.
vi.setConfig({ testTimeout: 120_000 });

const WRONG = 'not the right one';
const FREE = 5;
/** The most that SIGN_IN_FREE_ATTEMPTS can be: so many attempts of one name are under way. */
const FREE_AT_MOST = 20;
const GUESSES = 200;
const PARALLEL = 40;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let operations: Operations;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations({
    freeAttempts: FREE,
    waitingLimit: 2 * GUESSES,
  });
  const admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

function inParallel(times: number, call: (index: number) => Promise<string>) {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

describe('200 wrong guesses at once, on two instances', () => {
  it.each(['ana@contoso.example', 'nobody@contoso.example'])(
    'are verified up to the free attempts, each counted before: %s',
    async (name) => {
      const userName = nameOf(name);
      let verified = 0;
      const { hasher } = operations.dependencies;
      const counting = withPlaces(hasher, (slot) => ({
        verify(password, hash) {
          verified += 1;
          return slot.verify(password, hash);
        },
      }));
      const instances = [
        operations.with({ hasher: counting }),
        operations.with({ hasher: counting }),
      ];
      const outcomes = await inParallel(GUESSES, (index) =>
        (instances[index % 2] as Operations).attempt(userName, WRONG),
      );
      const wrong = outcomes.filter((outcome) => outcome === 'invalid-credentials');
      // On a machine that is busy enough the store itself may be too late for some.
      const refused = outcomes.filter((each) => /^too-many-attempts \d+$|^unavailable$/.test(each));
      expect(wrong.length + refused.length).toBe(GUESSES);
      expect(verified).toBeGreaterThanOrEqual(wrong.length);
      const failures = (await operations.counted(userName))?.failures ?? 0;
      expect(failures).toBeGreaterThanOrEqual(verified);
      expect(failures).toBeLessThanOrEqual(FREE);
    },
  );
});

describe('a parallel attempt during an outage', () => {
  const OUTAGES: Readonly<Record<string, (parts: Dependencies) => Partial<Dependencies>>> = {
    'the vault has no pepper to give': () => ({ hasher: { acquire: down('vault') } }),
    'the pepper of the hash is gone': ({ hasher }) => ({
      hasher: withPlaces(hasher, () => ({ verify: down('vault') })),
    }),
    'the user row cannot be read': ({ accounts }) => ({
      accounts: override(accounts, { findUser: down() }),
    }),
    'the row of hashes cannot be read': ({ accounts }) => ({
      accounts: override(accounts, { findCredential: down() }),
    }),
  };

  it.each(Object.entries(OUTAGES))(
    `is refunded for all ${PARALLEL} when %s, and no password counts as wrong`,
    async (_, outage) => {
      const outageOf = outage(operations.dependencies);
      const instance = operations.with({ ...outageOf, freeAttempts: FREE_AT_MOST });
      const nobody = nameOf('nobody@contoso.example');
      for (const userName of [ana.userName, nobody]) {
        const outcomes = await inParallel(PARALLEL, () => instance.attempt(userName, ana.password));
        expect(outcomes).not.toContain('invalid-credentials');
        expect(outcomes).toContain('unavailable');
        expect(await operations.counted(userName)).toBeUndefined();
      }
      expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
    },
  );

  it('is not counted if the hash queue is full, for known and unknown names', async () => {
    const full = await createOperations({ waitingLimit: 3 });
    const admin = await full.readyAdmin();
    const names: readonly UserName[] = [admin.userName, nameOf('nobody@contoso.example')];
    const held = await Promise.all(
      Array.from({ length: 4 }, () => full.dependencies.hasher.acquire()),
    );
    for (const name of names) {
      const outcomes = await inParallel(PARALLEL, () => full.attempt(name, WRONG));
      expect(new Set(outcomes)).toEqual(new Set(['overloaded 1']));
      expect(await full.counted(name)).toBeUndefined();
    }
    for (const slot of held) slot.release();
    expect(await full.attempt(admin.userName, admin.password)).toBe('signedIn');
    await full.stop();
  });
});

describe('forgotten attempt rows', () => {
  const keyIn = (partition: number, kind: string): AttemptKey =>
    partition.toString(16).padStart(2, '0') + signInKey(nameOf(`${kind}@contoso.example`)).slice(2);

  async function record(key: AttemptKey, ageMs: number, failures = 3): Promise<void> {
    const lastFailureAtMs = operations.clock.now() - ageMs;
    const inserted = await operations.dependencies.attempts.insert(key, {
      failures,
      startedAtMs: lastFailureAtMs,
      lastFailureAtMs,
      isLockNoted: false,
      underWay: [],
      networks: [],
      scope: '',
      policyCallsAtMs: [],
    });
    expect(inserted).toBeDefined();
  }

  /** Sweeps so many times, each so much later; how many rows went. */
  async function sweeps(times: number, periodMs: number): Promise<number> {
    let forgotten = 0;
    for (let run = 0; run < times; run += 1) {
      const report = await expireTemporaryPasswords(operations.dependencies, operations.context());
      expect(report).toMatchObject({ isUnfinished: false, failed: 0 });
      forgotten += report.forgottenAttempts;
      operations.pass(periodMs);
    }
    return forgotten;
  }

  const partitions = Array.from({ length: 256 }, (_, partition) => partition);

  it.each([
    ['5 minutes', 5],
    ['an hour', 60],
  ])('are removed from all 256 partitions by 13 sweeps, one every %s', async (_, minutes) => {
    const runs = 13;
    // What becomes 30 days old while the sweeps run may go or stay, so it is not looked at.
    const youngMs = 30 * DAY_MS - runs * minutes * MINUTE_MS - 1;
    for (const partition of partitions) {
      await record(keyIn(partition, 'old'), 30 * DAY_MS);
      if (partition % 16 !== 0) continue;
      await record(keyIn(partition, 'young'), youngMs);
      await record(keyIn(partition, 'locked'), 300 * DAY_MS, 100);
    }
    expect(await sweeps(runs, minutes * MINUTE_MS)).toBe(256);
    const { attempts } = operations.dependencies;
    for (const partition of partitions.filter((each) => each % 16 === 0)) {
      expect(await attempts.find(keyIn(partition, 'old'))).toBeUndefined();
      for (const kind of ['young', 'locked']) {
        expect(await attempts.find(keyIn(partition, kind))).toBeDefined();
      }
    }
  });

  it('are removed page by page if a run has more than one page', async () => {
    const { attempts } = operations.dependencies;
    // Two full pages and a rest, as the store answers them.
    const pages = [1000, 1000, 7];
    const instance = operations.with({
      attempts: override(attempts, { removeForgotten: async () => pages.shift() ?? 0 }),
    });
    const report = await expireTemporaryPasswords(instance.dependencies, operations.context());
    expect(report).toMatchObject({ forgottenAttempts: 2007, isUnfinished: false });
    expect(pages).toEqual([]);
  });

  it('are left to the next run, which is reported, after the time is over', async () => {
    const { attempts } = operations.dependencies;
    const instance = operations.with({
      attempts: override(attempts, {
        async removeForgotten() {
          operations.pass(MINUTE_MS);
          return 1000;
        },
      }),
    });
    const report = await expireTemporaryPasswords(instance.dependencies, operations.context());
    expect(report).toMatchObject({ forgottenAttempts: 3000, isUnfinished: true });
  });
});
