import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant, UserId } from '../../shared/credential/name.ts';
import type { User } from '../../shared/credential/user.ts';
import { planAdmins } from '../../shared/operation/account-change.ts';
import { blankUser, createUser } from '../../shared/operation/create-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { CONFLICT_TRIES } from '../../shared/operation/retry.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override, withPlaces } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';

const TTL_MS = 90_500;

let operations: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations({ temporaryPasswordTtlMs: TTL_MS });
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

async function reset(target: SignedInUser, { dependencies } = operations, by = admin) {
  const principal = await operations.sessionOf(by);
  const request = { principal, userId: target.userId };
  return resetPassword(dependencies, request, operations.context());
}

async function overdueAt(atMs: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of operations.dependencies.expiries.listOverdue(atMs)) {
    ids.push(...page.map(({ issueId }) => issueId));
  }
  return ids;
}

/** An instance that counts the places it took and the hashes it made. */
function watched(): {
  readonly on: Operations;
  readonly count: { places: number; hashes: number };
} {
  const count = { places: 0, hashes: 0 };
  const hasher = withPlaces(operations.dependencies.hasher, (place) => {
    count.places += 1;
    return {
      hash: (password) => {
        count.hashes += 1;
        return place.hash(password);
      },
    };
  });
  return { on: operations.with({ hasher }), count };
}

describe('resetting a password', () => {
  it('issues a temporary password with its expiry and names its issuer', async () => {
    const before = await operations.user(user.userName);
    operations.pass(1);
    const nowMs = operations.clock.now();
    const done = await reset(user);
    expect(done.temporaryPassword).toMatchObject({
      expiresAtMs: nowMs + TTL_MS,
      expiresInSeconds: 90,
    });
    expect(done.user).toMatchObject({
      credentialVersion: before.credentialVersion + 1,
      sessionEpoch: before.sessionEpoch,
      attemptsClearedAtMs: nowMs,
      isLocked: false,
    });
    const { credential } = before;
    expect(done.user.credential).toMatchObject({
      kind: 'temporary',
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + TTL_MS,
      issuedBy: admin.userId,
      changedAtMs: credential.kind === 'permanent' && credential.changedAtMs,
    });
    expect(await operations.user(user.userName)).toEqual(done.user);
    const [event] = await eventsOf(operations, user);
    expect(event).toMatchObject({
      type: 'password.reset',
      actor: { userId: admin.userId },
      details: { clearedLock: false },
    });
  });

  it('adds an index entry of the expiry, under the id of the issue', async () => {
    const { user: after } = await reset(user);
    const { credential } = after;
    if (credential.kind !== 'temporary') throw new Error('not temporary');
    expect(await overdueAt(credential.expiresAtMs)).toContain(credential.issueId);
    expect(await overdueAt(credential.expiresAtMs - 1)).not.toContain(credential.issueId);
    const again = await reset(user);
    expect(again.user.credential).not.toMatchObject({ issueId: credential.issueId });
    expect(again.temporaryPassword.canonical).not.toBe('');
  });

  it('clears counted failures and ends the old password', async () => {
    await operations.attempt(user.userName, 'wrong horse battery staple');
    operations.pass(2);
    const { temporaryPassword } = await reset(user);
    expect(await operations.counted(user.userName)).toBeUndefined();
    expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
    expect(await operations.attempt(user.userName, temporaryPassword.canonical)).toBe(
      'passwordChangeRequired',
    );
  });

  it('hashes once, however many writes come between', async () => {
    const { on, count } = watched();
    const seen: string[] = [];
    const { accounts } = on.dependencies;
    const noting = on.with({
      accounts: override(losing(operations, 2).dependencies.accounts, {
        findUser: async (userName) => {
          if (userName === user.userName) seen.push(userName);
          return accounts.findUser(userName);
        },
      }),
    });
    const { temporaryPassword } = await reset(user, noting);
    // Before the hash, after it, and in the two tries that follow.
    expect(seen).toHaveLength(4);
    expect(count).toEqual({ places: 1, hashes: 1 });
    expect(await operations.attempt(user.userName, temporaryPassword.canonical)).toBe(
      'passwordChangeRequired',
    );
  });

  it('takes no slot, hash or index entry if it is refused', async () => {
    const { on, count } = watched();
    const entries = await overdueAt(operations.clock.now() + TTL_MS);
    expect(await outcomeText(reset(admin, on, user))).toBe('forbidden');
    expect(await outcomeText(reset(admin, on, admin))).toBe('self-reset-forbidden');
    expect(count).toEqual({ places: 0, hashes: 0 });
    expect(await overdueAt(operations.clock.now() + TTL_MS)).toEqual(entries);
  });

  it('releases its slot in the hash queue, also if the write fails', async () => {
    const small = await createOperations({ waitingLimit: 0 });
    try {
      const first = await small.readyAdmin();
      const other = await small.addReadyUser(first, 'ana@contoso.example');
      const principal = await small.sessionOf(first);
      const request = { principal, userId: other.userId };
      const failing = losing(small, CONFLICT_TRIES);
      for (let times = 0; times < 3; times += 1) {
        const call = resetPassword(failing.dependencies, request, small.context());
        expect(await outcomeText(call)).toBe(times === 0 ? 'conflict 1' : 'done');
      }
    } finally {
      await small.stop();
    }
  });
});

