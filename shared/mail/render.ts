import { createHash } from 'node:crypto';
import type { Notice } from '../credential/notice.ts';
import type { MailMessage } from '../port/mailer.ts';
import type { Recipient } from '../port/notice.ts';
import { escapeHtml, quoted } from './quoted.ts';
import { en, type MailCatalogue } from './text/en.ts';
import { fr } from './text/fr.ts';

const CATALOGUES: Readonly<Record<string, MailCatalogue>> = { en, fr };
const CONTACT_MAX_CODE_POINTS = 200;

/** A person as a mail names one. */
export interface NamedPerson {
  readonly userName: string;
  readonly displayName: string;
}

export interface MailFacts {
  readonly notice: Notice;
  readonly recipient: Recipient;
  readonly address: string;
  /** The user who acted; undefined: the system, or a user who is gone. */
  readonly actor: NamedPerson | undefined;
  /** The contact, and after a change the one before. */
  readonly contacts: readonly string[];
  /** The admins to ask if there is no contact. */
  readonly admins: readonly NamedPerson[];
  readonly portalUrl: string;
  /** The domain of the sender's address. */
  readonly mailDomain: string;
  /** The token of the freeze link, and the origin of its page; undefined: there is no link. */
  readonly freeze: { readonly token: string; readonly publicOrigin: string } | undefined;
}

function languageOf(locale: string | undefined): string {
  const primary = locale?.toLowerCase().split('-')[0] ?? 'en';
  return Object.hasOwn(CATALOGUES, primary) ? primary : 'en';
}

function nameOf({ userName, displayName }: NamedPerson): string {
  return `${quoted(displayName)} (${userName})`;
}

function describeActor({ notice, recipient, actor }: MailFacts, text: MailCatalogue): string {
  const by = notice.event.actor;
  if ('system' in by) {
    if (by.system === 'notice') return text.byLink;
    return ['operator', 'bootstrap'].includes(by.system) ? text.operator : text.system;
  }
  if (by.userId === recipient.userId) return text.self;
  return actor === undefined ? text.unknown : nameOf(actor);
}

function listContacts({ contacts, admins }: MailFacts, text: MailCatalogue): readonly string[] {
  if (contacts.length > 0) {
    return contacts.map((contact) => text.contact(quoted(contact, CONTACT_MAX_CODE_POINTS)));
  }
  return admins.length === 0 ? [] : [text.admins(admins.map(nameOf).join(', '))];
}

/** Makes an id that is the same at every try, so that mail programs show copies as one. */
function messageIdOf({ notice, address, mailDomain }: MailFacts): string {
  const digest = createHash('sha256').update(address).digest('hex').slice(0, 16);
  return `${notice.event.eventId}.${digest}@${mailDomain}`;
}

interface Parts {
  readonly hello: string;
  readonly what: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly advice: readonly string[];
  readonly link: string | undefined;
  /** The freeze link, with the text to enter by hand where it does not open. */
  readonly freeze:
    | { readonly link: string; readonly page: string; readonly token: string }
    | undefined;
}

function toText(parts: Parts, text: MailCatalogue): string {
  const { hello, what, rows, advice, link, freeze } = parts;
  const facts = rows.map(([label, value]) => `${label}: ${value}`);
  const act = freeze && [
    `${text.freeze}\n${freeze.link}`,
    `${text.freezeByHand(freeze.page)}\n${freeze.token}`,
  ];
  const all = [hello, what, facts.join('\n'), advice.join('\n'), ...(act ?? []), link];
  return `${[...all, text.noLinks].filter((part) => part !== undefined).join('\n\n')}\n`;
}

const STYLE =
  'body{font:16px/1.5 "Segoe UI",Arial,sans-serif;margin:0;padding:24px;color:#1b1a19;' +
  'background:#fff}main{max-width:36rem}dt{font-weight:600}dd{margin:0 0 8px}' +
  '.token{font:14px/1.4 Consolas,monospace;overflow-wrap:anywhere}' +
  '@media(prefers-color-scheme:dark){body{color:#f3f2f1;background:#1b1a19}a{color:#6cb8f6}}';

function toHtml(parts: Parts, title: string, language: string, text: MailCatalogue): string {
  const { hello, what, rows, advice, link, freeze } = parts;
  const paragraph = (content: string) => `<p>${escapeHtml(content)}</p>`;
  const facts = rows.map(
    ([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const anchorTo = (href: string, label: string) =>
    `<p><a href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`;
  const act = freeze && [
    paragraph(text.freeze),
    anchorTo(freeze.link, text.notMe),
    paragraph(text.freezeByHand(freeze.page)),
    `<p class="token">${escapeHtml(freeze.token)}</p>`,
  ];
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="color-scheme" content="light dark">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>`,
    paragraph(hello),
    paragraph(what),
    `<dl>${facts.join('')}</dl>`,
    ...advice.map(paragraph),
    ...(act ?? []),
    link === undefined ? '' : anchorTo(link, text.signIn),
    paragraph(text.noLinks),
    '</main></body></html>',
  ].join('\n');
}

/**
 * Writes the mail about an event in the recipient's language.
 * @throws {Error} there is no text for the event, which no waiting mends
 */
export function renderMail(facts: MailFacts): MailMessage {
  const { notice, recipient, address, portalUrl, freeze } = facts;
  const { event, person } = notice;
  const language = languageOf(recipient.locale);
  const text = CATALOGUES[language] ?? en;
  const sentences = text.event[event.type];
  if (sentences === undefined) throw new Error(`there is no mail about ${event.type}`);
  const isOwn = person === undefined || person.userId === recipient.userId;
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  const at = new Intl.DateTimeFormat(language, format).format(event.atMs);
  const title = isOwn ? sentences.subject : text.aboutAdmin(person.userName);
  const parts: Parts = {
    hello: text.hello(quoted(recipient.displayName)),
    what: isOwn ? sentences.own : sentences.other,
    rows: [
      [text.account, person === undefined ? notice.tenant : nameOf(person)],
      [text.when, `${at} UTC`],
      [text.by, describeActor(facts, text)],
    ],
    advice: [text.wasYou, text.wasNotYou, ...listContacts(facts, text)],
    link: event.type === 'user.created' && isOwn ? portalUrl : undefined,
    freeze: freeze && {
      token: freeze.token,
      link: `${freeze.publicOrigin}/#freeze=${freeze.token}`,
      page: `${freeze.publicOrigin}/#/freeze`,
    },
  };
  return {
    to: { address, name: quoted(recipient.displayName) },
    subject: title,
    text: toText(parts, text),
    html: toHtml(parts, title, language, text),
    language,
    messageId: messageIdOf(facts),
  };
}
