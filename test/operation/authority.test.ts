import { beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../shared/operation/authenticate.ts';
import { createUser } from '../../shared/operation/create-user.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { signOutEverywhere, signOutUser } from '../../shared/operation/sign-out.ts';
import { unlockUser } from '../../shared/operation/unlock-user.ts';
import { type UserPatch, updateUser } from '../../shared/operation/update-user.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { MemoryLine } from '../fixture/memory/memory-line.ts';
import { type AllRows, copyRows, startMemoryTables } from '../fixture/memory/memory-tables.ts';
import {
  createOperationsOn,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override, withPlaces } from '../fixture/override.ts';

/**
 * CONTRACT.md, "Authority is judged at the write": every change that an admin can make, every way
 * to lose the right to it, at every moment of the call.
 */

interface Cast {
  readonly boss: SignedInUser;
  readonly rogue: SignedInUser;
  readonly target: Pick<SignedInUser, 'userId' | 'userName'>;
}

type Write = (on: Operations, principal: Principal, cast: Cast) => Promise<unknown>;

const patching =
  (patch: UserPatch, whom: 'target' | 'rogue'): Write =>
  ({ dependencies, context }, principal, cast) => {
    const request = { principal, userId: cast[whom].userId, patch };
    return updateUser(dependencies, request, context());
  };

const creating =
  (role: 'salesAgent' | 'globalAdmin'): Write =>
  (on, principal, { target }) => {
    const userName = nameOf(`new-${target.userName}`);
    const profile = {
      displayName: 'New',
      email: undefined,
      secondEmail: undefined,
      locale: undefined,
    };
    const wanted = { userName, ...profile, roles: [role] };
    return createUser(on.dependencies, { principal, wanted }, on.context());
  };

const WRITES: Readonly<Record<string, Write>> = {
  'create a user': creating('salesAgent'),
  'create a global admin': creating('globalAdmin'),
  'reset a password': (on, principal, { target }) =>
    resetPassword(on.dependencies, { principal, userId: target.userId }, on.context()),
  'delete a user': (on, principal, { target }) =>
    deleteUser(on.dependencies, { principal, userId: target.userId }, on.context()),
  'unlock a user': (on, principal, { target }) =>
    unlockUser(on.dependencies, { principal, userId: target.userId }, on.context()),
  'sign a user out': (on, principal, { target }) =>
    signOutUser(on.dependencies, { principal, userId: target.userId }, on.context()),
  'edit a user': patching({ displayName: 'Taken' }, 'target'),
  'disable a user': patching({ status: 'disabled' }, 'target'),
  'make a user a global admin': patching({ roles: ['globalAdmin'] }, 'target'),
  'change nothing of a user': patching({ status: 'active' }, 'target'),
  'edit oneself': patching({ displayName: 'Still here' }, 'rogue'),
  'keep the own roles': patching({ roles: ['globalAdmin'] }, 'rogue'),
  'keep the own status': patching({ status: 'active' }, 'rogue'),
  'delete oneself': (on, principal, { rogue }) =>
    deleteUser(on.dependencies, { principal, userId: rogue.userId }, on.context()),
};
const HASHING = new Set(['create a user', 'create a global admin', 'reset a password']);
const CHANGES_NOTHING = new Set([
  'change nothing of a user',
  'keep the own roles',
  'keep the own status',
]);

type Loss = (on: Operations, cast: Cast) => Promise<unknown>;

const byBoss =
  (write: (on: Operations, request: { principal: Principal } & SignedInUser) => Promise<unknown>) =>
  async (on: Operations, { boss, rogue }: Cast) =>
    write(on, { ...rogue, principal: await on.sessionOf(boss) });

/** A change that takes the caller's rights, and the refusal that the caller then gets. */
const LOSSES: Readonly<Record<string, { readonly lose: Loss; readonly outcome: string }>> = {
  'a demotion': {
    lose: byBoss((on, request) =>
      updateUser(on.dependencies, { ...request, patch: { roles: ['salesAgent'] } }, on.context()),
    ),
    outcome: 'forbidden',
  },
  'a disabling': {
    lose: byBoss((on, request) =>
      updateUser(on.dependencies, { ...request, patch: { status: 'disabled' } }, on.context()),
    ),
    outcome: 'invalid-token',
  },
  'a deletion': {
    lose: byBoss((on, request) => deleteUser(on.dependencies, request, on.context())),
    outcome: 'invalid-token',
  },
  'a reset': {
    lose: byBoss((on, request) => resetPassword(on.dependencies, request, on.context())),
    outcome: 'invalid-token',
  },
  'a sign-out by an admin': {
    lose: byBoss((on, request) => signOutUser(on.dependencies, request, on.context())),
    outcome: 'invalid-token',
  },
  'its own sign-out everywhere': {
    lose: async (on, { rogue }) =>
      signOutEverywhere(on.dependencies, await on.sessionOf(rogue), on.context()),
    outcome: 'invalid-token',
  },
  'its own change of password': {
    lose: async (on, { rogue }) =>
      on.changePassword(await on.sessionOf(rogue), goodPassword(3), rogue.password),
    outcome: 'invalid-token',
  },
};

/** Runs `lose` once, at its moment of a call. */
type Moment = (on: Operations, lose: () => Promise<void>) => Promise<Operations>;

const atFirstCommit =
  (then: 'loses' | 'goes on'): Moment =>
  async (on, lose) => {
    const { accounts } = on.dependencies;
    let isFirst = true;
    const commit: AccountStore['commit'] = async (change) => {
      if (!isFirst) return accounts.commit(change);
      isFirst = false;
      await lose();
      return then === 'loses' ? 'conflict' : accounts.commit(change);
    };
    return on.with({ accounts: override(accounts, { commit }) });
  };

const MOMENTS: Readonly<Record<string, Moment>> = {
  'before the first read': async (on, lose) => {
    await lose();
    return on;
  },
  'between two tries': atFirstCommit('loses'),
  'between the read and the commit': atFirstCommit('goes on'),
  'during the hash': async (on, lose) => {
    const hasher = withPlaces(on.dependencies.hasher, (place) => ({
      hash: async (password) => {
        const hash = await place.hash(password);
        await lose();
        return hash;
      },
    }));
    return on.with({ hasher });
  },
};

function momentsOf(write: string): readonly string[] {
  if (HASHING.has(write)) return Object.keys(MOMENTS);
  // What changes nothing does not come to a commit.
  if (CHANGES_NOTHING.has(write)) return ['before the first read'];
  return Object.keys(MOMENTS).filter((moment) => moment !== 'during the hash');
}

/** The rows of a cast; each case begins with a copy of them. */
interface StartingPoint {
  readonly rows: AllRows;
  readonly cast: Cast;
}

/** @param hasActed whether the caller has changed a user before, so that its authority exists */
async function recordStart(hasActed: boolean): Promise<StartingPoint> {
  const rows = copyRows();
  const on = createOperationsOn(startMemoryTables(new MemoryLine(), rows));
  const boss = await on.readyAdmin();
  const rogue = await on.addReadyUser(boss, 'rogue@contoso.example', ['globalAdmin']);
  const target = await on.addUser(hasActed ? rogue : boss, 'target@contoso.example');
  return { rows, cast: { boss, rogue, target } };
}

const openCopy = ({ rows }: StartingPoint) =>
  createOperationsOn(startMemoryTables(new MemoryLine(), copyRows(rows)));

let startingPoints: readonly [StartingPoint, StartingPoint];
beforeAll(async () => {
  startingPoints = [await recordStart(false), await recordStart(true)];
});

/** Everything that is stored, with its tags; the index of expiries is written before a commit. */
async function stored({ tables }: Operations) {
  const [accounts, attempts] = await Promise.all([
    tables.rows('accounts'),
    tables.rows('attempts'),
  ]);
  return { accounts, attempts };
}

describe.each(Object.entries(WRITES))('the act to %s', (name, write) => {
  it('succeeds for an admin who keeps its rights, the first time and again', async () => {
    for (const start of startingPoints) {
      const operations = openCopy(start);
      const principal = await operations.sessionOf(start.cast.rogue);
      const outcome = await outcomeText(write(operations, principal, start.cast));
      expect(['done', 'active', 'disabled']).toContain(outcome);
    }
  });

  const cases = momentsOf(name).flatMap((moment) =>
    Object.keys(LOSSES).map((loss) => ({ moment, loss })),
  );
  it.each(cases)('is refused after $loss $moment, and writes nothing', async ({ moment, loss }) => {
    const { lose, outcome } = LOSSES[loss] as (typeof LOSSES)[string];
    for (const start of startingPoints) {
      const { cast } = start;
      const operations = openCopy(start);
      const principal = await operations.sessionOf(cast.rogue);
      let before: unknown;
      const on = await (MOMENTS[moment] as Moment)(operations, async () => {
        await lose(operations, cast);
        before = await stored(operations);
      });
      expect(await outcomeText(write(on, principal, cast))).toBe(outcome);
      expect(before).toBeDefined();
      expect(await stored(operations)).toEqual(before);
    }
  });
});

describe('a caller without rights', () => {
  it.each([...HASHING])('spends neither a hash nor an index entry to %s', async (name) => {
    const [, start] = startingPoints;
    const { cast } = start;
    const operations = openCopy(start);
    const principal = await operations.sessionOf(cast.rogue);
    await LOSSES['a deletion']?.lose(operations, cast);
    let places = 0;
    const hasher = withPlaces(operations.dependencies.hasher, () => {
      places += 1;
      return {};
    });
    const before = await operations.tables.rows('expiries');
    const call = WRITES[name]?.(operations.with({ hasher }), principal, cast);
    expect(await outcomeText(call as Promise<unknown>)).toBe('invalid-token');
    expect(places).toBe(0);
    expect(await operations.tables.rows('expiries')).toEqual(before);
  });
});
