import { SESSION_LIMIT, verifiedFailures } from '../credential/lockout.ts';
import { judgePassword } from '../credential/policy/password-policy.ts';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import { isTemporary } from '../credential/state.ts';
import type { User } from '../credential/user.ts';
import type { HashSlot, PasswordHash } from '../port/hasher.ts';
import type { AttemptRecord, Stored, StoredUser } from '../port/store.ts';
import { type Account, isConsistent, readAccount } from './account.ts';
import { type EventDraft, planChange } from './account-change.ts';
import {
  type CountedAttempt,
  countAttempt,
  failAttempt,
  refundAttempt,
  SeriesFull,
} from './attempt.ts';
import { sessionScope, sessionSeries } from './attempt-series.ts';
import { isTokenCurrent, type Principal } from './authenticate.ts';
import { requireOwnAuthority } from './authority.ts';
import { bestEffort } from './best-effort.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { issueDeviceToken } from './device.ts';
import { endGuessedSessions } from './guessed-session.ts';
import { countPolicyCall } from './policy-call.ts';
import { retryOnConflict } from './retry.ts';
import type { SignedIn } from './sign-in.ts';

export type ChangeDependencies = Pick<
  Dependencies,
  | 'accounts'
  | 'attempts'
  | 'clock'
  | 'randomBytes'
  | 'pause'
  | 'lanes'
  | 'hasher'
  | 'tokens'
  | 'devices'
  | 'freeAttempts'
  | 'policy'
  | 'isCommon'
>;

export interface ChangeRequest {
  readonly principal: Principal;
  /** The current password, which is sent with an access token, and only then. */
  readonly currentPassword: string | undefined;
  readonly newPassword: string;
}

/** Ends every session of the user if the series is full: ten failures in a row are guesses. */
async function endIfFull(
  dependencies: ChangeDependencies,
  user: StoredUser,
  failed: Stored<AttemptRecord> | undefined,
  context: RequestContext,
): Promise<void> {
  if (failed === undefined || failed.value.scope !== sessionScope(user.value)) return;
  const wrongCurrentPasswords = verifiedFailures(failed.value, dependencies.clock.now());
  if (wrongCurrentPasswords < SESSION_LIMIT) return;
  await endGuessedSessions(dependencies, user, { wrongCurrentPasswords }, context);
}

/**
 * Counts an attempt at the current password.
 * @throws {Refusal} `too-many-attempts`; `invalid-token`, when ten failures were found
 */
async function countCurrent(
  dependencies: ChangeDependencies,
  user: StoredUser,
  context: RequestContext,
): Promise<CountedAttempt> {
  try {
    return await countAttempt(dependencies, sessionSeries(user.value));
  } catch (refusal) {
    if (!(refusal instanceof SeriesFull)) throw refusal;
    // The process that counted the tenth stopped before it ended the sessions.
    await endIfFull(dependencies, user, refusal.stored, context);
    throw new Refusal('invalid-token');
  }
}

/**
 * Counts an attempt, then proves the current password.
 * @returns the proven account and the attempt still to be settled
 */
async function proveCurrent(
  dependencies: ChangeDependencies,
  slot: HashSlot,
  { principal, currentPassword = '' }: ChangeRequest,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly counted: CountedAttempt }> {
  const { user } = principal;
  const counted = await countCurrent(dependencies, user, context);
  let isProven: boolean;
  let account: Account;
  try {
    account = await requireOwnAccount(dependencies, principal);
    isProven = await slot.verify(currentPassword, account.credential.value.permanent);
  } catch (fault) {
    const refunded = refundAttempt(dependencies.attempts, counted);
    await bestEffort(context, 'give-back-attempt', refunded);
    throw fault;
  }
  if (isProven) return { account, counted };
  const failed = await failAttempt(dependencies, counted, undefined);
  await endIfFull(dependencies, account.user, failed, context);
  throw new Refusal('invalid-credentials');
}

/**
 * Returns the caller's own rows. The user's was read to judge the token; if the hashes are of the
 * same version, they belong together, and the write is conditional on both.
 */
async function requireOwnAccount(
  dependencies: ChangeDependencies,
  principal: Principal,
): Promise<Account> {
  const { user } = principal;
  const credential = await dependencies.accounts.findCredential(user.value.userName);
  if (credential !== undefined && isConsistent(user.value, credential.value)) {
    return { user, credential };
  }
  return requireSameAccount(dependencies, principal);
}

/** Reads both rows again, and requires that the caller's token still describes them. */
async function requireSameAccount(
  { accounts, clock }: ChangeDependencies,
  { user, use }: Principal,
): Promise<Account> {
  const account = await readAccount(accounts, user.value.userName);
  const claims = { ...user.value, use };
  if (account === undefined || !isTokenCurrent(claims, account.user.value, clock.now())) {
    throw new Refusal('invalid-token');
  }
  return account;
}

