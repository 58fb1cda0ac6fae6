import { createHash } from 'node:crypto';
import type { Notice, NoticeEvent } from '../credential/notice.ts';
import type { MailMessage } from '../port/mailer.ts';
import type { Recipient } from '../port/notice.ts';
import {
  anchorTo,
  type Facts,
  factList,
  findCatalogue,
  formatTime,
  type Helpers,
  listContacts,
  type NamedPerson,
  nameOf,
  paragraph,
  toPage,
} from './layout.ts';
import { escapeHtml, quoted } from './quoted.ts';
import type { MailCatalogue, Sentences } from './text/en.ts';

interface ActedEvent {
  readonly event: NoticeEvent;
  /** The user who acted; undefined: the system, or a user who is gone. */
  readonly actor: NamedPerson | undefined;
}

export interface MailFacts extends Helpers {
  readonly notice: Notice;
  /** The later events of a digest; none: the mail is about one. */
  readonly later?: readonly ActedEvent[];
  readonly recipient: Recipient;
  readonly address: string;
  /** The user who acted; undefined: the system, or a user who is gone. */
  readonly actor: NamedPerson | undefined;
  readonly portalUrl: string;
  /** The domain of the sender's address. */
  readonly mailDomain: string;
  /** The token of the freeze link, and the origin of its page; undefined: there is no link. */
  readonly freeze: { readonly token: string; readonly publicOrigin: string } | undefined;
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

/**
 * Makes an id that is the same at every try, so that mail programs show copies as one. A digest
 * that has grown since its last try is another mail.
 */
function messageIdOf({ notice, later = [], address, mailDomain }: MailFacts): string {
  const text = [address, ...later.map(({ event }) => event.eventId)].join('\n');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${notice.event.eventId}.${digest}@${mailDomain}`;
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
  readonly rows: Facts;
  /** The advice to a reader who expected this; undefined: there is something to do in any case. */
  readonly wasYou: string | undefined;
  /** The people to ask. */
  readonly contacts: readonly string[];
  readonly link: string | undefined;
  /** The freeze link, with the text to enter by hand where it does not open. */
  readonly freeze:
    | { readonly link: string; readonly page: string; readonly token: string }
    | undefined;
}

function toText(parts: Parts, text: MailCatalogue): string {
  const { hello, what, rows, list, wasYou, contacts, link, freeze } = parts;
  const facts = rows.map(([label, value]) => text.row(label, value));
  const act = freeze && [
    `${text.freeze}\n${freeze.link}`,
    `${text.freezeByHand(freeze.page)}\n${freeze.token}`,
  ];
  const events = list.map((line) => `- ${line}`);
  const all = [hello, what, facts.join('\n'), events.join('\n'), wasYou, text.wasNotYou];
  const rest = [...(act ?? []), contacts.join('\n'), link, text.noLinks];
  return `${[...all, ...rest].filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

function toHtml(parts: Parts, language: string, text: MailCatalogue): string {
  const { title, hello, what, rows, list, wasYou, contacts, link, freeze } = parts;
  const act = freeze && [
    '<div class="act">',
    paragraph(text.freeze),
    anchorTo(freeze.link, text.notMe),
    paragraph(text.freezeByHand(freeze.page)),
    `<p class="token">${escapeHtml(freeze.token)}</p></div>`,
  ];
  const events = list.map((line) => `<li>${escapeHtml(line)}</li>`);
  return toPage(title, language, [
    paragraph(hello),
    paragraph(what),
    factList(rows),
    events.length === 0 ? '' : `<ul>${events.join('')}</ul>`,
    wasYou === undefined ? '' : paragraph(wasYou),
    `<p><strong>${escapeHtml(text.wasNotYou)}</strong></p>`,
    ...(act ?? []),
    ...contacts.map(paragraph),
    link === undefined ? '' : anchorTo(link, text.signIn),
    `<p class="foot">${escapeHtml(text.noLinks)}</p>`,
  ]);
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
  if (!isOwn && person !== undefined) {
    const isFrozen = event.type === 'credential.frozen';
    return isFrozen ? text.aboutFrozen(person.userName) : text.aboutAdmin(person.userName);
  }
  return later.length > 0 ? text.digestSubject(later.length + 1) : sentencesOf(event, text).subject;
}

/** Judges if there is something to do in any case: a frozen account stays shut. */
function asksForMore({ notice, later = [] }: MailFacts): boolean {
  return [notice, ...later].some(({ event }) => event.type === 'credential.frozen');
}

/**
 * Writes the mail about an event, or about those of a digest, in the recipient's language.
 * @throws {Error} there is no text for an event, which no waiting mends
 */
export function renderMail(facts: MailFacts): MailMessage {
  const { notice, recipient, address, portalUrl, freeze } = facts;
  const { event, person } = notice;
  const { language, text } = findCatalogue(recipient.locale);
  const isOwn = person === undefined || person.userId === recipient.userId;
  const voice: Voice = { text, language, isOwn };
  const parts: Parts = {
    title: titleOf(facts, voice),
    hello: text.hello(quoted(recipient.displayName)),
    ...describe(facts, voice),
    wasYou: asksForMore(facts) ? undefined : text.wasYou,
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
