import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { adminsWhoCanReset } from '../credential/rank.ts';
import { groupPart } from '../credential/temporary-password.ts';
import { contactsOf } from '../credential/tenant-settings.ts';
import type { MailedPart, MailMessage, PartMailer } from '../port/mailer.ts';
import {
  anchorTo,
  type Facts,
  factList,
  findCatalogue,
  formatTime,
  type Helpers,
  listContacts,
  nameOf,
  paragraph,
  toPage,
} from './layout.ts';
import type { MailLaneOptions } from './mail-lane.ts';
import { escapeHtml, quoted } from './quoted.ts';

export interface PartMailerOptions
  extends Pick<MailLaneOptions, 'mailer' | 'clock' | 'portalUrl' | 'from'> {
  readonly accounts: Pick<MailLaneOptions['accounts'], 'findSettings' | 'listRecentAdmins'>;
  /** The time for the mail server to accept a part; 10 s. */
  readonly timeoutMs?: number;
}

/** The time for a mail server to accept a part: CONTRACT.md "Split delivery". */
const ACCEPT_TIMEOUT_MS = 10_000;

interface PartFacts extends MailedPart, Helpers {
  readonly portalUrl: string;
  readonly messageId: string;
}

/** Writes the mail with a part, for readers who expect it and for those who do not. */
export function renderPart(facts: PartFacts): MailMessage {
  const { recipient, address, pair, portalUrl, messageId } = facts;
  const { language, text } = findCatalogue(recipient.locale);
  const { part } = text;
  const title = part.subject(pair);
  const name = quoted(recipient.displayName);
  const rows: Facts = [
    [text.account, nameOf(recipient)],
    [text.by, nameOf(facts.issuer)],
    [part.part, groupPart(facts.part)],
    [part.pair, pair],
    [part.until, formatTime(facts.expiresAtMs, language)],
  ];
  const steps = part.steps(pair);
  const [hello, contacts] = [text.hello(name), listContacts(facts, text)];
  const plain = [
    ...[hello, part.what, rows.map(([label, value]) => text.row(label, value)).join('\n')],
    ...[steps.map((step, index) => `${index + 1}. ${step}`).join('\n'), portalUrl, part.keep],
    ...[text.wasNotYou, part.unexpected, contacts.join('\n')],
  ];
  const html = toPage(title, language, [
    ...[hello, part.what].map(paragraph),
    factList(rows),
    `<ol>${steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('')}</ol>`,
    anchorTo(portalUrl, text.signIn),
    paragraph(part.keep),
    `<p><strong>${escapeHtml(text.wasNotYou)}</strong></p>`,
    ...[part.unexpected, ...contacts].map(paragraph),
  ]);
  return {
    to: { address, name },
    subject: title,
    text: `${plain.filter((paragraphs) => paragraphs !== '').join('\n\n')}\n`,
    html,
    language,
    messageId,
  };
}

/** Returns the people to ask: not the admin who may be the reason of the question. */
async function findHelpers(
  { accounts, clock }: PartMailerOptions,
  { tenant, recipient, issuer }: MailedPart,
): Promise<Helpers> {
  const [settings, listed] = await Promise.all([
    accounts.findSettings(tenant),
    accounts.listRecentAdmins(tenant),
  ]);
  const admins = adminsWhoCanReset({ userId: recipient.userId, roles: [] }, listed);
  return {
    contacts: settings === undefined ? [] : contactsOf(settings.value, clock.now()),
    admins: admins.filter(({ userName }) => userName !== issuer.userName),
  };
}

/** Makes the sender of mailed parts. */
export function createPartMailer(options: PartMailerOptions): PartMailer {
  const { mailer, portalUrl, from, timeoutMs = ACCEPT_TIMEOUT_MS } = options;
  const mailDomain = from.slice(from.lastIndexOf('@') + 1);
  return {
    async send(part) {
      const helpers = await findHelpers(options, part);
      const messageId = `${randomUUID()}@${mailDomain}`;
      const message = renderPart({ ...part, ...helpers, portalUrl, messageId });
      const won = new AbortController();
      const late = pause(timeoutMs, 'late', { signal: won.signal }).catch(() => 'late');
      const outcome = await Promise.race([mailer.send(message), late]);
      won.abort();
      if (outcome === 'accepted') return outcome;
      // Of a refusal it counts that a server had the mail.
      return outcome === 'unreachable' || typeof outcome === 'object' ? 'notSent' : 'uncertain';
    },
  };
}
