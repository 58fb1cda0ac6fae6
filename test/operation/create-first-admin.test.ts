import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import {
  createFirstAdmins,
  type FirstAdminRequest,
  planFirstAdmins,
} from '../../shared/maintenance/create-first-admin.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { eventsOf } from './fixture/admin-context.ts';

/** Checks which users the command makes global admins and which it leaves alone. */

const DAY_MS = 86_400_000;

let operations: Operations;
let made = 0;

beforeAll(async () => {
  operations = await createOperations({ temporaryPasswordTtlMs: DAY_MS });
});
afterAll(() => operations.stop());

/** Each test has a tenant of its own. */
function newTenant(): string {
  made += 1;
  return `tenant${made}.example`;
}

async function make(names: readonly string[], recover = false): Promise<readonly string[]> {
  const request = { userNames: names.map(nameOf), recover };
  const all = await createFirstAdmins(operations.dependencies, request, operations.context());
  return all.map(({ userName }) => userName);
}

describe('without --recover', () => {
  it('changes nothing in a tenant whose global admin has a permanent password', async () => {
    const tenant = newTenant();
    await operations.readyAdmin(`admin@${tenant}`);
    expect(await make([`other@${tenant}`])).toEqual([]);
  });

  it('counts a temporary password until its last millisecond', async () => {
    const tenant = newTenant();
    expect(await make([`admin@${tenant}`])).toEqual([`admin@${tenant}`]);
    const made = await operations.user(nameOf(`admin@${tenant}`));
    expect(made).toMatchObject({ displayName: 'admin', roles: ['globalAdmin'] });
    const [created] = await eventsOf(operations, made);
    expect([created?.type, created?.details]).toEqual(['user.created', { roles: ['globalAdmin'] }]);
    operations.pass(DAY_MS - 1);
    expect(await make([`admin@${tenant}`])).toEqual([]);
    operations.pass(1);
    expect(await make([`admin@${tenant}`])).toEqual([`admin@${tenant}`]);
  });

  it('judges the tenant before creating, and creates a repeated name once', async () => {
    const [tenant, taken] = [newTenant(), newTenant()];
    await operations.readyAdmin(`admin@${taken}`);
    const names = [`a@${tenant}`, `b@${taken}`, `c@${tenant}`, `a@${tenant}`];
    expect(await make(names)).toEqual([`a@${tenant}`, `c@${tenant}`]);
  });
});

describe('a listed global admin', () => {
  /** Makes another admin while the row of the listed one has changed. */
  async function made(tenant: string, changed: Partial<User> | undefined) {
    const { accounts } = operations.dependencies;
    const instance = operations.with({
      accounts: override(accounts, {
        async findUser(userName) {
          const found = await accounts.findUser(userName);
          if (found === undefined || !userName.startsWith('admin@')) return found;
          return changed && { ...found, value: { ...found.value, ...changed } };
        },
      }),
    });
    const request = { userNames: [nameOf(`other@${tenant}`)], recover: false };
    const all = await createFirstAdmins(instance.dependencies, request, operations.context());
    return all.map(({ userName }) => userName);
  }

  it.each<[string, Partial<User> | undefined]>([
    ['is disabled', { status: 'disabled' }],
    ['is of another role by now', { roles: ['userManagementAdmin'] }],
    ['has no password', { credential: { kind: 'none' } }],
    ['is gone', undefined],
  ])('does not prevent a new first admin if the user %s', async (_how, changed) => {
    const tenant = newTenant();
    await operations.readyAdmin(`admin@${tenant}`);
    expect(await made(tenant, {})).toEqual([]);
    expect(await made(tenant, changed)).toEqual([`other@${tenant}`]);
  });

  it('does not prevent a new first admin unless it has the global role', async () => {
    const tenant = newTenant();
    const admin = await operations.readyAdmin(`admin@${tenant}`);
    const roles = ['userManagementAdmin'] as const;
    await operations.addReadyUser(admin, `manager@${tenant}`, roles);
    expect(await made(tenant, { status: 'disabled' })).toEqual([`other@${tenant}`]);
  });
});