it('makes a blank user active, not locked, and without a password', () => {
  const profile = {
    displayName: 'Ana',
    email: undefined,
    secondEmail: undefined,
    locale: undefined,
  };
  const wanted = { userName: nameOf('ana@contoso.example'), ...profile, roles: [] };
  const blank = blankUser(operations.dependencies, wanted);
  expect(blank).toMatchObject({ credential: { kind: 'none' }, isLocked: false, status: 'active' });
});

describe('creating a user', () => {
  const create = async (
    by: SignedInUser,
    name: string,
    changed: Partial<Parameters<typeof createUser>[1]['wanted']> = {},
    { dependencies } = operations,
  ) => {
    const principal = await operations.sessionOf(by);
    const profile = {
      displayName: 'Ana',
      email: 'ana@mail.example',
      secondEmail: undefined,
      locale: 'fr',
    };
    const wanted = { userName: nameOf(name), ...profile, roles: ['salesAgent'] as const };
    const request = { principal, wanted: { ...wanted, ...changed } };
    return createUser(dependencies, request, operations.context());
  };

  it('creates a user with a temporary password and one event', async () => {
    const nowMs = operations.clock.now();
    const { user: ana } = await create(admin, `ana-${made}@contoso.example`);
    expect(ana).toEqual({
      userId: ana.userId,
      userName: `ana-${made}@contoso.example`,
      tenant: 'contoso.example',
      displayName: 'Ana',
      email: 'ana@mail.example',
      secondEmail: undefined,
      addressHistory: {
        terms: [{ address: 'ana@mail.example', sinceMs: nowMs, isFirst: true }],
        hadAny: true,
      },
      locale: 'fr',
      roles: ['salesAgent'],
      status: 'active',
      credential: {
        kind: 'temporary',
        issueId: expect.stringMatching(/^[0-9a-z]{26}$/),
        issuedAtMs: nowMs,
        expiresAtMs: nowMs + TTL_MS,
        issuedBy: admin.userId,
        changedAtMs: undefined,
      },
      adminUntilMs: undefined,
      usedByIssuer: undefined,
      supportCode: undefined,
      supportCodesAtMs: [],
      profileVersion: 1,
      credentialVersion: 1,
      sessionEpoch: 0,
      isLocked: false,
      isFrozen: false,
      disownedResetBy: undefined,
      lastResetSequence: 0,
      attemptsClearedAtMs: nowMs,
      waitsEnded: [],
      partsAtMs: [],
      createdAtMs: nowMs,
      lastSignInAtMs: undefined,
      eventSequence: 1,
      lastEventAtMs: nowMs,
    });
    expect(await eventsOf(operations, ana)).toMatchObject([
      {
        eventId: expect.stringMatching(/^[0-9a-z]{26}$/),
        type: 'user.created',
        atMs: nowMs,
        actor: { userId: admin.userId },
        sequence: 1,
        details: { roles: ['salesAgent'] },
      },
    ]);
  });

  it('clears failures counted against the name before the user existed', async () => {
    const name = `eve-${made}@contoso.example`;
    await operations.attempt(nameOf(name), 'wrong horse battery staple');
    const { user: eve } = await create(admin, name);
    expect(await operations.counted(eve.userName)).toBeUndefined();
  });

  it('rejects a name of another tenant and points to /userName', async () => {
    await expect(create(admin, 'ana@fabrikam.example')).rejects.toMatchObject({
      code: 'validation',
      extra: { errors: [{ pointer: '/userName', problem: 'foreignDomain' }] },
    });
    expect(await operations.dependencies.accounts.findUser(nameOf('ana@fabrikam.example'))).toBe(
      undefined,
    );
  });

  it('rejects a taken name with user-name-taken, without a hash', async () => {
    const { on, count } = watched();
    expect(await outcomeText(create(admin, user.userName, {}, on))).toBe('user-name-taken');
    expect(count.places).toBe(0);
  });

  it('rejects roles above the caller’s rank', async () => {
    const roles = ['userManagementAdmin'] as const;
    const manager = await operations.addReadyUser(admin, `m-${made}@contoso.example`, roles);
    const name = `new-${made}@contoso.example`;
    const refused = create(manager, name, { roles: ['globalAdmin'] });
    expect(await outcomeText(refused)).toBe('forbidden');
    expect(await outcomeText(create(user, name, { roles }))).toBe('forbidden');
    expect((await create(manager, name, { roles })).user.roles).toEqual(roles);
  });
});

