import { createHash } from 'node:crypto';
import type { Notice, NoticeEvent } from '../credential/notice.ts';
import type { MailMessage } from '../port/mailer.ts';
import type { Recipient } from '../port/notice.ts';
import { escapeHtml, quoted } from './quoted.ts';
import { en, type MailCatalogue, type Sentences } from './text/en.ts';
import { fr } from './text/fr.ts';

const CATALOGUES: Readonly<Record<string, MailCatalogue>> = { en, fr };
const CONTACT_MAX_CODE_POINTS = 200;

/** A person as a mail names one. */
export interface NamedPerson {
  readonly userName: string;
  readonly displayName: string;
}

interface ActedEvent {
  readonly event: NoticeEvent;
  /** The user who acted; undefined: the system, or a user who is gone. */
  readonly actor: NamedPerson | undefined;
}

export interface MailFacts {
  readonly notice: Notice;
  /** The later events of a digest; none: the mail is about one. */
  readonly later?: readonly ActedEvent[];
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

function describeActor(
  { event, actor }: ActedEvent,
  recipient: Recipient,
  text: MailCatalogue,
): string {
  const by = event.actor;
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

/**
 * Makes an id that is the same at every try, so that mail programs show copies as one. A digest
 * that has grown since its last try is another mail.
 */
function messageIdOf({ notice, later = [], address, mailDomain }: MailFacts): string {
  const text = [address, ...later.map(({ event }) => event.eventId)].join('\n');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${notice.event.eventId}.${digest}@${mailDomain}`;
}

function formatTime(atMs: number, language: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(language, format).format(atMs)} UTC`;
}

/**
 * Returns the sentences about an event: for a user that was changed, about what was.
 * @throws {Error} there are none, which no waiting mends
 */
function sentencesOf({ type, details }: NoticeEvent, text: MailCatalogue): Sentences {
  if (type === 'user.updated') {
    const { changed } = details;
    const isOfRoles = Array.isArray(changed) && changed.includes('roles');
    const isOfAddress = Array.isArray(changed) && changed.some((name) => /email/i.test(name));
    if (isOfRoles && isOfAddress) return text.addressAndRoles;
    return isOfAddress ? text.address : text.roles;
  }
  const sentences = text.event[type];
  if (sentences === undefined) throw new Error(`there is no mail about ${type}`);
  return sentences;
}

/** The language of a mail, and if its reader is the user it is about. */
interface Voice {
  readonly text: MailCatalogue;
  readonly language: string;
  readonly isOwn: boolean;
}

interface Parts {
  readonly title: string;
  readonly hello: string;
  readonly what: string;
  /** The events of a digest. */
  readonly list: readonly string[];
  readonly rows: readonly (readonly [label: string, value: string])[];
  /** The people to ask. */
  readonly contacts: readonly string[];
  readonly link: string | undefined;
  /** The freeze link, with the text to enter by hand where it does not open. */
  readonly freeze:
    | { readonly link: string; readonly page: string; readonly token: string }
    | undefined;
}

function toText(parts: Parts, text: MailCatalogue): string {
  const { hello, what, rows, list, contacts, link, freeze } = parts;
  const facts = rows.map(([label, value]) => text.row(label, value));
  const act = freeze && [
    `${text.freeze}\n${freeze.link}`,
    `${text.freezeByHand(freeze.page)}\n${freeze.token}`,
  ];
  const events = list.map((line) => `- ${line}`);
  const all = [hello, what, facts.join('\n'), events.join('\n'), text.wasYou, text.wasNotYou];
  const rest = [...(act ?? []), contacts.join('\n'), link, text.noLinks];
  return `${[...all, ...rest].filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** No image, no font and no script: a mail program that blocks them shows the same. */
const STYLE =
  'body{font:16px/1.5 "Segoe UI",Arial,sans-serif;margin:0;padding:24px;color:#1b1a19;' +
  'background:#fff;overflow-wrap:anywhere}main{max-width:36rem;margin:0 auto}' +
  'h1{font-size:22px;line-height:1.3;margin:0 0 16px}dl{margin:16px 0;' +
  'padding:12px 16px;border-left:4px solid #0f6cbd;background:#f5f5f5}dt{font-size:14px;' +
  'color:#424242}dd{margin:0 0 8px;font-weight:600}' +
  'dd:last-child{margin:0}.act{margin:16px 0;padding:12px 16px;' +
  'border:2px solid #b10e1c}.act a{display:inline-block;padding:10px 20px;background:#b10e1c;' +
  'font-weight:600;text-decoration:none;border-radius:4px}' +
  '.token{font:14px/1.4 Consolas,monospace}.foot{font-size:14px;' +
  'color:#424242}a{color:#0f548c}.act a{color:#fff}li{margin:0 0 8px}' +
  '@media(prefers-color-scheme:dark){body{color:#fff;background:#1f1f1f}' +
  'dl{background:#2e2e2e;border-color:#479ef5}dt,.foot{color:#d6d6d6}a{color:#62abf5}' +
  '.act{border-color:#f1707b}.act a{color:#fff}}';

function toHtml(parts: Parts, language: string, text: MailCatalogue): string {
  const { title, hello, what, rows, list, contacts, link, freeze } = parts;
  const paragraph = (content: string) => `<p>${escapeHtml(content)}</p>`;
  const facts = rows.map(
    ([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const anchorTo = (href: string, label: string) =>
    `<p><a href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`;
  const act = freeze && [
    '<div class="act">',
    paragraph(text.freeze),
    anchorTo(freeze.link, text.notMe),
    paragraph(text.freezeByHand(freeze.page)),
    `<p class="token">${escapeHtml(freeze.token)}</p></div>`,
  ];
  const events = list.map((line) => `<li>${escapeHtml(line)}</li>`);
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="color-scheme" content="light dark">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escapeHtml(title)}</h1>`,
    paragraph(hello),
    paragraph(what),
    `<dl>${facts.join('')}</dl>`,
    events.length === 0 ? '' : `<ul>${events.join('')}</ul>`,
    paragraph(text.wasYou),
    `<p><strong>${escapeHtml(text.wasNotYou)}</strong></p>`,
    ...(act ?? []),
    ...contacts.map(paragraph),
    link === undefined ? '' : `<p><a href="${escapeHtml(link)}">${escapeHtml(text.signIn)}</a></p>`,
    `<p class="foot">${escapeHtml(text.noLinks)}</p>`,
    '</main></body></html>',
  ].join('\n');
}

/** Lists the events of a digest, each with its time and its actor. */
function listEvents(facts: MailFacts, { text, language, isOwn }: Voice): readonly string[] {
  const { notice, actor, later = [], recipient } = facts;
  return [{ event: notice.event, actor }, ...later].map((acted) => {
    const sentences = sentencesOf(acted.event, text);
    const what = isOwn ? sentences.subject : sentences.other;
    const by = describeActor(acted, recipient, text);
    return `${formatTime(acted.event.atMs, language)}, ${by}. ${what}`;
  });
}

/** Says what happened: one event with its time and actor, or all those of a digest. */
function describe(facts: MailFacts, voice: Voice): Pick<Parts, 'what' | 'rows' | 'list'> {
  const { notice, actor, later = [], recipient } = facts;
  const { text, language, isOwn } = voice;
  const { event, person } = notice;
  const account = [text.account, person === undefined ? notice.tenant : nameOf(person)] as const;
  if (later.length > 0) {
    return { what: text.digest, rows: [account], list: listEvents(facts, voice) };
  }
  const sentences = sentencesOf(event, text);
  return {
    what: isOwn ? sentences.own : sentences.other,
    rows: [
      account,
      [text.when, formatTime(event.atMs, language)],
      [text.by, describeActor({ event, actor }, recipient, text)],
    ],
    list: [],
  };
}

function titleOf({ notice: { event, person }, later = [] }: MailFacts, voice: Voice): string {
  const { text, isOwn } = voice;
  if (!isOwn && person !== undefined) return text.aboutAdmin(person.userName);
  return later.length > 0 ? text.digestSubject(later.length + 1) : sentencesOf(event, text).subject;
}

/**
 * Writes the mail about an event, or about those of a digest, in the recipient's language.
 * @throws {Error} there is no text for an event, which no waiting mends
 */
export function renderMail(facts: MailFacts): MailMessage {
  const { notice, recipient, address, portalUrl, freeze } = facts;
  const { event, person } = notice;
  const language = languageOf(recipient.locale);
  const text = CATALOGUES[language] ?? en;
  const isOwn = person === undefined || person.userId === recipient.userId;
  const voice: Voice = { text, language, isOwn };
  const parts: Parts = {
    title: titleOf(facts, voice),
    hello: text.hello(quoted(recipient.displayName)),
    ...describe(facts, voice),
    contacts: listContacts(facts, text),
    link: event.type === 'user.created' && isOwn ? portalUrl : undefined,
    freeze: freeze && {
      token: freeze.token,
      link: `${freeze.publicOrigin}/#freeze=${freeze.token}`,
      page: `${freeze.publicOrigin}/#/freeze`,
    },
  };
  return {
    to: { address, name: quoted(recipient.displayName) },
    subject: parts.title,
    text: toText(parts, text),
    html: toHtml(parts, language, text),
    language,
    messageId: messageIdOf(facts),
  };
}
