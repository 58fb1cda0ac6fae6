/**
 * The three series of attempts, which share the 100 failures of NIST: their keys, scopes and
 * limits.
 */
import { createHash } from 'node:crypto';
import {
  DEVICE_LIMIT,
  SESSION_LIMIT,
  type SeriesMoments,
  STRANGER_LIMIT,
} from '../credential/lockout.ts';
import type { UserId, UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import type { ClientNetwork } from '../port/hasher.ts';
import type { AccountStore, AttemptKey, StoredUser } from '../port/store.ts';

/**
 * 16 bits: two of 100 networks share one in some 7 % of the rows, and each stands for 256 of the
 * 2^24 IPv4 /24, so that the row names no network.
 */
const NETWORK_HEX_DIGITS = 4;

/** The attempts that are counted together. */
export interface AttemptSeries {
  readonly key: AttemptKey;
  /** The scope; another scope is another series in the same row. */
  readonly scope: string;
  /** The failures that the series may have. */
  readonly limit: number;
  /** The tag of the caller's network, in the strangers' series alone. */
  readonly networkTag?: string;
  /** Reads the user's row, which may void the series, before a refusal, for every name alike. */
  readonly findMoments?: () => Promise<SeriesMoments | undefined>;
}

function keyOf(purpose: string, subject: string): AttemptKey {
  return createHash('sha256').update(`${purpose}\n${subject}`).digest('hex');
}

/**
 * Returns the key that counts by name, whether or not a user has it; the hash keeps the text that
 * people typed out of rows.
 */
export function signInKey(userName: UserName): AttemptKey {
  return keyOf('sign-in', userName);
}

/** Returns the key of the attempts of a signed-in user, which no other caller can raise. */
export function sessionKey(userId: UserId): AttemptKey {
  return keyOf('session', userId);
}

/** Returns the key of the tries of a user's support codes. */
export function supportCodeKey(userId: UserId): AttemptKey {
  return keyOf('support-code', userId);
}

/**
 * Returns the one key of all devices of a user: a thief of ten tokens gets ten guesses, not a
 * hundred.
 */
export function deviceKey(userId: UserId): AttemptKey {
  return keyOf('device', userId);
}

/**
 * Returns the scope on devices and in sessions: a new password or ended sessions begin a new
 * series.
 */
export function sessionScope(user: Pick<User, 'credentialVersion' | 'sessionEpoch'>): string {
  return `${user.credentialVersion}.${user.sessionEpoch}`;
}

/**
 * Returns the series of callers without a known device.
 * @param network of the client, as the context names it
 */
export function strangerSeries(
  accounts: Pick<AccountStore, 'findUser'>,
  userName: UserName,
  network: ClientNetwork | undefined,
): AttemptSeries {
  return {
    key: signInKey(userName),
    scope: '',
    limit: STRANGER_LIMIT,
    networkTag: networkTag(network),
    findMoments: async () => (await accounts.findUser(userName))?.value,
  };
}

/**
 * Returns the series of the user's devices.
 * @param device the user's row, as it was read to judge the device token
 */
export function deviceSeries({ value }: StoredUser): AttemptSeries {
  return {
    key: deviceKey(value.userId),
    scope: sessionScope(value),
    limit: DEVICE_LIMIT,
    // Its scope decides whether it is void.
    findMoments: async () => ({ attemptsClearedAtMs: 0, waitsEnded: value.waitsEnded }),
  };
}

export function sessionSeries(user: User): AttemptSeries {
  return { key: sessionKey(user.userId), scope: sessionScope(user), limit: SESSION_LIMIT };
}

/** Returns the tag of the innermost network, such as a /24. */
function networkTag(network: ClientNetwork | undefined): string {
  const text = network?.at(-1) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, NETWORK_HEX_DIGITS);
}
