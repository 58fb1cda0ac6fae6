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

describe('ranks', () => {
  it('are the contract’s: two kinds of admins, and business roles that are equal', () => {
    const ranks = ROLES.map(rankOfRole);
    expect(ranks).toEqual([2, 1, 0, 0, 0, 0, 0]);
    expect([ROLES[0], ROLES[1]]).toEqual([GLOBAL, USERS]);
  });

  it('of a user are the highest of the roles, in any order', () => {
    expect(rankOf([SALES, GLOBAL, USERS])).toBe(2);
    expect(rankOf([USERS, SALES])).toBe(1);
    expect(rankOf([SALES, 'billingAdmin'])).toBe(0);
    expect(rankOf([])).toBe(0);
  });
});

describe('what a caller may do', () => {
  it.each([
    ['a global admin', GLOBAL],
    ['a user management admin', USERS],
    ['somebody of a business role', SALES],
  ])('a global admin may do everything to %s', (_who, role) => {
    expect(judgeAllowed(person('a', GLOBAL), person('b', role))).toEqual(EVERYTHING);
  });

  it('to itself: a global admin edits and deletes, and resets, unlocks and ends nothing', () => {
    const self = person('a', GLOBAL, SALES);
    expect(judgeAllowed(self, self)).toEqual({ ...NOTHING, edit: true, delete: true });
  });

  it('to itself: a user management admin edits, and nothing else', () => {
    const self = person('a', USERS);
    expect(judgeAllowed(self, self)).toEqual({ ...NOTHING, edit: true });
  });

  it('a user management admin may do nothing to a global admin, all to the others', () => {
    const caller = person('a', USERS);
    expect(judgeAllowed(caller, person('b', GLOBAL, SALES))).toEqual(NOTHING);
    expect(judgeAllowed(caller, person('b', USERS))).toEqual(EVERYTHING);
    expect(judgeAllowed(caller, person('b', SALES))).toEqual(EVERYTHING);
  });

  it('a business role may do nothing to anybody, itself included', () => {
    const caller = person('a', SALES);
    for (const target of [caller, person('b', SALES), person('b', GLOBAL)]) {
      expect(judgeAllowed(caller, target)).toEqual(NOTHING);
    }
  });
});

describe('a change of roles', () => {
  it('is what one list has and the other has not, whatever the order', () => {
    expect(changedRoles([SALES, USERS], [USERS, SALES])).toEqual([]);
    expect(changedRoles([SALES], [SALES, USERS])).toEqual([USERS]);
    expect(changedRoles([SALES, USERS], [SALES])).toEqual([USERS]);
    expect(changedRoles([SALES], [GLOBAL])).toEqual([GLOBAL, SALES]);
  });

  it('grants and takes nothing above the own rank', () => {
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

  it('of the own roles is a global admin’s alone', () => {
    const users = person('a', USERS, SALES);
    const global = person('a', GLOBAL, SALES);
    expect(mayChangeRoles(users, users, [USERS])).toBe(false);
    expect(mayChangeRoles(global, global, [GLOBAL])).toBe(true);
    expect(mayChangeRoles(global, global, [SALES])).toBe(true);
  });

  it('that changes none is always allowed', () => {
    const self = person('a', USERS, SALES);
    expect(mayChangeRoles(self, self, [SALES, USERS])).toBe(true);
    expect(mayChangeRoles(self, person('b', GLOBAL), [GLOBAL])).toBe(true);
  });
});

describe('the row of admins', () => {
  it('lists admins of both ranks, and nobody else', () => {
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

  it('counts who can help now: active, and with a password of the own', () => {
    const admin = user('ana', { roles: [GLOBAL] });
    const temporary = sampleUser(admin.userName).credential;
    expect(adminEntry({ ...admin, status: 'disabled' })?.isEffective).toBe(false);
    expect(adminEntry({ ...admin, credential: temporary })?.isEffective).toBe(false);
    expect(adminEntry({ ...admin, credential: { kind: 'none' } })?.isEffective).toBe(false);
  });

  it('has a global admin when one of them counts', () => {
    const entry = adminEntry(user('ana', { roles: [GLOBAL] })) as Admin;
    const other = { ...entry, isGlobal: false };
    const absent = { ...entry, isEffective: false };
    expect(hasGlobalAdmin([other, absent, entry])).toBe(true);
    expect(hasGlobalAdmin([other, absent])).toBe(false);
    expect(hasGlobalAdmin([])).toBe(false);
  });
});

describe('who can reset somebody’s password', () => {
  const listed = (local: string, changed: Partial<Admin> = {}): Admin => ({
    ...(adminEntry(user(local, { roles: [GLOBAL] })) as Admin),
    ...changed,
  });
  const names = (admins: readonly Admin[]) =>
    admins.map(({ userName }) => userName.slice(0, userName.indexOf('@'))).join(' ');

  it('are those who count, in the order of their names', () => {
    const admins = [
      listed('eve'),
      listed('ben', { isEffective: false }),
      listed('ana'),
      listed('dan'),
    ];
    expect(names(adminsWhoCanReset(user('zoe'), admins))).toBe('ana dan eve');
  });

  it('are none of those whom strangers locked out, though they count', () => {
    const locked = adminEntry(user('ben', { roles: [GLOBAL], isLocked: true })) as Admin;
    expect(names(adminsWhoCanReset(user('zoe'), [listed('ana'), locked]))).toBe('ana');
    expect(hasGlobalAdmin([locked])).toBe(true);
  });

  it('are global admins alone for a global admin, and never itself', () => {
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
