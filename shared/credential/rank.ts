import type { UserId } from './name.ts';
import { type Role, rankOf, rankOfRole } from './role.ts';
import type { Admin, User } from './user.ts';

/**
 * Admins (globalAdmin and userManagementAdmin) of one tenant. They share one row, one column each.
 * A row has at most 252 columns (255 with the keys and the timestamp), one of which is the
 * operation id. An entry has at most 254 (user name) + 2 × 240 (a display name of 120 astral code
 * points is 240 UTF-16 units; JSON escapes at most double them) + 87 (JSON) = 821 units, 1.6 KB, so
 * 100 of them take 165 KB of the row's 1 MiB and of the transaction's 4 MiB, and every admin change
 * writes that much at worst. Columns are not JSON in one string: that ends at 64 KiB, 40 entries.
 * Source: Table Storage data model (https://learn.microsoft.com/rest/api/storageservices/
 * understanding-the-table-service-data-model).
 */
export const ADMINS_PER_TENANT = 100;

/** The acts that a caller may do to a user; the contract's `allowed`. */
export interface Allowed {
  readonly edit: boolean;
  readonly delete: boolean;
  readonly resetPassword: boolean;
  readonly unlock: boolean;
  readonly signOut: boolean;
}

type Person = Pick<User, 'userId' | 'roles'>;

const NOTHING: Allowed = {
  edit: false,
  delete: false,
  resetPassword: false,
  unlock: false,
  signOut: false,
};

/**
 * Judges what a caller may do. A globalAdmin may do everything to every user, but reset, unlock and
 * sign out only others. A userManagementAdmin may do the same to every user below globalAdmin, but
 * never delete itself.
 */
export function judgeAllowed(caller: Person, target: Person): Allowed {
  const rank = rankOf(caller.roles);
  if (rank === 0 || rank < rankOf(target.roles)) return NOTHING;
  const isOther = caller.userId !== target.userId;
  return {
    edit: true,
    delete: rank === 2 || isOther,
    resetPassword: isOther,
    unlock: isOther,
    signOut: isOther,
  };
}

/** Returns the roles that are in exactly one of the lists. */
export function changedRoles(before: readonly Role[], after: readonly Role[]): readonly Role[] {
  const added = after.filter((role) => !before.includes(role));
  return [...added, ...before.filter((role) => !after.includes(role))];
}

/**
 * Judges whether the caller may set these roles: an admin grants or removes no role above its own
 * rank, and only a globalAdmin changes its own roles.
 */
export function mayChangeRoles(
  caller: Person,
  target: { readonly userId?: string; readonly roles: readonly Role[] },
  after: readonly Role[],
): boolean {
  const changed = changedRoles(target.roles, after);
  if (changed.length === 0) return true;
  const rank = rankOf(caller.roles);
  if (rank < 2 && target.userId === caller.userId) return false;
  return changed.every((role) => rankOfRole(role) <= rank);
}

/** Judges whether an admin counts: the contract's active, not frozen, with a permanent password. */
function counts({ status, isFrozen, credential }: User): boolean {
  return status === 'active' && !isFrozen && credential.kind === 'permanent';
}

/**
 * Returns how the tenant row lists this user.
 * @returns undefined for a user with business roles only
 */
export function adminEntry(user: User): Admin | undefined {
  const rank = rankOf(user.roles);
  if (rank === 0) return undefined;
  return {
    userId: user.userId,
    userName: user.userName,
    displayName: user.displayName,
    isGlobal: rank === 2,
    isEffective: counts(user),
    isLocked: user.isLocked,
  };
}

/**
 * Judges whether the tenant can still be rescued by a global admin who counts. A lock does not
 * matter here, or strangers could keep the other admins from their work.
 */
export function hasGlobalAdmin(admins: readonly Admin[]): boolean {
  return admins.some((admin) => admin.isGlobal && admin.isEffective);
}

/** The most admins that are named to a user; more would not be read. */
const ADMINS_SHOWN = 10;

function mayReset(admin: Admin, user: Person): boolean {
  if (!admin.isEffective || admin.userId === user.userId) return false;
  return admin.isGlobal || rankOf(user.roles) < 2;
}

/** Judges whether an admin who counts, beside this one, may reset the user, locked or not. */
export function hasAnotherWhoMayReset(
  user: Person,
  admins: readonly Admin[],
  adminId: UserId,
): boolean {
  return admins.some((admin) => admin.userId !== adminId && mayReset(admin, user));
}

/** Returns the admins who can reset this user's password now, in the order of user names. */
export function adminsWhoCanReset(user: Person, admins: readonly Admin[]): readonly Admin[] {
  return admins
    .filter((admin) => mayReset(admin, user) && !admin.isLocked)
    .sort((one, other) => (one.userName < other.userName ? -1 : 1))
    .slice(0, ADMINS_SHOWN);
}
