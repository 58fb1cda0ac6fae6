import type { Tenant, UserId, UserName } from '../credential/name.ts';
import { type Allowed, judgeAllowed } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Rights } from '../credential/rights.ts';
import type { User } from '../credential/user.ts';
import type { AccountStore, Stored, StoredUser } from '../port/store.ts';
import type { Principal } from './authenticate.ts';
import type { Authority, Caller } from './authority.ts';

/** The condition of `If-Match`: entity tags of which one must be current, or any version. */
export type Precondition = '*' | readonly string[];

/** Returns the strong entity tag of a user's profile (RFC 9110 section 8.8.3). */
export function entityTag(user: User): string {
  return `"${user.profileVersion}"`;
}

/** A request of an admin about one user of its own tenant. */
export interface TargetRequest {
  readonly principal: Principal;
  /** The id; undefined: an id that no user can have. */
  readonly userId: UserId | undefined;
  readonly ifMatch?: Precondition | undefined;
}

export interface JudgedTarget {
  readonly authority: Authority;
  /** The rights of the caller. */
  readonly rights: Rights;
  readonly target: StoredUser;
}

/** Finds a user by id; no other user who has the name of a deleted one. */
export async function findUserById(
  accounts: Pick<AccountStore, 'findUser' | 'findUserName'>,
  tenant: Tenant,
  userId: UserId,
): Promise<StoredUser | undefined> {
  const named = await accounts.findUserName(tenant, userId);
  const found = named && !named.isDeleted ? await accounts.findUser(named.userName) : undefined;
  return found?.value.userId === userId ? found : undefined;
}

type ReadUser = () => Promise<StoredUser | undefined>;

/**
 * Reads the target anew each time; the name of an id never changes, so it is looked up once.
 * @param readSelf reads the caller, who may be the target
 */
function targetFinder(
  accounts: Pick<AccountStore, 'findUser' | 'findUserName'>,
  { principal, userId }: TargetRequest,
): (readSelf: ReadUser) => Promise<StoredUser | undefined> {
  const self = principal.user.value;
  let userName: UserName | undefined;
  return async (readSelf) => {
    if (userId === undefined) return undefined;
    if (userId === self.userId) return readSelf();
    if (userName === undefined) {
      const named = await accounts.findUserName(self.tenant, userId);
      if (named === undefined || named.isDeleted) return undefined;
      userName = named.userName;
    }
    return accounts.findUser(userName);
  };
}

/**
 * Requires a user of the caller's tenant: unknown, deleted and another tenant's ids answer alike.
 */
function requireFound(userId: UserId | undefined, found: StoredUser | undefined): StoredUser {
  if (found === undefined || found.value.userId !== userId) throw new Refusal('not-found');
  return found;
}

/**
 * Reads the target of a call that only reads.
 * @throws {Refusal} `not-found`
 */
export async function requireTarget(
  accounts: Pick<AccountStore, 'findUser' | 'findUserName'>,
  request: TargetRequest,
): Promise<StoredUser> {
  const readSelf = () => accounts.findUser(request.principal.user.value.userName);
  return requireFound(request.userId, await targetFinder(accounts, request)(readSelf));
}

/**
 * Reads caller and target of a change as they are in the store now, side by side.
 * @returns a function to call for each judgement, with what is judged between caller and target;
 * it rejects with {@link Refusal} `invalid-token`,
 * `not-found`
 */
export function targetReader(
  accounts: Pick<AccountStore, 'findUser' | 'findUserName'>,
  caller: Caller,
  request: TargetRequest,
): (beforeTarget?: () => Promise<void> | undefined) => Promise<JudgedTarget> {
  const find = targetFinder(accounts, request);
  return async (beforeTarget) => {
    const { authority, rights, found } = await caller.judgeBeside(find);
    await beforeTarget?.();
    return { authority, rights, target: requireFound(request.userId, found) };
  };
}

/**
 * Requires that the caller may do this to the target.
 * @throws {Refusal} `forbidden`
 */
export function requireAllowed(
  { rights, target }: Pick<JudgedTarget, 'rights' | 'target'>,
  action: keyof Allowed,
): void {
  if (!judgeAllowed(rights, target.value)[action]) throw new Refusal('forbidden');
}

/**
 * Requires that the profile is as `If-Match` says.
 * @throws {Refusal} `precondition-failed`
 */
export function requirePrecondition({ ifMatch }: TargetRequest, target: Stored<User>): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  if (!ifMatch.includes(entityTag(target.value))) throw new Refusal('precondition-failed');
}
