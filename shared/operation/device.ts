import * as z from 'zod';
import type { UserId, UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import type { StoredUser } from '../port/store.ts';
import { isTokenCurrent } from './authenticate.ts';
import type { Dependencies } from './dependency.ts';

/** The life of a device token (CONTRACT.md, "Known devices"): 180 days. */
export const DEVICE_TOKEN_TTL_MS = 180 * 24 * 60 * 60 * 1000;

const CONTENT = z.strictObject({
  userId: z.string(),
  credentialVersion: z.int(),
  sessionEpoch: z.int(),
  expiresAtMs: z.int(),
});

/**
 * Issues the proof that a user has signed in on a device. It authenticates nothing alone: with it
 * the waits and the lock that strangers cause do not apply.
 * @throws {Unavailable} there is no pepper
 */
export function issueDeviceToken(
  { devices, clock }: Pick<Dependencies, 'devices' | 'clock'>,
  { userId, userName, credentialVersion, sessionEpoch }: User,
): Promise<string> {
  const expiresAtMs = clock.now() + DEVICE_TOKEN_TTL_MS;
  const content = { userId, credentialVersion, sessionEpoch, expiresAtMs };
  return devices.seal(JSON.stringify(content), userName);
}

/**
 * Finds the user of a valid device token. Only a token that this service made for this very name
 * costs a call to the store, so that neither time nor calls reveal which names exist.
 * @param token any value that the caller sent
 * @returns undefined if the token does not count
 * @throws {Unavailable}
 */
export async function findDevice(
  { devices, accounts, clock }: Pick<Dependencies, 'devices' | 'accounts' | 'clock'>,
  userName: UserName,
  token: unknown,
): Promise<StoredUser | undefined> {
  if (typeof token !== 'string') return undefined;
  const opened = await devices.open(token, userName);
  if (opened === undefined) return undefined;
  const content = CONTENT.safeParse(JSON.parse(opened));
  if (!content.success || clock.now() >= content.data.expiresAtMs) return undefined;
  const user = await accounts.findUser(userName);
  const userId = content.data.userId as UserId;
  const claims = { ...content.data, userId, userName, use: 'access' } as const;
  return user !== undefined && isTokenCurrent(claims, user.value, clock.now()) ? user : undefined;
}
