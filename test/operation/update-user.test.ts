import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../shared/credential/refusal.ts';
import type { Role } from '../../shared/credential/role.ts';
import { CONFLICT_TRIES } from '../../shared/operation/retry.ts';
import { entityTag } from '../../shared/operation/target.ts';
import { type UserPatch, updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';

let operations: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

async function update(
  caller: SignedInUser,
  target: SignedInUser,
  patch: UserPatch,
  ifMatch?: '*' | readonly string[],
  { dependencies } = operations,
) {
  const principal = await operations.sessionOf(caller);
  const request = { principal, userId: target.userId, patch, ifMatch };
  return updateUser(dependencies, request, operations.context());
}

describe('patching a user', () => {
  it('sets named members, clears null ones, and keeps the rest', async () => {
    const before = await operations.user(user.userName);
    const first = { displayName: 'Ana', email: 'ana@mail.example', locale: 'fr-CA' };
    const named = await update(admin, user, first);
    expect(named).toMatchObject({ ...first, roles: before.roles, status: 'active' });
    const cleared = await update(admin, user, { email: null, locale: null });
    expect(cleared).toMatchObject({
      displayName: 'Ana',
      email: undefined,
      secondEmail: undefined,
      locale: undefined,
    });
    expect(await operations.user(user.userName)).toEqual(cleared);
    expect(cleared.profileVersion).toBe(before.profileVersion + 2);
    expect(cleared.credential).toEqual(before.credential);
  });

  it('records the changed members, and the roles before and after', async () => {
    await update(admin, user, { displayName: 'Ana', locale: 'fr' });
    await update(admin, user, { email: 'ana@mail.example', roles: ['billingAdmin'] });
    const [roles, names] = await eventsOf(operations, user);
    const { userId } = admin;
    expect(names).toMatchObject({
      type: 'user.updated',
      actor: { userId },
      subject: { userId: user.userId },
      details: { changed: ['displayName', 'locale'] },
    });
    expect(Object.keys(names?.details ?? {})).toEqual(['changed']);
    expect(roles).toMatchObject({
      details: {
        changed: ['email', 'roles'],
        rolesBefore: ['salesAgent'],
        rolesAfter: ['billingAdmin'],
      },
    });
  });

  it('writes nothing if nothing changes, whatever the order of the roles', async () => {
    const roles: readonly Role[] = ['billingAdmin', 'salesAgent'];
    const before = await update(admin, user, { roles });
    const events = await eventsOf(operations, user);
    const same = { displayName: before.displayName, email: null, status: 'active' } as const;
    expect(await update(admin, user, { ...same, roles: roles.toReversed() })).toEqual(before);
    expect(await operations.user(user.userName)).toEqual(before);
    expect(await eventsOf(operations, user)).toEqual(events);
  });

  it('ends every session with a disablement; enabling restores none', async () => {
    expect((await update(admin, user, { status: 'disabled' })).sessionEpoch).toBe(1);
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
    expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
    const { sessionEpoch } = await update(admin, user, { status: 'disabled', locale: 'fr' });
    const enabled = await update(admin, user, { status: 'active' });
    expect([sessionEpoch, enabled.sessionEpoch]).toEqual([1, 1]);
    expect(await outcomeText(operations.principal(user.token))).toBe('invalid-token');
    const last = await eventsOf(operations, user);
    expect(last.slice(0, 3).map(({ type }) => type)).toEqual([
      'user.enabled',
      'user.updated',
      'user.disabled',
    ]);
  });

  it('ends no session with a change of name or roles', async () => {
    await update(admin, user, { displayName: 'Ana', roles: ['userManagementAdmin'] });
    expect(await outcomeText(operations.principal(user.token))).toBe('done');
  });
});

describe('the second address', () => {
  const first = 'ana@mail.example';
  const second = 'ana@home.example';

  it('is refused if it is the first one in another case, at the member that was given', async () => {
    await update(admin, user, { email: first });
    const pointerOf = (patch: UserPatch) =>
      update(admin, user, patch).then(
        () => 'done',
        (fault: Refusal) => fault.extra.errors,
      );
    const problem = 'sameAddress';
    const upper = { secondEmail: first.toUpperCase() };
    expect(await pointerOf(upper)).toEqual([{ pointer: '/secondEmail', problem }]);
    expect(await pointerOf({ secondEmail: second })).toBe('done');
    expect(await pointerOf({ email: second })).toEqual([{ pointer: '/email', problem }]);
    expect(await pointerOf({ email: second, secondEmail: first })).toBe('done');
  });

  it('has its part in the history: what leaves is kept, with its time', async () => {
    const sinceMs = operations.clock.nowMs;
    await update(admin, user, { email: first, secondEmail: second });
    operations.pass(1000);
    await update(admin, user, { email: 'new@mail.example' });
    const { addressHistory } = await operations.user(user.userName);
    const fresh = { address: 'new@mail.example', sinceMs: sinceMs + 1000, isFirst: false };
    expect(addressHistory).toEqual({
      hadAny: true,
      terms: [
        { address: second, sinceMs, isFirst: true },
        fresh,
        { address: first, sinceMs, untilMs: sinceMs + 1000, isFirst: true },
      ],
    });
  });

  it('of earlier days leaves the row with the first write after 14 days', async () => {
    await update(admin, user, { email: first });
    await update(admin, user, { email: null });
    operations.pass(14 * 86_400_000 - 1);
    await update(admin, user, { locale: 'fr' });
    expect((await operations.user(user.userName)).addressHistory.terms).toHaveLength(1);
    operations.pass(1);
    await update(admin, user, { locale: 'en' });
    const { addressHistory } = await operations.user(user.userName);
    expect(addressHistory).toEqual({ terms: [], hadAny: true });
  });
});

describe('If-Match on a patch', () => {
  it('accepts the tag of the profile that was read, one of several, or *', async () => {
    const tag = entityTag(await operations.user(user.userName));
    expect(tag).toBe('"1"');
    await update(admin, user, { displayName: 'One' }, ['"7"', tag]);
    expect(await outcomeText(update(admin, user, { displayName: 'Two' }, [tag]))).toBe(
      'precondition-failed',
    );
    expect(await outcomeText(update(admin, user, { displayName: 'Two' }, []))).toBe(
      'precondition-failed',
    );
    expect((await update(admin, user, { displayName: 'Two' }, '*')).displayName).toBe('Two');
  });
});

describe('the right to patch', () => {
  let manager: SignedInUser;
  beforeAll(async () => {
    const roles = ['userManagementAdmin'] as const;
    manager = await operations.addReadyUser(admin, 'manager@contoso.example', roles);
  });

  it('lets a user management admin edit others and give roles it has', async () => {
    const roles: readonly Role[] = ['salesAgent', 'userManagementAdmin'];
    expect((await update(manager, user, { status: 'disabled', roles })).roles).toEqual(roles);
  });

  it('forbids a user management admin to edit or make a global admin', async () => {
    expect(await outcomeText(update(manager, admin, { displayName: 'X' }))).toBe('forbidden');
    const roles: readonly Role[] = ['salesAgent', 'globalAdmin'];
    expect(await outcomeText(update(manager, user, { roles }))).toBe('forbidden');
  });

  it('lets a user management admin edit its own names, not roles or status', async () => {
    expect((await update(manager, manager, { displayName: 'Mia' })).displayName).toBe('Mia');
    expect(await outcomeText(update(manager, manager, { roles: ['salesAgent'] }))).toBe(
      'forbidden',
    );
    expect(await outcomeText(update(manager, manager, { status: 'disabled' }))).toBe('forbidden');
    expect((await operations.user(manager.userName)).status).toBe('active');
  });

  it('lets a global admin disable itself only while another one is left', async () => {
    const roles = ['globalAdmin'] as const;
    const second = await operations.addReadyUser(admin, `second-${made}@contoso.example`, roles);
    expect((await update(second, second, { status: 'disabled' })).status).toBe('disabled');
    expect(await outcomeText(update(admin, admin, { status: 'disabled' }))).toBe(
      'last-global-admin',
    );
    expect(await outcomeText(update(admin, admin, { roles: ['salesAgent'] }))).toBe(
      'last-global-admin',
    );
  });

  it('forbids a user of a business role to edit any user', async () => {
    expect(await outcomeText(update(user, user, { displayName: 'X' }))).toBe('forbidden');
  });
});

describe('a patch that races other writes', () => {
  it('is applied again to the user as stored then', async () => {
    const between = () => update(admin, user, { email: 'ana@mail.example' });
    const racing = losing(operations, 1, between);
    const after = await update(admin, user, { displayName: 'Ana' }, undefined, racing);
    expect(after).toMatchObject({ displayName: 'Ana', email: 'ana@mail.example' });
    expect((await eventsOf(operations, user)).slice(0, 2)).toMatchObject([
      { details: { changed: ['displayName'] } },
      { details: { changed: ['email'] } },
    ]);
  });

  it('answers conflict with Retry-After 1 if every try is lost', async () => {
    const allButOne = losing(operations, CONFLICT_TRIES - 1);
    await update(admin, user, { displayName: 'Two' }, undefined, allButOne);
    const racing = losing(operations, CONFLICT_TRIES);
    expect(
      await outcomeText(update(admin, user, { displayName: 'Three' }, undefined, racing)),
    ).toBe('conflict 1');
    expect((await operations.user(user.userName)).displayName).toBe('Two');
  });
});