/**
 * Requires an acceptable password, the cheap rules first, and hashes it.
 * @returns the hash of the new password
 */
async function hashAccepted(
  { policy, isCommon }: ChangeDependencies,
  slot: HashSlot,
  account: Account,
  { newPassword, currentPassword }: ChangeRequest,
): Promise<PasswordHash> {
  const { userName, displayName, tenant } = account.user.value;
  const reasons = judgePassword({
    policy,
    password: newPassword,
    context: { userName, displayName, tenant },
    isCommon,
    ...(currentPassword === undefined ? {} : { currentPassword }),
  });
  if (reasons.length > 0) throw new Refusal('password-rejected', { reasons });
  const hash = await slot.replace(newPassword, earlierPasswords(account, policy.history));
  if (hash !== undefined) return hash;
  throw new Refusal('password-rejected', { reasons: ['in-history'] });
}

/**
 * Returns the passwords that the new one must differ from, newest first: the current one and the
 * last of the history. Where a temporary one is replaced, the last permanent password is history.
 */
function earlierPasswords({ user, credential }: Account, limit: number): readonly PasswordHash[] {
  const { permanent, history } = credential.value;
  if (permanent === undefined) return history.slice(0, limit);
  const isReplacingTemporary = isTemporary(user.value.credential);
  return [permanent, ...history].slice(0, isReplacingTemporary ? limit : limit + 1);
}

function withPermanentCredential(user: User, nowMs: number): User {
  return {
    ...user,
    credential: { kind: 'permanent', changedAtMs: nowMs },
    credentialVersion: user.credentialVersion + 1,
    isLocked: false,
    attemptsClearedAtMs: nowMs,
    waitsEnded: [],
    lastSignInAtMs: nowMs,
  };
}

async function commitChange(
  dependencies: ChangeDependencies,
  principal: Principal,
  proven: Account,
  permanent: PasswordHash,
  context: RequestContext,
): Promise<User> {
  const { accounts, clock, policy } = dependencies;
  let account: Account | undefined = proven;
  return retryOnConflict(dependencies, async () => {
    const current = account ?? (await requireSameAccount(dependencies, principal));
    account = undefined;
    const user = current.user.value;
    const nowMs = clock.now();
    // The temporary password may have expired while the new one was hashed.
    const authority = requireOwnAuthority(dependencies, principal, current.user);
    const changed: EventDraft = { type: 'password.changed' };
    const replaced = current.credential.value.permanent;
    const history = replaced === undefined ? [] : [replaced, ...current.credential.value.history];
    const planned = await planChange(dependencies, {
      before: current.user,
      after: withPermanentCredential(user, nowMs),
      events: isTemporary(user.credential)
        ? [{ type: 'temporary-password.used' }, changed]
        : [changed],
      authority,
      requestId: context.requestId,
    });
    const outcome = await accounts.commit({
      ...planned,
      credential: {
        kind: 'setPermanent',
        etag: current.credential.etag,
        permanent,
        history: history.slice(0, policy.history),
      },
    });
    return outcome === 'conflict' ? outcome : planned.after;
  });
}

/**
 * Replaces the caller's password. Order: attempt, current password (both only in a session), policy
 * calls, policy, history, write. The write ends every earlier token; a refused new password spends
 * none.
 * @throws {Refusal} `invalid-credentials`, `password-rejected`, `too-many-attempts`,
 * `invalid-token` (the credential changed or expired during the call), `conflict`, `overloaded`
 * @throws {Unavailable} the change may have happened; repeating answers `invalid-token`
 */
export async function changePassword(
  dependencies: ChangeDependencies,
  request: ChangeRequest,
  context: RequestContext,
): Promise<SignedIn> {
  const { accounts, clock, hasher, tokens } = dependencies;
  const { principal } = request;
  const { userId } = principal.user.value;
  const slot = await hasher.acquire(context.network, { by: 'session', userId });
  try {
    const isSession = principal.use === 'access';
    const proven = isSession
      ? await proveCurrent(dependencies, slot, request, context)
      : { account: await requireOwnAccount(dependencies, principal), counted: undefined };
    await countPolicyCall(dependencies, principal.user.value, proven.counted);
    const permanent = await hashAccepted(dependencies, slot, proven.account, request);
    const user = await commitChange(dependencies, principal, proven.account, permanent, context);
    const [access, deviceToken, admins, contact] = await Promise.all([
      tokens.issueAccess(user, clock.now()),
      issueDeviceToken(dependencies, user),
      accounts.listRecentAdmins(user.tenant),
      accounts.findRecentContact(user.tenant),
    ]);
    const adminsWho = adminsWhoCanReset(user, admins);
    return { status: 'signedIn', access, deviceToken, user, admins: adminsWho, contact };
  } finally {
    slot.release();
  }
}
