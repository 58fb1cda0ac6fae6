import { fileURLToPath } from 'node:url';
import { parseEmail } from '../credential/name.ts';
import { type Environment, read, SettingError, secureUrl, wholeNumber } from './read.ts';

/** The one sender without a dot in its domain: that of `npm start`. */
export const LOCAL_MAIL_FROM = 'portal@localhost';

/** The mails that Communication Services take in an hour until Azure support raises the limit. */
const COMMUNICATION_PER_HOUR = 100;

/** The sender of mail, and the way on which it is sent. */
export interface MailSettings {
  /** The sender's address. */
  readonly from: string;
  /** The mails that the provider takes in an hour; undefined: no limit is set. */
  readonly perHour: number | undefined;
  readonly transport:
    | { readonly smtpUrl: string }
    | { readonly communicationEndpoint: string }
    /** A folder in which each mail becomes a file. */
    | { readonly directory: string };
}

/** Parses `smtps:`, `smtp:`, or the `file:` address by which `npm start` names a folder. */
function smtpTransport(text: string): MailSettings['transport'] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:') return { directory: fileURLToPath(url) };
  const isSmtp = url?.protocol === 'smtps:' || url?.protocol === 'smtp:';
  const isPlain = url !== undefined && ['', '/'].includes(url.pathname) && url.hostname !== '';
  if (isSmtp && isPlain) return { smtpUrl: text };
  throw new SettingError('SMTP_URL', 'must be an address such as "smtps://user:password@host".');
}

/**
 * Reads the settings of mail.
 * @returns undefined if no mail is sent
 * @throws {SettingError}
 */
export function parseMailSettings(env: Environment): MailSettings | undefined {
  const from = read(env, 'MAIL_FROM');
  const smtpUrl = read(env, 'SMTP_URL');
  const endpoint = read(env, 'COMMUNICATION_ENDPOINT');
  if (smtpUrl !== undefined && endpoint !== undefined) {
    throw new SettingError('SMTP_URL', 'and COMMUNICATION_ENDPOINT are both set; set one.');
  }
  const otherwise = endpoint === undefined ? undefined : COMMUNICATION_PER_HOUR;
  const perHour = wholeNumber(env, 'MAIL_PER_HOUR', [5, 1_000_000], otherwise);
  const transport = smtpUrl === undefined ? undefined : smtpTransport(smtpUrl);
  const cloud = endpoint && secureUrl('COMMUNICATION_ENDPOINT', endpoint).href;
  if (from === undefined) return undefined;
  if (parseEmail(from) === undefined && from !== LOCAL_MAIL_FROM) {
    throw new SettingError('MAIL_FROM', 'must be one email address.');
  }
  if (transport !== undefined) return { from, perHour, transport };
  if (cloud !== undefined) return { from, perHour, transport: { communicationEndpoint: cloud } };
  throw new SettingError('MAIL_FROM', 'is of no use without SMTP_URL or COMMUNICATION_ENDPOINT.');
}