describe('with --recover', () => {
  it('resets only the password of a global admin', async () => {
    const { userName, password } = await operations.readyAdmin(`admin@${newTenant()}`);
    const before = await operations.user(userName);
    expect(await make([userName], true)).toEqual([userName]);
    const after = await operations.user(userName);
    expect(after).toMatchObject({ roles: before.roles, profileVersion: before.profileVersion });
    expect((await operations.eventTypes(userName)).at(-1)).toBe('password.reset');
    expect(await operations.attempt(userName, password)).toMatch(/^invalid-credentials/);
  });

  it('enables a disabled user and adds the admin role to the user’s roles', async () => {
    const tenant = newTenant();
    const admin = await operations.readyAdmin(`admin@${tenant}`);
    const { userName, userId } = await operations.addReadyUser(admin, `ana@${tenant}`);
    const principal = await operations.sessionOf(admin);
    const patch = { status: 'disabled' } as const;
    const request = { principal, userId, patch };
    await updateUser(operations.dependencies, request, operations.context());
    const before = await operations.user(userName);

    await make([userName], true);
    expect(await operations.user(userName)).toMatchObject({
      status: 'active',
      profileVersion: before.profileVersion + 1,
    });
    const { roles } = await operations.user(userName);
    expect([...roles].sort()).toEqual(['globalAdmin', 'salesAgent']);
    const types = await operations.eventTypes(userName);
    expect(types.slice(-3)).toEqual(['password.reset', 'user.updated', 'user.enabled']);
  });

  it('enables a disabled global admin, promotes an active user, reports both', async () => {
    const tenant = newTenant();
    const admin = await operations.readyAdmin(`admin@${tenant}`);
    const ana = await operations.addReadyUser(admin, `ana@${tenant}`);
    const second = await operations.addReadyUser(admin, `second@${tenant}`, ['globalAdmin']);
    const principal = await operations.sessionOf(admin);
    const request = { principal, userId: second.userId, patch: { status: 'disabled' } } as const;
    await updateUser(operations.dependencies, request, operations.context());
    const versions = async () =>
      Promise.all(
        [ana, second].map(async ({ userName }) => (await operations.user(userName)).profileVersion),
      );
    const [ofAna = 0, ofSecond = 0] = await versions();
    await make([ana.userName, second.userName], true);
    expect(await versions()).toEqual([ofAna + 1, ofSecond + 1]);
    const [updated, reset] = await eventsOf(operations, ana);
    expect([reset?.type, reset?.details, reset?.actor]).toEqual([
      'password.reset',
      { clearedLock: false, delivery: 'shown', expiresInSeconds: expect.any(Number) },
      { system: 'bootstrap' },
    ]);
    expect([updated?.type, updated?.details]).toEqual([
      'user.updated',
      {
        changed: ['roles'],
        rolesBefore: ['salesAgent'],
        rolesAfter: ['globalAdmin', 'salesAgent'],
      },
    ]);
    const types = await operations.eventTypes(second.userName);
    expect(types.slice(-2)).toEqual(['password.reset', 'user.enabled']);
  });
});

describe('the report of an admin recovery', () => {
  const nobody = {
    newTenant: false,
    newUser: false,
    promotedFrom: undefined,
    wasDisabled: false,
    wasLocked: false,
    wasFrozen: false,
  };

  /** Returns the plan, which the run must match, or the code of both refusals. */
  async function outcome(request: FirstAdminRequest) {
    const plan = planFirstAdmins(operations.dependencies, request);
    const planned = await plan.then((all) => all.map(({ before }) => before), codeOf);
    const made = await createFirstAdmins(
      operations.dependencies,
      request,
      operations.context(),
    ).then((all) => all.map(({ before }) => before), codeOf);
    expect(made).toEqual(planned);
    return made;
  }
  const codeOf = (refusal: unknown) => (refusal as { code?: unknown }).code;
  const recover = (name: string, isNew = false) =>
    outcome({ userNames: [nameOf(name)], recover: true, isNew });

  it('names a promoted user and an enabled one', async () => {
    const tenant = newTenant();
    const admin = await operations.readyAdmin(`admin@${tenant}`);
    const { userName, userId } = await operations.addReadyUser(admin, `ana@${tenant}`);
    const principal = await operations.sessionOf(admin);
    const patch = { status: 'disabled' } as const;
    await updateUser(operations.dependencies, { principal, userId, patch }, operations.context());
    const was = { ...nobody, promotedFrom: ['salesAgent'], wasDisabled: true };
    expect(await recover(userName)).toEqual([was]);
    expect(await recover(userName)).toEqual([nobody]);
  });

  it('names a user who was locked', async () => {
    const tenant = newTenant();
    const admin = await operations.readyAdmin(`admin@${tenant}`);
    const { accounts } = operations.dependencies;
    const locked = operations.with({
      accounts: override(accounts, {
        async findUser(userName) {
          const found = await accounts.findUser(userName);
          return found && { ...found, value: { ...found.value, isLocked: true } };
        },
      }),
    });
    const request = { userNames: [admin.userName], recover: true };
    const [planned] = await planFirstAdmins(locked.dependencies, request);
    expect(planned?.before).toEqual({ ...nobody, wasLocked: true });
  });

  it('rejects an unknown name with not-found unless a new user is requested', async () => {
    const tenant = newTenant();
    await operations.readyAdmin(`admin@${tenant}`);
    expect(await recover(`typo@${tenant}`)).toBe('not-found');
    expect(await operations.dependencies.accounts.findUser(nameOf(`typo@${tenant}`))).toBe(
      undefined,
    );
    expect(await recover(`typo@${tenant}`, true)).toEqual([{ ...nobody, newUser: true }]);
  });

  it('names a new tenant, as a typo in the domain would make', async () => {
    const name = `admin@${newTenant()}`;
    expect(await recover(name)).toBe('not-found');
    const isNew = { userNames: [nameOf(name)], recover: false, isNew: true };
    expect(await outcome(isNew)).toEqual([{ ...nobody, newUser: true, newTenant: true }]);
    expect(await outcome(isNew)).toBe('user-name-taken');
  });

  it('names a new user beside an admin who can sign in, if requested', async () => {
    const tenant = newTenant();
    await operations.readyAdmin(`admin@${tenant}`);
    const userNames = [nameOf(`second@${tenant}`)];
    expect(await outcome({ userNames, recover: false })).toEqual([]);
    const second = await outcome({ userNames, recover: false, isNew: true });
    expect(second).toEqual([{ ...nobody, newUser: true }]);
  });
});
