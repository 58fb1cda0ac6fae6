import type { UserId } from '../credential/name.ts';
import { type Allowed, judgeAllowed } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { AccountStore, Stored } from '../port.ts';
import type { Principal } from './authenticate.ts';

/** The condition of `If-Match`: entity tags of which one must be current, or any version. */
export type Precondition = '*' | readonly string[];

/** The strong entity tag of a user's profile (RFC 9110 section 8.8.3). */
export function entityTag(user: User): string {
  return `"${user.profileVersion}"`;
}

/** An admin's request about one user of the own tenant. */
export interface TargetRequest {
  readonly principal: Principal;
  /** Undefined: an id that no user can have. */
  readonly userId: UserId | undefined;
  readonly ifMatch?: Precondition | undefined;
}

/** @throws {Refusal} `not-found`: unknown, deleted and another tenant's ids answer alike */
export async function requireTarget(
  accounts: Pick<AccountStore, 'findUser' | 'findUserName'>,
  { principal, userId }: TargetRequest,
): Promise<Stored<User>> {
  if (userId === undefined) throw new Refusal('not-found');
  const self = principal.user.value;
  const found =
    userId === self.userId
      ? { userName: self.userName, isDeleted: false }
      : await accounts.findUserName(self.tenant, userId);
  if (found === undefined || found.isDeleted) throw new Refusal('not-found');
  const target = await accounts.findUser(found.userName);
  if (target === undefined || target.value.userId !== userId) throw new Refusal('not-found');
  return target;
}

/** @throws {Refusal} `forbidden` */
export function requireAllowed(
  { principal }: TargetRequest,
  target: Stored<User>,
  action: keyof Allowed,
): void {
  if (!judgeAllowed(principal.user.value, target.value)[action]) throw new Refusal('forbidden');
}

/** @throws {Refusal} `precondition-failed` */
export function requirePrecondition({ ifMatch }: TargetRequest, target: Stored<User>): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  if (!ifMatch.includes(entityTag(target.value))) throw new Refusal('precondition-failed');
}
