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

/** The people to ask about a mail. */
export interface Helpers {
  /** The contact, and after a change the one before. */
  readonly contacts: readonly string[];
  /** The admins to ask if there is no contact. */
  readonly admins: readonly NamedPerson[];
}

/** Returns the texts of a mail in the language of its reader. */
export function findCatalogue(locale: string | undefined) {
  const primary = locale?.toLowerCase().split('-')[0] ?? 'en';
  const language = Object.hasOwn(CATALOGUES, primary) ? primary : 'en';
  return { language, text: CATALOGUES[language] ?? en };
}

export function nameOf({ userName, displayName }: NamedPerson): string {
  return `${quoted(displayName)} (${userName})`;
}

export function listContacts(
  { contacts, admins }: Helpers,
  text: MailCatalogue,
): readonly string[] {
  if (contacts.length > 0) {
    return contacts.map((contact) => text.contact(quoted(contact, CONTACT_MAX_CODE_POINTS)));
  }
  return admins.length === 0 ? [] : [text.admins(admins.map(nameOf).join(', '))];
}

export function formatTime(atMs: number, language: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(language, format).format(atMs)} UTC`;
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

/** The rows of facts of a mail, each with its label. */
export type Facts = readonly (readonly [label: string, value: string])[];

export const paragraph = (content: string) => `<p>${escapeHtml(content)}</p>`;

export function anchorTo(href: string, label: string): string {
  return `<p><a href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`;
}

export function factList(facts: Facts): string {
  const rows = facts.map(
    ([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return `<dl>${rows.join('')}</dl>`;
}

/** Returns the lines of a mail as a page. */
export function toPage(title: string, language: string, lines: readonly string[]): string {
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="color-scheme" content="light dark">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...lines,
    '</main></body></html>',
  ].join('\n');
}
