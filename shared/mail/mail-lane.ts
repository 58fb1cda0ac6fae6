import { type Notice, offersFreeze, tellsAdmins, tellsUser } from '../credential/notice.ts';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { contactsOf } from '../credential/tenant-settings.ts';
import type { Clock } from '../port/clock.ts';
import type { Mailer, MailMessage } from '../port/mailer.ts';
import { type Lane, MAIL_LANE, type SendOutcome, type Target } from '../port/notice.ts';
import type { AccountStore } from '../port/store.ts';
import { type NamedPerson, renderMail } from './render.ts';

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
}

type Accounts = MailLaneOptions['accounts'];

/** Lists the addresses of every other global admin. */
async function adminTargets(accounts: Accounts, { tenant, person }: Notice) {
  const listed = (await accounts.findAdmins(tenant))?.value ?? [];
  const others = listed.filter(({ isGlobal, userId }) => isGlobal && userId !== person?.userId);
  const users = await Promise.all(others.map(({ userName }) => accounts.findUser(userName)));
  return users.flatMap((found): Target[] => {
    if (found === undefined) return [];
    const { email, secondEmail, ...recipient } = found.value;
    const { userId, userName, displayName, locale } = recipient;
    return [email, secondEmail]
      .filter((address) => address !== undefined)
      .map((address) => ({ address, recipient: { userId, userName, displayName, locale } }));
  });
}

async function findActor(
  accounts: Accounts,
  { tenant, event: { actor } }: Notice,
): Promise<NamedPerson | undefined> {
  if (!('userId' in actor)) return undefined;
  const named = await accounts.findUserName(tenant, actor.userId);
  if (named === undefined) return undefined;
  const found = await accounts.findUser(named.userName);
  const isSame = found?.value.userId === actor.userId;
  return isSame ? found.value : { userName: named.userName, displayName: named.userName };
}

/** Judges if this mail has a freeze link: to the user, and to an address that may be trusted. */
function hasFreezeLink({ event, person }: Notice, { address, recipient }: Target): boolean {
  if (person === undefined || recipient?.userId !== person.userId) return false;
  return offersFreeze(event) && person.trustedAddresses.includes(address);
}

async function compose(
  options: MailLaneOptions,
  notice: Notice,
  { address, recipient }: Target,
): Promise<MailMessage> {
  if (recipient === undefined) throw new Error('a mail goes to a person');
  const { accounts, clock, portalUrl, publicOrigin, from } = options;
  const { tenant } = notice;
  const [actor, settings, listed, token] = await Promise.all([
    findActor(accounts, notice),
    accounts.findSettings(tenant),
    accounts.listRecentAdmins(tenant),
    hasFreezeLink(notice, { address, recipient }) ? options.issueFreezeToken(notice) : undefined,
  ]);
  const contacts = settings === undefined ? [] : contactsOf(settings.value, clock.now());
  const asker = { userId: recipient.userId, roles: [] };
  const admins = adminsWhoCanReset(asker, listed);
  const mailDomain = from.slice(from.lastIndexOf('@') + 1);
  const freeze = token === undefined ? undefined : { token, publicOrigin };
  const people = { recipient, address, actor, contacts, admins };
  return renderMail({ notice, ...people, portalUrl, mailDomain, freeze });
}

/** Makes the lane of notices by mail. */
export function createMailLane(options: MailLaneOptions): Lane {
  const { accounts, mailer } = options;
  return {
    name: MAIL_LANE,
    label: MAIL_LANE,
    width: MAILS_AT_ONCE,
    async listTargets(notice) {
      const { event, person } = notice;
      const own = person !== undefined && tellsUser(event) ? person.addresses : [];
      const others = tellsAdmins(notice) ? await adminTargets(accounts, notice) : [];
      return [...own.map((address) => ({ address, recipient: person })), ...others];
    },
    async send(notice, target): Promise<SendOutcome> {
      let message: MailMessage;
      try {
        message = await compose(options, notice, target);
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
