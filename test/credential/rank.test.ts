import { describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import {
  type Allowed,
  adminEntry,
  adminsWhoCanReset,
  changedRoles,
  hasGlobalAdmin,
  judgeAllowed,
  mayChangeRoles,
} from '../../shared/credential/rank.ts';
import { ROLES, type Role, rankOf, rankOfRole } from '../../shared/credential/role.ts';
import type { Admin, User } from '../../shared/credential/user.ts';
import { nameOf, sampleUser } from '../contract/account-sample.ts';

const GLOBAL: Role = 'globalAdmin';
const USERS: Role = 'userManagementAdmin';
const SALES: Role = 'salesAgent';

const NOTHING: Allowed = {
  edit: false,
  delete: false,
  resetPassword: false,
  unlock: false,
  signOut: false,
};
const EVERYTHING: Allowed = {
  edit: true,
  delete: true,
  resetPassword: true,
  unlock: true,
  signOut: true,
};

function person(id: string, ...roles: readonly Role[]) {
  return { userId: id as UserId, roles };
}

function user(local: string, changed: Partial<User> = {}): User {
  return sampleUser(nameOf(`${local}@contoso.example`), {
    credential: { kind: 'permanent', changedAtMs: 0 },
    ...changed,
  });
}

describe('the rank', () => {
  it('is 2 for global admins, 1 for user management admins, 0 for the others', () => {
    const ranks = ROLES.map(rankOfRole);
    expect(ranks).toEqual([2, 1, 0, 0, 0, 0, 0]);
    expect([ROLES[0], ROLES[1]]).toEqual([GLOBAL, USERS]);
  });

  it('of a user is the highest of its roles, in any order', () => {
    expect(rankOf([SALES, GLOBAL, USERS])).toBe(2);
    expect(rankOf([USERS, SALES])).toBe(1);
    expect(rankOf([SALES, 'billingAdmin'])).toBe(0);
    expect(rankOf([])).toBe(0);
  });
});

describe('judgeAllowed', () => {
  it.each([
    ['a global admin', GLOBAL],
    ['a user management admin', USERS],
    ['somebody of a business role', SALES],
  ])('allows a global admin every act on %s', (_who, role) => {
    expect(judgeAllowed(person('a', GLOBAL), person('b', role))).toEqual(EVERYTHING);
  });

  it('allows a global admin to edit and delete itself, and no other act', () => {
    const self = person('a', GLOBAL, SALES);
    expect(judgeAllowed(self, self)).toEqual({ ...NOTHING, edit: true, delete: true });
  });

  it('allows a user management admin to edit itself, and no other act', () => {
    const self = person('a', USERS);
    expect(judgeAllowed(self, self)).toEqual({ ...NOTHING, edit: true });
  });

  it('allows a user management admin every act, but none on a global admin', () => {
    const caller = person('a', USERS);
    expect(judgeAllowed(caller, person('b', GLOBAL, SALES))).toEqual(NOTHING);
    expect(judgeAllowed(caller, person('b', USERS))).toEqual(EVERYTHING);
    expect(judgeAllowed(caller, person('b', SALES))).toEqual(EVERYTHING);
  });

  it('allows a user of a business role no act, not even on itself', () => {
    const caller = person('a', SALES);
    for (const target of [caller, person('b', SALES), person('b', GLOBAL)]) {
      expect(judgeAllowed(caller, target)).toEqual(NOTHING);
    }
  });
});

describe('changing roles', () => {
  it('lists the roles that only one of two lists has, whatever the order', () => {
    expect(changedRoles([SALES, USERS], [USERS, SALES])).toEqual([]);
    expect(changedRoles([SALES], [SALES, USERS])).toEqual([USERS]);
    expect(changedRoles([SALES, USERS], [SALES])).toEqual([USERS]);
    expect(changedRoles([SALES], [GLOBAL])).toEqual([GLOBAL, SALES]);
  });

  it('is not allowed above the caller’s rank', () => {
    const target = person('b', SALES);
    const admin = person('b', GLOBAL, SALES);
    const global = person('a', GLOBAL);
    const users = person('a', USERS);
    expect(mayChangeRoles(global, target, [GLOBAL])).toBe(true);
    expect(mayChangeRoles(global, admin, [SALES])).toBe(true);
    expect(mayChangeRoles(users, target, [USERS, 'billingAdmin'])).toBe(true);
    expect(mayChangeRoles(users, target, [GLOBAL])).toBe(false);
    expect(mayChangeRoles(users, target, ['billingAdmin', GLOBAL])).toBe(false);
    expect(mayChangeRoles(users, admin, [SALES])).toBe(false);
    expect(mayChangeRoles(person('a', SALES), target, [USERS])).toBe(false);
  });

  it('is allowed on oneself for global admins only', () => {
    const users = person('a', USERS, SALES);
    const global = person('a', GLOBAL, SALES);
    expect(mayChangeRoles(users, users, [USERS])).toBe(false);
    expect(mayChangeRoles(global, global, [GLOBAL])).toBe(true);
    expect(mayChangeRoles(global, global, [SALES])).toBe(true);
  });

  it('is always allowed if no role changes', () => {
    const self = person('a', USERS, SALES);
    expect(mayChangeRoles(self, self, [SALES, USERS])).toBe(true);
    expect(mayChangeRoles(self, person('b', GLOBAL), [GLOBAL])).toBe(true);
  });
});

describe('the list of admins of a tenant', () => {
  it('contains admins of both ranks and no other user', () => {
    const global = user('ana', { roles: [SALES, GLOBAL] });
    const { userId, userName, displayName } = global;
    const entry = {
      userId,
      userName,
      displayName,
      isGlobal: true,
      isEffective: true,
      isLocked: false,
    };
    expect(adminEntry(global)).toEqual(entry);
    expect(adminEntry({ ...global, roles: [USERS] })).toEqual({ ...entry, isGlobal: false });
    expect(adminEntry({ ...global, roles: [SALES] })).toBeUndefined();
  });

  it('marks an admin as effective if active with a permanent password', () => {
    const admin = user('ana', { roles: [GLOBAL] });
    const temporary = sampleUser(admin.userName).credential;
    expect(adminEntry({ ...admin, status: 'disabled' })?.isEffective).toBe(false);
    expect(adminEntry({ ...admin, credential: temporary })?.isEffective).toBe(false);
    expect(adminEntry({ ...admin, credential: { kind: 'none' } })?.isEffective).toBe(false);
  });

  it('has a global admin if one of its global admins is effective', () => {
    const entry = adminEntry(user('ana', { roles: [GLOBAL] })) as Admin;
    const other = { ...entry, isGlobal: false };
    const absent = { ...entry, isEffective: false };
    expect(hasGlobalAdmin([other, absent, entry])).toBe(true);
    expect(hasGlobalAdmin([other, absent])).toBe(false);
    expect(hasGlobalAdmin([])).toBe(false);
  });
});

describe('the admins who can reset a user', () => {
  const listed = (local: string, changed: Partial<Admin> = {}): Admin => ({
    ...(adminEntry(user(local, { roles: [GLOBAL] })) as Admin),
    ...changed,
  });
  const names = (admins: readonly Admin[]) =>
    admins.map(({ userName }) => userName.slice(0, userName.indexOf('@'))).join(' ');

  it('are the effective ones, sorted by name', () => {
    const admins = [
      listed('eve'),
      listed('ben', { isEffective: false }),
      listed('ana'),
      listed('dan'),
    ];
    expect(names(adminsWhoCanReset(user('zoe'), admins))).toBe('ana dan eve');
  });

  it('exclude a locked admin, who still counts as effective', () => {
    const locked = adminEntry(user('ben', { roles: [GLOBAL], isLocked: true })) as Admin;
    expect(names(adminsWhoCanReset(user('zoe'), [listed('ana'), locked]))).toBe('ana');
    expect(hasGlobalAdmin([locked])).toBe(true);
  });

  it('are only global admins for a global admin, and never itself', () => {
    const admins = [listed('ana'), listed('ben', { isGlobal: false })];
    expect(names(adminsWhoCanReset(user('zoe', { roles: [USERS] }), admins))).toBe('ana ben');
    expect(names(adminsWhoCanReset(user('zoe', { roles: [GLOBAL] }), admins))).toBe('ana');
    const [ana] = admins as [Admin, Admin];
    const self = user('ana', { userId: ana.userId, roles: [GLOBAL] });
    expect(adminsWhoCanReset(self, admins)).toEqual([]);
  });

  it('are ten at most, the first by name', () => {
    const admins = Array.from({ length: 12 }, (_, index) => listed(`a${21 - index}`));
    const first = 'a10 a11 a12 a13 a14 a15 a16 a17 a18 a19';
    expect(names(adminsWhoCanReset(user('zoe'), admins))).toBe(first);
  });
});
