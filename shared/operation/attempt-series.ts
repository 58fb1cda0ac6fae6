/** What is counted, and against whom: three series share the 100 failures of NIST. */
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

/** What is counted together. */
export interface AttemptSeries {
  readonly key: AttemptKey;
  /** Another scope is another series in the same row. */
  readonly scope: string;
  /** Failures that the series may have. */
  readonly limit: number;
  /** Of the caller's network, in the strangers' series alone. */
  readonly networkTag?: string;
  /** Read before a refusal, for every name alike: the user's row may void the series. */
  readonly findMoments?: () => Promise<SeriesMoments | undefined>;
}

function keyOf(purpose: string, subject: string): AttemptKey {
  return createHash('sha256').update(`${purpose}\n${subject}`).digest('hex');
}

/** Counts by name, whether or not a user has it; the hash keeps what people typed out of rows. */
export function signInKey(userName: UserName): AttemptKey {
  return keyOf('sign-in', userName);
}

/** What a signed-in user tries has its own count, which nobody outside can raise. */
export function sessionKey(userId: UserId): AttemptKey {
  return keyOf('session', userId);
}

/** One count for all devices of a user: a thief of ten tokens gets ten guesses, not a hundred. */
export function deviceKey(userId: UserId): AttemptKey {
  return keyOf('device', userId);
}

/** A new password or ended sessions begin a new series on devices and in sessions. */
export function sessionScope(user: Pick<User, 'credentialVersion' | 'sessionEpoch'>): string {
  return `${user.credentialVersion}.${user.sessionEpoch}`;
}

/** @param network of the client, as the context names it */
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

/** @param device the user's row, as it was read to judge the device token */
export function deviceSeries({ value }: StoredUser): AttemptSeries {
  return {
    key: deviceKey(value.userId),
    scope: sessionScope(value),
    limit: DEVICE_LIMIT,
    // Its scope says whether it is void.
    findMoments: async () => ({ attemptsClearedAtMs: 0, waitsEnded: value.waitsEnded }),
  };
}

export function sessionSeries(user: User): AttemptSeries {
  return { key: sessionKey(user.userId), scope: sessionScope(user), limit: SESSION_LIMIT };
}

/** Of the innermost network, such as a /24. */
function networkTag(network: ClientNetwork | undefined): string {
  const text = network?.at(-1) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, NETWORK_HEX_DIGITS);
}
