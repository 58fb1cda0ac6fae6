import { type Tenant, tenantOf, type UserName } from '../credential/name.ts';
import { isExpired, isTemporary } from '../credential/state.ts';
import type { User } from '../credential/user.ts';
import type { EventDraft } from './account-change.ts';
import { systemAuthority } from './authority.ts';
import { blankUser } from './create-user.ts';
import type { Occasion } from './dependency.ts';
import {
  giveTemporaryPassword,
  type IssueDependencies,
  type IssuedTemporaryPassword,
} from './issue-temporary-password.ts';

export interface FirstAdmin {
  readonly userName: UserName;
  readonly temporaryPassword: IssuedTemporaryPassword;
}

/** A global admin who can sign in now: a permanent password, or a temporary one still good. */
function canSignIn(user: User | undefined, nowMs: number): boolean {
  if (user?.status !== 'active' || !user.roles.includes('globalAdmin')) return false;
  const { credential } = user;
  if (isTemporary(credential)) return !isExpired(credential, nowMs);
  return credential.kind === 'permanent';
}

async function hasAbleGlobalAdmin(
  { accounts, clock }: Pick<IssueDependencies, 'accounts' | 'clock'>,
  tenant: Tenant,
): Promise<boolean> {
  const admins = (await accounts.findAdmins(tenant))?.value ?? [];
  for (const admin of admins.filter(({ isGlobal }) => isGlobal)) {
    const user = await accounts.findUser(admin.userName);
    if (canSignIn(user?.value, clock.now())) return true;
  }
  return false;
}

/** The user as a global admin who may sign in again, whatever became of it before. */
function asGlobalAdmin(user: User): User {
  const isChanged = !user.roles.includes('globalAdmin') || user.status !== 'active';
  return {
    ...user,
    roles: user.roles.includes('globalAdmin') ? user.roles : ['globalAdmin', ...user.roles],
    status: 'active',
    profileVersion: user.profileVersion + (isChanged ? 1 : 0),
  };
}

function draftEvents(
  before: User | undefined,
  after: User,
): readonly [EventDraft, ...EventDraft[]] {
  if (before === undefined) return [{ type: 'user.created', details: { roles: after.roles } }];
  const events: EventDraft[] = [];
  if (before.roles !== after.roles) {
    const roles = { rolesBefore: before.roles, rolesAfter: after.roles };
    events.push({ type: 'user.updated', details: { changed: ['roles'], ...roles } });
  }
  if (before.status !== after.status) events.push({ type: 'user.enabled' });
  return [{ type: 'password.reset', details: { clearedLock: before.isLocked } }, ...events];
}

async function makeAdmin(
  dependencies: IssueDependencies,
  userName: UserName,
  occasion: Occasion,
): Promise<FirstAdmin> {
  const judge = async () => {
    const before = await dependencies.accounts.findUser(userName);
    const displayName = userName.slice(0, userName.indexOf('@'));
    const wanted = { userName, displayName, email: undefined, locale: undefined };
    const after =
      before === undefined
        ? blankUser(dependencies, { ...wanted, roles: ['globalAdmin'] })
        : asGlobalAdmin(before.value);
    return {
      before,
      after,
      events: draftEvents(before?.value, after),
      authority: systemAuthority('bootstrap'),
      mayLeaveNoGlobalAdmin: true,
    } as const;
  };
  const { temporaryPassword } = await giveTemporaryPassword(dependencies, { judge }, occasion);
  return { userName, temporaryPassword };
}

/**
 * Those of the names whose tenants lack a global admin who can sign in; with `recover` all of them.
 * @throws {Unavailable}
 */
export async function listFirstAdminsToMake(
  dependencies: Pick<IssueDependencies, 'accounts' | 'clock'>,
  request: { readonly userNames: readonly UserName[]; readonly recover: boolean },
): Promise<readonly UserName[]> {
  const userNames = [...new Set(request.userNames)];
  if (request.recover) return userNames;
  const lacking = new Set<Tenant>();
  for (const tenant of new Set(userNames.map(tenantOf))) {
    if (!(await hasAbleGlobalAdmin(dependencies, tenant))) lacking.add(tenant);
  }
  return userNames.filter((name) => lacking.has(tenantOf(name)));
}

/**
 * Makes users the global admins of their tenants, each with a temporary password. A tenant that
 * has a global admin who can sign in is left alone, unless `recover` asks for it in any case.
 * Tenants are judged before anything is made, so two admins of one tenant can be made at once.
 * @throws {Unavailable}
 */
export async function createFirstAdmins(
  dependencies: IssueDependencies,
  request: { readonly userNames: readonly UserName[]; readonly recover: boolean },
  occasion: Occasion,
): Promise<readonly FirstAdmin[]> {
  const made: FirstAdmin[] = [];
  for (const userName of await listFirstAdminsToMake(dependencies, request)) {
    made.push(await makeAdmin(dependencies, userName, occasion));
  }
  return made;
}
