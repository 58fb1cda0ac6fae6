import { newUserId } from '../credential/crockford.ts';
import { tenantOf, type UserName } from '../credential/name.ts';
import { mayChangeRoles } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Role } from '../credential/role.ts';
import type { User } from '../credential/user.ts';
import type { Principal } from './authenticate.ts';
import type { Occasion } from './dependency.ts';
import {
  giveTemporaryPassword,
  type IssueDependencies,
  type IssuedTemporaryPassword,
} from './issue-temporary-password.ts';

export interface NewUser {
  readonly userName: UserName;
  readonly displayName: string;
  readonly email: string | undefined;
  readonly locale: string | undefined;
  readonly roles: readonly Role[];
}

/** A user who never had a password, as of now. */
export function blankUser(
  dependencies: Pick<IssueDependencies, 'clock' | 'randomBytes'>,
  wanted: NewUser,
): User {
  const nowMs = dependencies.clock.now();
  return {
    ...wanted,
    userId: newUserId(dependencies.randomBytes),
    tenant: tenantOf(wanted.userName),
    status: 'active',
    credential: { kind: 'none' },
    profileVersion: 1,
    credentialVersion: 0,
    sessionEpoch: 0,
    isLocked: false,
    attemptsClearedAtMs: nowMs,
    waitsEnded: [],
    createdAtMs: nowMs,
    lastSignInAtMs: undefined,
    eventSequence: 0,
    lastEventAtMs: nowMs,
  };
}

/**
 * Creates a user with a temporary password; whatever was counted against the name is cleared.
 * @throws {Refusal} `forbidden`, `validation` (foreign domain, too many admins),
 *   `user-name-taken`, `conflict`, `overloaded`
 * @throws {Unavailable} the user may exist now; repeating answers `user-name-taken`
 */
export async function createUser(
  dependencies: IssueDependencies,
  { principal, wanted }: { readonly principal: Principal; readonly wanted: NewUser },
  occasion: Occasion,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const caller = principal.user.value;
  if (!mayChangeRoles(caller, { roles: [] }, wanted.roles)) throw new Refusal('forbidden');
  if (tenantOf(wanted.userName) !== caller.tenant) {
    throw new Refusal('validation', {
      errors: [{ pointer: '/userName', problem: 'foreignDomain' }],
    });
  }
  const judge = async () => {
    const existing = await dependencies.accounts.findUser(wanted.userName);
    if (existing !== undefined) throw new Refusal('user-name-taken');
    return {
      before: undefined,
      after: blankUser(dependencies, wanted),
      events: [{ type: 'user.created', details: { roles: wanted.roles } }],
      actor: { userId: caller.userId },
    } as const;
  };
  return giveTemporaryPassword(dependencies, judge, occasion);
}
