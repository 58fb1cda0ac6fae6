import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { CONFLICT_TRIES } from '../../shared/operation/retry.ts';
import { signOutEverywhere, signOutUser } from '../../shared/operation/sign-out.ts';
import { entityTag, type TargetRequest } from '../../shared/operation/target.ts';
import { unlockUser } from '../../shared/operation/unlock-user.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';

/** Checks what an admin can do to one user, and what all of it has in common. */

let operations: Operations;
let admin: SignedInUser;
let manager: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  const roles = ['userManagementAdmin'] as const;
  manager = await operations.addReadyUser(admin, 'manager@contoso.example', roles);
});
afterAll(() => operations.stop());

beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

type Call = (request: TargetRequest, on?: Operations) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
  update: (request, { dependencies } = operations) => {
    const patch = { displayName: 'Ana' };
    return updateUser(dependencies, { ...request, patch }, operations.context());
  },
  delete: (request, { dependencies } = operations) =>
    deleteUser(dependencies, request, operations.context()),
  reset: (request, { dependencies } = operations) =>
    resetPassword(dependencies, request, operations.context()),
  unlock: (request, { dependencies } = operations) =>
    unlockUser(dependencies, request, operations.context()),
  'sign-out': (request, { dependencies } = operations) =>
    signOutUser(dependencies, request, operations.context()),
};
const NAMES = Object.keys(CALLS);

async function ask(
  name: string,
  caller: SignedInUser,
  userId: UserId | undefined,
  ifMatch?: TargetRequest['ifMatch'],
  on?: Operations,
): Promise<string> {
  const principal = await operations.sessionOf(caller);
  const call = CALLS[name] as Call;
  // An updated user has a `status` of its own, which is no outcome.
  return outcomeText(call({ principal, userId, ifMatch }, on).then(() => undefined));
}

describe('an act on a user who does not exist', () => {
  it.each(NAMES)('(%s) answers not-found for an impossible or unused id', async (name) => {
    expect(await ask(name, admin, undefined)).toBe('not-found');
    expect(await ask(name, admin, '0'.repeat(26) as UserId)).toBe('not-found');
  });

  it.each(NAMES)('(%s) answers not-found for a user of another tenant', async (name) => {
    const other = await operations.readyAdmin(`admin@other-${made}.example`);
    expect(await ask(name, admin, other.userId)).toBe('not-found');
    expect(await ask(name, other, user.userId)).toBe('not-found');
    expect(await outcomeText(operations.principal(user.token))).toBe('done');
  });

  it.each(NAMES)('(%s) answers not-found for a deleted user of a reused name', async (name) => {
    expect(await ask('delete', admin, user.userId)).toBe('done');
    expect(await ask(name, admin, user.userId)).toBe('not-found');
    const { userId } = await operations.addUser(admin, user.userName);
    expect(await ask(name, admin, user.userId)).toBe('not-found');
    expect((await operations.user(user.userName)).userId).toBe(userId);
  });

  it.each(NAMES)('(%s) answers not-found for a user removed between reads', async (name) => {
    const { accounts } = operations.dependencies;
    for (const userName of [manager.userName, nameOf('gone@contoso.example')]) {
      const racing = operations.with({
        accounts: override(accounts, {
          // The id was read before the deletion; the name has another user by now, or none.
          findUserName: async () => ({ userName, isDeleted: false }),
        }),
      });
      expect(await ask(name, admin, user.userId, undefined, racing)).toBe('not-found');
    }
  });
});

describe('an act on a user above the caller’s rank', () => {
  it.each(NAMES)('(%s) is forbidden and writes nothing', async (name) => {
    const before = await operations.user(admin.userName);
    expect(await ask(name, manager, admin.userId)).toBe('forbidden');
    expect(await ask(name, user, manager.userId)).toBe('forbidden');
    expect(await operations.user(admin.userName)).toEqual(before);
  });

  it('refuses a reset of oneself with its own code; other acts are forbidden', async () => {
    expect(await ask('reset', admin, admin.userId)).toBe('self-reset-forbidden');
    expect(await ask('unlock', admin, admin.userId)).toBe('forbidden');
    expect(await ask('sign-out', admin, admin.userId)).toBe('forbidden');
    expect(await ask('delete', manager, manager.userId)).toBe('forbidden');
  });
});

describe('an act with If-Match', () => {
  it.each(['update', 'delete', 'reset'])(
    '(%s) rejects a stale tag, accepts a current one',
    async (name) => {
      expect(await ask(name, admin, user.userId, ['"0"'])).toBe('precondition-failed');
      const current = entityTag(await operations.user(user.userName));
      expect(await ask(name, admin, user.userId, ['"0"', current])).toBe('done');
    },
  );

  it.each(['update', 'delete', 'reset'])('(%s) accepts the tag *', async (name) => {
    expect(await ask(name, admin, user.userId, '*')).toBe('done');
  });
});