describe('a tenant with more than 100 admins', () => {
  it('allows changing and removing admins, and adds no more', async () => {
    const row = await operations.dependencies.accounts.findAdmins('contoso.example' as Tenant);
    const [entry] = row?.value ?? [];
    if (entry === undefined) throw new Error('the tenant has an admin');
    const listed = Array.from({ length: 102 }, (_, index) => ({
      ...entry,
      userId: index === 0 ? admin.userId : (`other-${index}` as UserId),
    }));
    const accounts = override(operations.dependencies.accounts, {
      findAdmins: async () => ({ value: listed, etag: 'etag' }),
    });
    const plan = async (before: SignedInUser, changed: Partial<User>) => {
      const stored = (await operations.sessionOf(before)).user;
      const after = { ...stored.value, ...changed };
      const planned = await planAdmins(
        { ...operations.dependencies, accounts },
        { before: stored, after },
      );
      return planned?.list.length;
    };
    expect(await plan(admin, { displayName: 'Another' })).toBe(102);
    expect(await plan(admin, { roles: ['salesAgent'] })).toBe(101);
    const promoted = plan(user, { roles: ['userManagementAdmin'] });
    expect(await outcomeText(promoted)).toBe('validation');
  });
});

describe('a tenant with 100 admins', () => {
  it('rejects one more admin and allows changes of existing ones', async () => {
    const full = await createOperations();
    try {
      const first = await full.readyAdmin();
      const roles = ['userManagementAdmin'] as const;
      for (let number = 1; number < 100; number += 1) {
        await full.addUser(first, `m-${number}@contoso.example`, roles);
      }
      await expect(full.addUser(first, 'm-100@contoso.example', roles)).rejects.toMatchObject({
        code: 'validation',
        extra: { errors: [{ pointer: '/roles', problem: 'tooManyAdmins' }] },
      });
      const user = await full.addUser(first, 'ana@contoso.example');
      const principal = await full.sessionOf(first);
      const patch = (userId: typeof user.userId, changed: object) =>
        outcomeText(
          updateUser(full.dependencies, { principal, userId, patch: changed }, full.context()),
        );
      expect(await patch(user.userId, { roles })).toBe('validation');
      const one = await full.user(nameOf('m-1@contoso.example'));
      expect(await patch(one.userId, { displayName: 'Mia' })).toBe('active');
      expect((await full.dependencies.accounts.findAdmins(one.tenant))?.value).toHaveLength(100);
      expect(await patch(one.userId, { roles: ['salesAgent'] })).toBe('active');
      expect(await patch(user.userId, { roles })).toBe('active');
    } finally {
      await full.stop();
    }
  });
});
