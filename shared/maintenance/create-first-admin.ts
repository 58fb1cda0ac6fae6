import { type Tenant, tenantOf, type UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { NO_TERMS, type ResetTerms } from '../credential/reset.ts';
import type { Role } from '../credential/role.ts';
import { isExpired, isTemporary } from '../credential/state.ts';
import type { User } from '../credential/user.ts';
import type { EventDraft } from '../operation/account-change.ts';
import { systemAuthority } from '../operation/authority.ts';
import { blankUser } from '../operation/create-user.ts';
import type { RequestContext } from '../operation/dependency.ts';
import {
  type IssueDependencies,
  type IssuedTemporaryPassword,
  issueTemporaryPassword,
} from '../operation/issue-temporary-password.ts';
import type { AccountStore } from '../port/store.ts';
import { listTenantUsers } from './batch.ts';

/** The users to make global admins, in any case or only where there is none. */
export interface FirstAdminRequest {
  readonly userNames: readonly UserName[];
  /** True if the users must exist, in any state; others are refused. */
  readonly recover: boolean;
  /** True if the users must not exist, though the tenant may have an admin; others are refused. */
  readonly isNew?: boolean;
  /** The terms that the operator states for the reset of a user who exists. */
  readonly terms?: ResetTerms;
}

/** A user who becomes a global admin, as it was before. */
export interface AdminBefore {
  /** True if the tenant has no user. */
  readonly newTenant: boolean;
  readonly newUser: boolean;
  /** The roles of a user who was not a global admin; undefined otherwise. */
  readonly promotedFrom: readonly Role[] | undefined;
  readonly wasDisabled: boolean;
  readonly wasLocked: boolean;
  readonly wasFrozen: boolean;
}

export interface PlannedAdmin {
  readonly userName: UserName;
  readonly before: AdminBefore;
}

export interface FirstAdmin extends PlannedAdmin {
  readonly temporaryPassword: IssuedTemporaryPassword;
  /** The receipt; undefined for a new user, who was not reset. */
  readonly receipt: string | undefined;
}

/**
 * Judges whether a global admin can sign in now: with a permanent password, or a temporary one that
 * is still valid.
 */
function canSignIn(user: User | undefined, nowMs: number): boolean {
  if (user?.status !== 'active' || user.isFrozen) return false;
  if (!user.roles.includes('globalAdmin')) return false;
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

/** Returns the user as a global admin who may sign in again, from any earlier state. */
function asGlobalAdmin(user: User): User {
  const isChanged = !user.roles.includes('globalAdmin') || user.status !== 'active';
  return {
    ...user,
    roles: user.roles.includes('globalAdmin') ? user.roles : ['globalAdmin', ...user.roles],
    status: 'active',
    profileVersion: user.profileVersion + (isChanged ? 1 : 0),
  };
}

/** Drafts the events of what changes beside the password. */
function draftEvents(before: User | undefined, after: User): readonly EventDraft[] {
  if (before === undefined) return [{ type: 'user.created', details: { roles: after.roles } }];
  const events: EventDraft[] = [];
  if (before.roles !== after.roles) {
    const roles = { rolesBefore: before.roles, rolesAfter: after.roles };
    events.push({ type: 'user.updated', details: { changed: ['roles'], ...roles } });
  }
  if (before.status !== after.status) events.push({ type: 'user.enabled' });
  return events;
}

/**
 * Requires that the user exists or does not exist, as the request says.
 * @throws {Refusal} `not-found`, `user-name-taken`
 */
function requireWanted(before: User | undefined, request: FirstAdminRequest): void {
  const { recover, isNew = false } = request;
  if (before === undefined && recover && !isNew) throw new Refusal('not-found');
  if (before !== undefined && isNew && !recover) throw new Refusal('user-name-taken');
}

async function hasUsers(
  accounts: Pick<AccountStore, 'listUsers'>,
  tenant: Tenant,
): Promise<boolean> {
  for await (const _ of listTenantUsers(accounts, tenant)) return true;
  return false;
}

async function describeBefore(
  { accounts }: Pick<IssueDependencies, 'accounts'>,
  userName: UserName,
  before: User | undefined,
): Promise<AdminBefore> {
  return {
    newTenant: before === undefined && !(await hasUsers(accounts, tenantOf(userName))),
    newUser: before === undefined,
    promotedFrom: before?.roles.includes('globalAdmin') === false ? before.roles : undefined,
    wasDisabled: before?.status === 'disabled',
    wasLocked: before?.isLocked === true,
    wasFrozen: before?.isFrozen === true,
  };
}

async function makeAdmin(
  dependencies: IssueDependencies,
  userName: UserName,
  request: FirstAdminRequest,
  context: RequestContext,
): Promise<FirstAdmin> {
  let described: AdminBefore | undefined;
  const judge = async () => {
    const before = await dependencies.accounts.findUser(userName);
    requireWanted(before?.value, request);
    described = await describeBefore(dependencies, userName, before?.value);
    const displayName = userName.slice(0, userName.indexOf('@'));
    const wanted = {
      userName,
      displayName,
      email: undefined,
      secondEmail: undefined,
      locale: undefined,
    };
    const after =
      before === undefined
        ? blankUser(dependencies, { ...wanted, roles: ['globalAdmin'] })
        : asGlobalAdmin(before.value);
    return {
      before,
      after,
      ...(before !== undefined && { reset: request.terms ?? NO_TERMS }),
      events: draftEvents(before?.value, after),
      authority: systemAuthority('bootstrap'),
      mayLeaveNoGlobalAdmin: true,
    } as const;
  };
  const issued = await issueTemporaryPassword(dependencies, { judge }, context);
  if (described === undefined) throw new Error('an admin was made without a judgement');
  const { temporaryPassword, receipt } = issued;
  return { userName, before: described, temporaryPassword, receipt };
}

/** Lists the names whose tenants lack a global admin who can sign in, or all names in any case. */
async function listWanted(
  dependencies: Pick<IssueDependencies, 'accounts' | 'clock'>,
  request: FirstAdminRequest,
): Promise<readonly UserName[]> {
  const userNames = [...new Set(request.userNames)];
  if (request.recover || request.isNew === true) return userNames;
  const lacking = new Set<Tenant>();
  for (const tenant of new Set(userNames.map(tenantOf))) {
    if (!(await hasAbleGlobalAdmin(dependencies, tenant))) lacking.add(tenant);
  }
  return userNames.filter((name) => lacking.has(tenantOf(name)));
}

/**
 * Lists the admins that {@link createFirstAdmins} would make now, with the same refusals.
 * @throws {Refusal} as there
 * @throws {Unavailable}
 */
export async function planFirstAdmins(
  dependencies: Pick<IssueDependencies, 'accounts' | 'clock'>,
  request: FirstAdminRequest,
): Promise<readonly PlannedAdmin[]> {
  const planned: PlannedAdmin[] = [];
  for (const userName of await listWanted(dependencies, request)) {
    const user = await dependencies.accounts.findUser(userName);
    requireWanted(user?.value, request);
    const before = await describeBefore(dependencies, userName, user?.value);
    planned.push({ userName, before });
  }
  return planned;
}

/**
 * Makes users the global admins of their tenants, each with a temporary password. A tenant that has
 * a global admin who can sign in stays as it is, unless the request is for any case. Tenants are
 * judged before any admin is made, so two admins of one tenant can be made at once.
 * @throws {Refusal} `not-found`: there is no user to recover; `user-name-taken`: the user to be
 * made exists
 * @throws {Unavailable}
 */
export async function createFirstAdmins(
  dependencies: IssueDependencies,
  request: FirstAdminRequest,
  context: RequestContext,
): Promise<readonly FirstAdmin[]> {
  const made: FirstAdmin[] = [];
  for (const userName of await listWanted(dependencies, request)) {
    made.push(await makeAdmin(dependencies, userName, request, context));
  }
  return made;
}
