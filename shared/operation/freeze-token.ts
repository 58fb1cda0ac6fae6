import * as z from 'zod';
import { EVENT_TYPES, type EventType } from '../credential/event.ts';
import { parseUserId, parseUserName, type UserId, type UserName } from '../credential/name.ts';
import type { Notice } from '../credential/notice.ts';
import type { Dependencies } from './dependency.ts';

/** The life of a freeze token: CONTRACT.md `POST /api/freeze`, 7 days. */
export const FREEZE_TOKEN_TTL_MS = 7 * 24 * 60 * 60 * 1000;
/** The key of the seal is of this purpose alone, so that one binding is enough. */
const BINDING = 'freeze';

const CONTENT = z.strictObject({
  userId: z.string(),
  userName: z.string(),
  lastResetSequence: z.int(),
  eventId: z.string(),
  eventType: z.enum(EVENT_TYPES),
  resetBy: z.string().optional(),
  expiresAtMs: z.int(),
});

/** The content of a freeze token. */
export interface FreezeLink {
  readonly userId: UserId;
  readonly userName: UserName;
  /** The last reset as of the notice; a later one ends the link. */
  readonly lastResetSequence: number;
  /** The event that the notice was about. */
  readonly eventId: string;
  readonly eventType: EventType;
  /** The admin who made the reset that the notice was about. */
  readonly resetBy: UserId | undefined;
  readonly expiresAtMs: number;
}

/**
 * Issues the token of the link in a notice to a user. It opens nothing: all that it allows is to
 * close the account.
 * @throws {Unavailable} there is no pepper
 */
export function issueFreezeToken(
  { freezes, clock }: Pick<Dependencies, 'freezes' | 'clock'>,
  { event, person }: Notice,
): Promise<string> {
  if (person === undefined) throw new Error('a freeze link is about a user');
  const { userId, userName, lastResetSequence } = person;
  const isReset = event.type === 'password.reset';
  const content = {
    userId,
    userName,
    lastResetSequence,
    eventId: event.eventId,
    eventType: event.type,
    ...(isReset && 'userId' in event.actor && { resetBy: event.actor.userId }),
    expiresAtMs: clock.now() + FREEZE_TOKEN_TTL_MS,
  };
  return freezes.seal(JSON.stringify(content), BINDING);
}

/**
 * Opens a freeze token, expired ones too.
 * @returns undefined if this service did not make it
 * @throws {Unavailable}
 */
export async function openFreezeToken(
  { freezes }: Pick<Dependencies, 'freezes'>,
  token: string,
): Promise<FreezeLink | undefined> {
  const opened = await freezes.open(token, BINDING);
  if (opened === undefined) return undefined;
  const parsed = CONTENT.safeParse(JSON.parse(opened));
  if (!parsed.success) return undefined;
  const { userId, userName, resetBy, ...content } = parsed.data;
  const [id, name] = [parseUserId(userId), parseUserName(userName)];
  if (id === undefined || name === undefined) return undefined;
  return { ...content, userId: id, userName: name, resetBy: parseUserId(resetBy ?? '') };
}
