import {
  DEVICE_LIMIT,
  LOCKED_RETRY_AFTER_SECONDS,
  verifiedFailures,
} from '../credential/lockout.ts';
import type { UserName } from '../credential/name.ts';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import { isExpired, isTemporary } from '../credential/state.ts';
import { parseTemporaryPassword } from '../credential/temporary-password-form.ts';
import type { Admin, User } from '../credential/user.ts';
import type { HashSlot } from '../port/hasher.ts';
import type { AttemptRecord, Stored, StoredUser } from '../port/store.ts';
import type { IssuedToken } from '../port/token.ts';
import { type Account, readAccount } from './account.ts';
import {
  AttemptRefused,
  type CountedAttempt,
  clearAttempt,
  countAttempt,
  failAttempt,
  refundAttempt,
  SeriesFull,
} from './attempt.ts';
import { deviceSeries, sessionScope, strangerSeries } from './attempt-series.ts';
import { bestEffort } from './best-effort.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { findDevice, issueDeviceToken } from './device.ts';
import { endGuessedSessions } from './guessed-session.ts';
import { noteIssuersDevice } from './issuer-device.ts';
import { isLocking, recordLock } from './lock.ts';

export type SignInDependencies = Pick<
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
  | 'telemetry'
>;

export interface SignInRequest {
  readonly userName: UserName;
  /** The password exactly as typed. */
  readonly password: string;
  /** The device token, any value that the caller sent as one. */
  readonly deviceToken?: unknown;
}

export interface SignedIn {
  readonly status: 'signedIn';
  readonly access: IssuedToken;
  readonly deviceToken: string;
  readonly user: User;
  readonly admins: readonly Admin[];
  /** The contact of the tenant. */
  readonly contact: string | undefined;
}

export interface PasswordChangeRequired {
  readonly status: 'passwordChangeRequired';
  readonly change: IssuedToken;
  readonly user: User;
  readonly temporaryPasswordExpiresAtMs: number;
}

/** The wait after a token ended during an attempt: the next attempt counts without it. */
const TOKEN_ENDED_RETRY_AFTER_SECONDS = 1;

/** One call of {@link signIn}. */
interface Call {
  readonly dependencies: SignInDependencies;
  readonly request: SignInRequest;
  readonly context: RequestContext;
  readonly slot: HashSlot;
}

/** An attempt with the series in which it counts. */
interface Attempt {
  readonly counted: CountedAttempt;
  /** The user of the device token; undefined: the attempt counts as a stranger's. */
  readonly device: StoredUser | undefined;
}

/** Judges whether the account is neither disabled nor frozen. */
function isOpen(user: User | undefined): user is User {
  return user?.status === 'active' && !user.isFrozen;
}

/**
 * Redeems a text that has the form of a temporary password. It proves nothing else, is neither
 * counted nor made to wait, and no lock stops it. A guess at 130 random bits needs no throttle, nor
 * does one at the 65 of the part that is missing to a thief of the other (SECURITY.md). So no
 * stranger can keep a user from the password that an admin has just issued.
 */
async function redeemTemporary(
  { dependencies, request, context, slot }: Call,
  spelling: string,
): Promise<PasswordChangeRequired> {
  const { accounts, clock, tokens } = dependencies;
  const account = await readAccount(accounts, request.userName);
  const user = account?.user.value;
  const hasTemporary = user !== undefined && isTemporary(user.credential);
  const hash = hasTemporary ? account?.credential.value.temporary : undefined;
  tokens.prepare();
  const isProven = await slot.verify(spelling, hash);
  if (account === undefined || !isProven || !isOpen(user) || !isTemporary(user.credential)) {
    throw new Refusal('invalid-credentials');
  }
  const nowMs = clock.now();
  if (isExpired(user.credential, nowMs)) {
    throw new Refusal('temporary-password-expired', { provenTenant: user.tenant });
  }
  const proven = { user: account.user, deviceToken: request.deviceToken };
  await bestEffort(context, 'note-issuer', noteIssuersDevice(dependencies, proven, context));
  const temporaryPasswordExpiresAtMs = user.credential.expiresAtMs;
  const change = await tokens.issuePasswordChange(user, nowMs, temporaryPasswordExpiresAtMs);
  return { status: 'passwordChangeRequired', change, user, temporaryPasswordExpiresAtMs };
}

/** Ends the sessions and devices of a user on whose devices ten guesses failed. */
async function endIfFull(
  { dependencies, context }: Pick<Call, 'dependencies' | 'context'>,
  device: StoredUser,
  { value }: Stored<AttemptRecord>,
): Promise<void> {
  const wrongPasswordsOnDevices = verifiedFailures(value, dependencies.clock.now());
  const isOfThese = value.scope === sessionScope(device.value);
  if (!isOfThese || wrongPasswordsOnDevices < DEVICE_LIMIT) return;
  await endGuessedSessions(dependencies, device, { wrongPasswordsOnDevices }, context);
}

/**
 * Counts the attempt in the strangers' series.
 * @throws {AttemptRefused}
 */
async function countAsStranger(call: Omit<Call, 'slot'>): Promise<Attempt> {
  const { dependencies, request, context } = call;
  const { userName } = request;
  const series = strangerSeries(dependencies.accounts, userName, context.network);
  try {
    return { counted: await countAttempt(dependencies, series), device: undefined };
  } catch (refusal) {
    if (refusal instanceof SeriesFull) {
      const noted = recordLock(dependencies, { userName, stored: refusal.stored, context });
      await bestEffort(context, 'note-lock', noted);
    }
    throw refusal;
  }
}