describe('an act that races other writes', () => {
  it.each(NAMES)(
    '(%s) succeeds once at the last try, however many were lost before',
    async (name) => {
      const events = await eventsOf(operations, user);
      expect(
        await ask(name, admin, user.userId, undefined, losing(operations, CONFLICT_TRIES - 1)),
      ).toBe('done');
      expect(await eventsOf(operations, user)).toHaveLength(events.length + 1);
    },
  );

  it.each(NAMES)('(%s) answers conflict with Retry-After if every try is lost', async (name) => {
    const before = await operations.user(user.userName);
    const racing = losing(operations, CONFLICT_TRIES);
    expect(await ask(name, admin, user.userId, undefined, racing)).toBe('conflict 1');
    expect(await operations.user(user.userName)).toEqual(before);
  });
});

describe('deleting a user', () => {
  it('writes an event of the admin, which stays, and ends the account', async () => {
    expect(await ask('delete', admin, user.userId)).toBe('done');
    const [event] = await eventsOf(operations, user);
    const actor = { userId: admin.userId };
    expect(event).toMatchObject({ type: 'user.deleted', actor, details: {} });
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
    expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
  });

  it('allows a global admin to delete itself unless it is the last', async () => {
    const roles = ['globalAdmin'] as const;
    const second = await operations.addReadyUser(admin, `second-${made}@contoso.example`, roles);
    expect(await ask('delete', second, second.userId)).toBe('done');
    expect(await ask('delete', admin, admin.userId)).toBe('last-global-admin');
    expect(await outcomeText(operations.principal(admin.token))).toBe('done');
  });
});

describe('ending sessions', () => {
  it('ends those of another user with an event and keeps the password', async () => {
    expect(await ask('sign-out', manager, user.userId)).toBe('done');
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
    const [event] = await eventsOf(operations, user);
    const actor = { userId: manager.userId };
    expect(event).toMatchObject({ type: 'sessions.ended', actor, details: {} });
    expect(await operations.attempt(user.userName, user.password)).toBe('signedIn');
  });

  it('ends all of the caller’s own, with one event', async () => {
    const principal = await operations.principal(user.token);
    await signOutEverywhere(operations.dependencies, principal, operations.context());
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
    const [event, ...earlier] = await eventsOf(operations, user);
    const actor = { userId: user.userId };
    expect(event).toMatchObject({ type: 'sessions.ended', actor, details: {} });
    expect(earlier.filter(({ type }) => type === 'sessions.ended')).toEqual([]);
  });

  it('ends the caller’s own at a further try; answers conflict if all are lost', async () => {
    const principal = await operations.principal(user.token);
    const end = (on: Operations) =>
      outcomeText(signOutEverywhere(on.dependencies, principal, operations.context()));
    expect(await end(losing(operations, CONFLICT_TRIES))).toBe('conflict 1');
    expect(await outcomeText(operations.principal(user.token))).toBe('done');
    const between = () => ask('update', admin, user.userId);
    expect(await end(losing(operations, 1, between))).toBe('done');
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
  });

  it.each(['sign-out', 'delete', 'reset'])(
    'rejects a caller revoked by a %s in between, without a second event',
    async (name) => {
      const principal = await operations.principal(user.token);
      const racing = losing(operations, 1, () => ask(name, admin, user.userId));
      const { dependencies } = racing;
      const call = signOutEverywhere(dependencies, principal, operations.context());
      expect(await outcomeText(call)).toBe('invalid-token');
      const events = (await eventsOf(operations, user)).map(({ type }) => type);
      const ended = events.filter((type) => type === 'sessions.ended');
      expect(ended).toHaveLength(name === 'sign-out' ? 1 : 0);
    },
  );
});

describe('unlocking a user', () => {
  const WRONG = 'wrong horse battery staple';

  it('ends the waits of strangers and devices, keeps counts and sessions', async () => {
    for (let tries = 0; tries < 5; tries += 1) {
      await operations.attempt(user.userName, WRONG);
      await operations.attempt(user.userName, WRONG, user.deviceToken);
      const change = operations.changePassword(user.token, 'x', WRONG);
      expect(await outcomeText(change)).toBe('invalid-credentials');
    }
    expect(await operations.attempt(user.userName, WRONG)).toBe('too-many-attempts 1');
    expect(await operations.attempt(user.userName, WRONG, user.deviceToken)).toBe(
      'too-many-attempts 1',
    );
    const before = await operations.user(user.userName);
    const after = await operations.unlock(manager, user.userId);
    const { isLocked, attemptsClearedAtMs, sessionEpoch, credential } = before;
    expect(after).toMatchObject({ isLocked, attemptsClearedAtMs, sessionEpoch, credential });
    expect(await operations.user(user.userName)).toEqual(after);
    for (const device of [undefined, user.deviceToken]) {
      expect(await operations.attempt(user.userName, WRONG, device)).toBe('invalid-credentials');
      expect(await operations.attempt(user.userName, WRONG, device)).toBe('too-many-attempts 2');
    }
    expect((await operations.counted(user.userName))?.failures).toBe(6);
    const change = operations.changePassword(user.token, 'x', WRONG);
    expect(await outcomeText(change)).toBe('too-many-attempts 1');
    const [event] = await eventsOf(operations, user);
    const actor = { userId: manager.userId };
    const details = { failures: 5 };
    expect(event).toMatchObject({ type: 'credential.unlocked', actor, details });
  });
});
