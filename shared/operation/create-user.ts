import { isSameAddress, NO_ADDRESS_HISTORY } from '../credential/address.ts';
import { newUserId } from '../credential/crockford.ts';
import { tenantOf, type UserName } from '../credential/name.ts';
import { mayChangeRoles } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Role } from '../credential/role.ts';
import type { User } from '../credential/user.ts';
import type { DoneCall } from '../port/done-call.ts';
import type { Principal } from './authenticate.ts';
import { Caller } from './authority.ts';
import type { RequestContext } from './dependency.ts';
import {
  type IssueDependencies,
  type IssuedTemporaryPassword,
  issueTemporaryPassword,
} from './issue-temporary-password.ts';
import { type KeyedCall, OneCall } from './one-call.ts';
import { findUserById } from './target.ts';

export interface NewUser {
  readonly userName: UserName;
  readonly displayName: string;
  readonly email: string | undefined;
  readonly secondEmail: string | undefined;
  readonly locale: string | undefined;
  readonly roles: readonly Role[];
}

/** Makes a user who never had a password, as of now. */
export function blankUser(
  dependencies: Pick<IssueDependencies, 'clock' | 'randomBytes'>,
  wanted: NewUser,
): User {
  const nowMs = dependencies.clock.now();
  return {
    ...wanted,
    userId: newUserId(dependencies.randomBytes),
    tenant: tenantOf(wanted.userName),
    addressHistory: NO_ADDRESS_HISTORY,
    adminUntilMs: undefined,
    status: 'active',
    credential: { kind: 'none' },
    profileVersion: 1,
    credentialVersion: 0,
    sessionEpoch: 0,
    isLocked: false,
    isFrozen: false,
    disownedResetBy: undefined,
    lastResetSequence: 0,
    attemptsClearedAtMs: nowMs,
    waitsEnded: [],
    usedByIssuer: undefined,
    supportCode: undefined,
    supportCodesAtMs: [],
    partsAtMs: [],
    createdAtMs: nowMs,
    lastSignInAtMs: undefined,
    eventSequence: 0,
    lastEventAtMs: nowMs,
  };
}

/**
 * Requires two different addresses.
 * @throws {Refusal} `validation` at the member that was given
 */
export function requireTwoAddresses(
  { email, secondEmail }: Pick<User, 'email' | 'secondEmail'>,
  pointer: '/email' | '/secondEmail',
): void {
  if (!isSameAddress(email, secondEmail)) return;
  throw new Refusal('validation', { errors: [{ pointer, problem: 'sameAddress' }] });
}

interface CreateRequest {
  readonly principal: Principal;
  readonly wanted: NewUser;
  /** The `Idempotency-Key` of the call, and what a caller who repeats it is shown of the user. */
  readonly once?: (KeyedCall & { readonly show: (user: User) => Promise<object> }) | undefined;
}

/** Returns the call under its key, which answers the user as it is now when it is repeated. */
function onceOf(
  dependencies: IssueDependencies,
  { principal, once }: CreateRequest,
): OneCall | undefined {
  if (once === undefined) return undefined;
  const { accounts } = dependencies;
  const { show, ...keyed } = once;
  const caller = principal.user.value;
  const describe = async ({ userId }: DoneCall) => {
    const found = await findUserById(accounts, caller.tenant, userId);
    // Of a user who was deleted since, nothing is left to show.
    return { user: found && (await show(found.value)) };
  };
  const call = { name: 'createUser', target: undefined, caller, describe };
  return new OneCall(dependencies, { ...keyed, ...call });
}

/**
 * Creates a user with a temporary password; earlier counts against the name are cleared.
 * @throws {Refusal} `already-done`, `forbidden`, `validation` (foreign domain, one address twice,
 * too many admins), `user-name-taken`, `conflict`, `overloaded`
 * @throws {Unavailable} the user may exist now; repeating answers `user-name-taken`
 */
export async function createUser(
  dependencies: IssueDependencies,
  request: CreateRequest,
  context: RequestContext,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const { accounts } = dependencies;
  const { principal, wanted } = request;
  const { userName, roles } = wanted;
  const isOwnTenant = tenantOf(userName) === principal.user.value.tenant;
  const caller = new Caller(dependencies, principal);
  const once = onceOf(dependencies, request);
  const after = blankUser(dependencies, wanted);
  const judge = async () => {
    const { authority, rights, found } = await caller.judgeBeside(async () =>
      isOwnTenant ? accounts.findUser(userName) : undefined,
    );
    await once?.requireFree();
    if (!mayChangeRoles(rights, { roles: [] }, roles)) throw new Refusal('forbidden');
    if (!isOwnTenant) {
      throw new Refusal('validation', {
        errors: [{ pointer: '/userName', problem: 'foreignDomain' }],
      });
    }
    if (found !== undefined) throw new Refusal('user-name-taken');
    requireTwoAddresses(after, '/secondEmail');
    const events = [{ type: 'user.created', details: { roles } }] as const;
    return { before: undefined, after, events, authority };
  };
  return issueTemporaryPassword(dependencies, { judge, caller, once }, context);
}
