import { LOCK_AT_FAILURES, LOCKED_RETRY_AFTER_SECONDS } from '../credential/lockout.ts';
import type { UserName } from '../credential/name.ts';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import { isExpired, isTemporary } from '../credential/state.ts';
import { parseTemporaryPassword } from '../credential/temporary-password-form.ts';
import type { Admin, User } from '../credential/user.ts';
import type { HashPlace, IssuedToken, PasswordHash } from '../port.ts';
import { type Account, readAccount } from './account.ts';
import {
  AttemptRefused,
  type CountedAttempt,
  clearAttempt,
  countAttempt,
  giveBackAttempt,
  signInKey,
} from './attempt.ts';
import { bestEffort } from './best-effort.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { noteLateLock, noteLock } from './lock.ts';

export type SignInDependencies = Pick<
  Dependencies,
  | 'accounts'
  | 'attempts'
  | 'clock'
  | 'randomBytes'
  | 'pause'
  | 'hasher'
  | 'tokens'
  | 'freeAttempts'
  | 'telemetry'
>;

export interface SignInRequest {
  readonly userName: UserName;
  /** Exactly as typed. */
  readonly password: string;
}

export interface SignedIn {
  readonly status: 'signedIn';
  readonly access: IssuedToken;
  readonly user: User;
  readonly admins: readonly Admin[];
}

export interface PasswordChangeRequired {
  readonly status: 'passwordChangeRequired';
  readonly change: IssuedToken;
  readonly user: User;
  readonly temporaryPasswordExpiresAtMs: number;
}

/** The hash that counts now and the spelling of the typed password that it is compared with. */
function comparison(
  account: Account | undefined,
  password: string,
): { readonly hash: PasswordHash | undefined; readonly spelling: string } {
  const kind = account?.user.value.credential.kind;
  if (kind === 'temporary' || kind === 'expired') {
    const spelling = parseTemporaryPassword(password) ?? password;
    return { hash: account?.credential.value.temporary, spelling };
  }
  const hash = kind === 'permanent' ? account?.credential.value.permanent : undefined;
  return { hash, spelling: password };
}

/** Proven account, or undefined after the same hashes for a wrong, unknown or disabled name. */
async function proveAccount(
  { accounts }: SignInDependencies,
  place: HashPlace,
  { userName, password }: SignInRequest,
): Promise<Account | undefined> {
  const account = await readAccount(accounts, userName);
  const { hash, spelling } = comparison(account, password);
  const isProven = await place.verify(spelling, hash);
  // A lock outlives the row that counted it: whatever was typed, only an admin opens it.
  if (account?.user.value.isLocked) throw new AttemptRefused(LOCKED_RETRY_AFTER_SECONDS);
  return isProven && account?.user.value.status === 'active' ? account : undefined;
}

/** Brings the hash of a proven password up to today's pepper and work factor. */
async function rehash(
  { accounts }: SignInDependencies,
  place: HashPlace,
  account: Account,
  password: string,
): Promise<void> {
  const { permanent } = account.credential.value;
  const hash = permanent && (await place.renew(password, permanent));
  if (hash === undefined) return;
  await accounts.replacePermanentHash(account.user.value.userName, account.credential, hash);
}

async function succeed(
  dependencies: SignInDependencies,
  account: Account,
  counted: CountedAttempt,
  occasion: Occasion,
): Promise<SignedIn | PasswordChangeRequired> {
  const { accounts, attempts, clock, tokens } = dependencies;
  const user = account.user.value;
  const nowMs = clock.now();
  const { credential } = user;
  if (isTemporary(credential)) {
    if (isExpired(credential, nowMs)) {
      await bestEffort(occasion, 'give-back-attempt', giveBackAttempt(attempts, counted));
      throw new Refusal('temporary-password-expired');
    }
    const temporaryPasswordExpiresAtMs = credential.expiresAtMs;
    const [change] = await Promise.all([
      tokens.issuePasswordChange(user, nowMs, temporaryPasswordExpiresAtMs),
      bestEffort(occasion, 'clear-attempts', clearAttempt(attempts, counted)),
    ]);
    return { status: 'passwordChangeRequired', change, user, temporaryPasswordExpiresAtMs };
  }
  const [access, admins] = await Promise.all([
    tokens.issueAccess(user, nowMs),
    accounts.listRecentAdmins(user.tenant),
    bestEffort(occasion, 'clear-attempts', clearAttempt(attempts, counted)),
    bestEffort(occasion, 'note-sign-in', accounts.noteSignIn(account.user, nowMs)),
  ]);
  return { status: 'signedIn', access, user, admins: adminsWhoCanReset(user, admins) };
}

/** What could not be verified was no attempt: it is given back as far as the store answers. */
async function proveOrGiveBack(
  dependencies: SignInDependencies,
  place: HashPlace,
  request: SignInRequest,
  counted: CountedAttempt,
  occasion: Occasion,
): Promise<Account | undefined> {
  try {
    return await proveAccount(dependencies, place, request);
  } catch (fault) {
    const givenBack = giveBackAttempt(dependencies.attempts, counted);
    await bestEffort(occasion, 'give-back-attempt', givenBack);
    throw fault;
  }
}

async function count(
  dependencies: SignInDependencies,
  userName: UserName,
  occasion: Occasion,
): Promise<CountedAttempt> {
  try {
    return await countAttempt(dependencies, signInKey(userName));
  } catch (refusal) {
    if (refusal instanceof AttemptRefused && refusal.stored !== undefined) {
      const noted = noteLateLock(dependencies, { userName, stored: refusal.stored, occasion });
      await bestEffort(occasion, 'note-lock', noted);
    }
    throw refusal;
  }
}

/**
 * Order: pepper and a place in the hash queue, the count, the two reads, the hash. Wrong, unknown
 * and disabled cost the same and answer the same.
 * @throws {Refusal} `invalid-credentials`, `temporary-password-expired`, `too-many-attempts`,
 *   `overloaded`
 * @throws {Unavailable}
 */
export async function signIn(
  dependencies: SignInDependencies,
  request: SignInRequest,
  occasion: Occasion,
): Promise<SignedIn | PasswordChangeRequired> {
  const place = await dependencies.hasher.admit(occasion.network);
  try {
    const { userName } = request;
    const counted = await count(dependencies, userName, occasion);
    const account = await proveOrGiveBack(dependencies, place, request, counted, occasion);
    if (account === undefined) {
      if (counted.stored.value.failures >= LOCK_AT_FAILURES) {
        const noted = noteLock(dependencies, { userName, stored: counted.stored, occasion });
        await bestEffort(occasion, 'note-lock', noted);
      }
      throw new Refusal('invalid-credentials');
    }
    const result = await succeed(dependencies, account, counted, occasion);
    if (result.status === 'signedIn') {
      const rehashed = rehash(dependencies, place, account, request.password);
      await bestEffort(occasion, 'rehash', rehashed);
    }
    return result;
  } finally {
    place.leave();
  }
}
