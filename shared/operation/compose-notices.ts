import { trustedAddresses } from '../credential/address.ts';
import type { AccountEvent } from '../credential/event.ts';
import type { Tenant } from '../credential/name.ts';
import {
  type Notice,
  type NoticePerson,
  tellsAdmins,
  tellsUser,
  toNoticeEvent,
} from '../credential/notice.ts';
import type { User } from '../credential/user.ts';
import { MAIL_LANE } from '../port/notice.ts';
import type { Dependencies } from './dependency.ts';

function describePerson(before: User | undefined, after: User, atMs: number): NoticePerson {
  const { userId, userName, displayName, locale } = after;
  const roles = [...after.roles, ...(before?.roles ?? [])];
  // The history has the addresses in force and those that were.
  const addresses = after.addressHistory.terms.map(({ address }) => address);
  const isGlobalAdmin = roles.includes('globalAdmin');
  return {
    userId,
    userName,
    displayName,
    locale,
    isGlobalAdmin,
    addresses: [...new Set(addresses)],
    trustedAddresses: trustedAddresses(after.addressHistory, atMs),
    lastResetSequence: after.lastResetSequence,
  };
}

/** The mails about a change of many: none, or one to each user alone and after all others. */
export type MailScope = 'none' | 'bulk';

interface ChangedUser {
  readonly before: User | undefined;
  readonly after: User;
  readonly mails?: MailScope | undefined;
}

/** Judges if a lane carries a notice: a webhook every one, mail those of the contract. */
function isFor(lane: string, notice: Pick<Notice, 'event' | 'person' | 'isBulk'>): boolean {
  if (lane !== MAIL_LANE) return true;
  const { event, person } = notice;
  return (tellsUser(event) && person?.addresses.length !== 0) || tellsAdmins(notice);
}

/** Makes the notices of events for each lane that is set. */
export function composeNotices(
  { lanes }: Pick<Dependencies, 'lanes'>,
  tenant: Tenant,
  events: readonly AccountEvent[],
  user?: ChangedUser,
): readonly Notice[] {
  if (lanes.length === 0) return [];
  const person = user && describePerson(user.before, user.after, user.after.lastEventAtMs);
  const bulk = user?.mails === 'bulk' ? { isBulk: true } : {};
  const open = lanes.filter((lane) => user?.mails !== 'none' || lane !== MAIL_LANE);
  return events.flatMap((each) => {
    const event = toNoticeEvent(each);
    const named = open.filter((lane) => isFor(lane, { event, person, ...bulk }));
    return named.map((lane): Notice => {
      if (lane === MAIL_LANE) return { tenant, lane, event, person, ...bulk };
      // A webhook has ids and type only, so nothing else of a person waits for it.
      return { tenant, lane, event: { ...event, details: {} }, person: undefined };
    });
  });
}
