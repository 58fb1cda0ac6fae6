import { earlierTerms } from '../credential/address.ts';
import { type Notice, offersFreeze, tellsAdmins, tellsUser } from '../credential/notice.ts';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { contactsOf } from '../credential/tenant-settings.ts';
import type { Clock } from '../port/clock.ts';
import type { Mailer, MailMessage } from '../port/mailer.ts';
import { type Lane, MAIL_LANE, type SendOutcome, type Target } from '../port/notice.ts';
import type { AccountStore } from '../port/store.ts';
import type { NamedPerson } from './layout.ts';
import { renderMail } from './render.ts';

/** The mails that a relay takes side by side from one sender. */
const MAILS_AT_ONCE = 8;

export interface MailLaneOptions {
  readonly accounts: Pick<
    AccountStore,
    'findAdmins' | 'findUser' | 'findUserName' | 'findSettings' | 'listRecentAdmins'
  >;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly portalUrl: string;
  /** The origin of freeze links. */
  readonly publicOrigin: string;
  /**
   * Issues the token of a freeze link.
   * @throws {Unavailable}
   */
  readonly issueFreezeToken: (notice: Notice) => Promise<string>;
  /** The sender's address. */
  readonly from: string;
  /** The setting MAIL_PER_HOUR. */
  readonly perHour?: number | undefined;
}

/**
 * Lists the addresses of every other global admin, also those of before: an intruder changes the
 * addresses of the others first.
 */
async function adminTargets({ accounts, clock }: MailLaneOptions, { tenant, person }: Notice) {
  const listed = (await accounts.findAdmins(tenant))?.value ?? [];
  const others = listed.filter(({ isGlobal, userId }) => isGlobal && userId !== person?.userId);
  const users = await Promise.all(others.map(({ userName }) => accounts.findUser(userName)));
  return users.flatMap((found): Target[] => {
    if (found === undefined) return [];
    const { email, secondEmail, addressHistory, ...recipient } = found.value;
    const { userId, userName, displayName, locale } = recipient;
    const earlier = earlierTerms(addressHistory, clock.now()).map(({ address }) => address);
    const addresses = [email, secondEmail, ...earlier].filter((address) => address !== undefined);
    return [...new Set(addresses)].map((address) => {
      return { address, recipient: { userId, userName, displayName, locale } };
    });
  });
}

async function findActor(
  accounts: MailLaneOptions['accounts'],
  { tenant, event: { actor } }: Notice,
): Promise<NamedPerson | undefined> {
  if (!('userId' in actor)) return undefined;
  const named = await accounts.findUserName(tenant, actor.userId);
  if (named === undefined) return undefined;
  const found = await accounts.findUser(named.userName);
  const isSame = found?.value.userId === actor.userId;
  return isSame ? found.value : { userName: named.userName, displayName: named.userName };
}

/** Names the actors of a digest; each is read once. */
async function listActors(accounts: MailLaneOptions['accounts'], notices: readonly Notice[]) {
  const keyOf = ({ event: { actor } }: Notice) => JSON.stringify(actor);
  const found = new Map<string, NamedPerson | undefined>();
  for (const notice of notices) {
    const key = keyOf(notice);
    if (!found.has(key)) found.set(key, await findActor(accounts, notice));
  }
  return notices.map((notice) => ({ event: notice.event, actor: found.get(keyOf(notice)) }));
}

/** Judges if this mail has a freeze link: to the user, and to an address that may be trusted. */
function hasFreezeLink({ event, person }: Notice, { address, recipient }: Target): boolean {
  if (person === undefined || recipient?.userId !== person.userId) return false;
  return offersFreeze(event) && person.trustedAddresses.includes(address);
}

async function compose(
  options: MailLaneOptions,
  notices: readonly [Notice, ...Notice[]],
  { address, recipient }: Target,
): Promise<MailMessage> {
  if (recipient === undefined) throw new Error('a mail goes to a person');
  const { accounts, clock, portalUrl, publicOrigin, from } = options;
  const [notice, ...others] = notices;
  const { tenant } = notice;
  // Of several the last one stops what came before it too.
  const toFreeze = notices.findLast((each) => hasFreezeLink(each, { address, recipient }));
  const [actor, settings, listed, token] = await Promise.all([
    findActor(accounts, notice),
    accounts.findSettings(tenant),
    accounts.listRecentAdmins(tenant),
    toFreeze && options.issueFreezeToken(toFreeze),
  ]);
  const later = await listActors(accounts, others);
  const contacts = settings === undefined ? [] : contactsOf(settings.value, clock.now());
  const asker = { userId: recipient.userId, roles: [] };
  const admins = adminsWhoCanReset(asker, listed);
  const mailDomain = from.slice(from.lastIndexOf('@') + 1);
  const freeze = token === undefined ? undefined : { token, publicOrigin };
  const people = { recipient, address, actor, contacts, admins };
  return renderMail({ notice, later, ...people, portalUrl, mailDomain, freeze });
}

/** Makes the lane of notices by mail. */
export function createMailLane(options: MailLaneOptions): Lane {
  const { mailer, perHour } = options;
  return {
    name: MAIL_LANE,
    label: MAIL_LANE,
    width: MAILS_AT_ONCE,
    perHour,
    isPaced: true,
    async listTargets(notice) {
      const { event, person } = notice;
      const own = person !== undefined && tellsUser(event) ? person.addresses : [];
      const others = tellsAdmins(notice) ? await adminTargets(options, notice) : [];
      return [...own.map((address) => ({ address, recipient: person })), ...others];
    },
    async send(notice, target, others = []): Promise<SendOutcome> {
      let message: MailMessage;
      try {
        message = await compose(options, [notice, ...others], target);
      } catch (fault) {
        return isOutage(fault) ? 'unreachable' : 'unrenderable';
      }
      return mailer.send(message);
    },
  };
}

/** Judges if the store did not answer. */
function isOutage(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'Unavailable';
}