/**
 * Counts the attempt in the series of the devices or of strangers.
 * @throws {AttemptRefused}
 */
async function count(call: Omit<Call, 'slot'>, device: StoredUser | undefined): Promise<Attempt> {
  if (device === undefined) return countAsStranger(call);
  try {
    return { counted: await countAttempt(call.dependencies, deviceSeries(device)), device };
  } catch (refusal) {
    if (!(refusal instanceof SeriesFull)) throw refusal;
    // The process that counted the tenth failure stopped before it ended the sessions.
    await bestEffort(call.context, 'end-sessions', endIfFull(call, device, refusal.stored));
    return countAsStranger(call);
  }
}

/** Judges whether the password is the permanent one of a user who is active and not frozen. */
async function prove(
  { dependencies, request, slot }: Call,
  { device }: Attempt,
): Promise<{ readonly account: Account | undefined; readonly isProven: boolean }> {
  const account = await readAccount(dependencies.accounts, request.userName);
  const user = account?.user.value;
  if (device !== undefined && (!user || sessionScope(user) !== sessionScope(device.value))) {
    // The token ended while this attempt waited, and its series with it.
    throw new AttemptRefused(TOKEN_ENDED_RETRY_AFTER_SECONDS);
  }
  const hasOwn = user?.credential.kind === 'permanent';
  const hash = hasOwn ? account?.credential.value.permanent : undefined;
  dependencies.tokens.prepare();
  const isMatch = await slot.verify(request.password, hash);
  // A lock outlives the row that counted it: only a reset or a change ends it.
  const isLockedOut = device === undefined && user?.isLocked;
  if (isLockedOut) throw new AttemptRefused(LOCKED_RETRY_AFTER_SECONDS);
  return { account, isProven: isMatch && isOpen(user) };
}

/** Refunds the attempt if verification could not run (best effort). */
async function proveOrRefund(call: Call, attempt: Attempt): ReturnType<typeof prove> {
  try {
    return await prove(call, attempt);
  } catch (fault) {
    const refunded = refundAttempt(call.dependencies.attempts, attempt.counted);
    await bestEffort(call.context, 'give-back-attempt', refunded);
    throw fault;
  }
}

/** Settles the attempt as a verified failure, and applies the limit of its series. */
async function fail(
  { dependencies, request, context }: Call,
  { counted, device }: Attempt,
  user: User | undefined,
): Promise<void> {
  const voiding = device === undefined ? user : undefined;
  const failed = await failAttempt(dependencies, counted, voiding);
  if (failed === undefined) return;
  if (device !== undefined) {
    await endIfFull({ dependencies, context }, device, failed);
  } else if (isLocking(failed.value, user, dependencies.clock.now())) {
    await recordLock(dependencies, { userName: request.userName, stored: failed, context });
  }
}

/** Replaces the hash of a proven password by one of today's pepper and work factor. */
async function rehash(
  { accounts }: SignInDependencies,
  slot: HashSlot,
  account: Account,
  password: string,
): Promise<void> {
  const { permanent } = account.credential.value;
  const hash = permanent && (await slot.renew(password, permanent));
  if (hash === undefined) return;
  await accounts.replacePermanentHash(account.user.value.userName, account.credential, hash);
}

async function succeed(
  { dependencies, context }: Call,
  account: Account,
  { counted }: Attempt,
): Promise<SignedIn> {
  const { accounts, clock, tokens } = dependencies;
  const user = account.user.value;
  const nowMs = clock.now();
  const [access, deviceToken, admins, contact] = await Promise.all([
    tokens.issueAccess(user, nowMs),
    issueDeviceToken(dependencies, user),
    accounts.listRecentAdmins(user.tenant),
    accounts.findRecentContact(user.tenant),
    bestEffort(context, 'clear-attempts', clearAttempt(dependencies, counted)),
    bestEffort(context, 'record-sign-in', accounts.recordSignIn(account.user, nowMs)),
  ]);
  const adminsWho = adminsWhoCanReset(user, admins);
  return { status: 'signedIn', access, deviceToken, user, admins: adminsWho, contact };
}

/**
 * Signs a user in. Order: device token, pepper and a slot in the hash queue, the count, the two
 * reads, one hash. Wrong, unknown, disabled and frozen cost the same and answer the
 * same.
 * @throws {Refusal} `invalid-credentials`, `temporary-password-expired`, `too-many-attempts`,
 * `overloaded`
 * @throws {Unavailable}
 */
export async function signIn(
  dependencies: SignInDependencies,
  request: SignInRequest,
  context: RequestContext,
): Promise<SignedIn | PasswordChangeRequired> {
  const { userName, password, deviceToken } = request;
  const device = await findDevice(dependencies, userName, deviceToken);
  const proven = device && ({ by: 'device', userId: device.value.userId } as const);
  const slot = await dependencies.hasher.acquire(context.network, proven);
  const call = { dependencies, request, context, slot };
  try {
    const temporary = parseTemporaryPassword(password);
    if (temporary !== undefined) return await redeemTemporary(call, temporary);
    const attempt = await count(call, device);
    const { account, isProven } = await proveOrRefund(call, attempt);
    if (account === undefined || !isProven) {
      await bestEffort(context, 'settle-attempt', fail(call, attempt, account?.user.value));
      throw new Refusal('invalid-credentials');
    }
    const result = await succeed(call, account, attempt);
    await bestEffort(context, 'rehash', rehash(dependencies, slot, account, password));
    return result;
  } finally {
    slot.release();
  }
}
