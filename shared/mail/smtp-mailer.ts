import { createTransport } from 'nodemailer';
import { isLoopback } from '../port/loopback.ts';
import type { Mailer } from '../port/mailer.ts';
import { toMailOptions } from './mail-form.ts';

/** The limits of the steps; a mail ends within 20 s. */
const CONNECT_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 7000;
const MAIL_TIMEOUT_MS = 18_000;

/** The commands after authentication: their faults are about this message. */
const MESSAGE_COMMANDS = ['MAIL FROM', 'RCPT TO', 'DATA', 'CONN_DATA'];

interface SmtpFault {
  readonly command?: unknown;
  readonly responseCode?: unknown;
}

/** The code of a fault, such as `EAUTH`: its text may hold what the server said. */
const codeOf = (fault: { readonly code?: unknown }) => String(fault.code ?? 'unknown');

function judgeFault(fault: unknown) {
  const { command, responseCode } = (fault ?? {}) as SmtpFault;
  const isOfMessage = MESSAGE_COMMANDS.some((one) => String(command).startsWith(one));
  if (!isOfMessage) return 'unreachable';
  return typeof responseCode === 'number' && responseCode >= 500 ? 'refused' : 'later';
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value | 'late'> {
  const { promise, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes a mailer by SMTP: TLS from the beginning (`smtps`), or STARTTLS and nothing else. A server
 * on this machine needs neither.
 */
export function createSmtpMailer(from: string, smtpUrl: string): Mailer {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const isSecure = protocol === 'smtps:';
  const isLocal = isLoopback(hostname);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    requireTLS: !isSecure && !isLocal,
    ignoreTLS: !isSecure && isLocal,
    tls: { rejectUnauthorized: !isLocal, minVersion: 'TLSv1.2' },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: ANSWER_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  });
  return {
    async send(message) {
      try {
        const work = transport.sendMail(toMailOptions(from, message));
        // The work may fail after the race was lost.
        work.catch(() => {});
        return (await within(MAIL_TIMEOUT_MS, work)) === 'late' ? 'later' : 'accepted';
      } catch (fault) {
        return judgeFault(fault);
      }
    },
    async check() {
      const work = transport.verify();
      work.catch(() => {});
      const outcome = await within(MAIL_TIMEOUT_MS, work).catch(codeOf);
      return outcome === true
        ? { isWell: true, message: `${hostname} answers, and takes what SMTP_URL names.` }
        : { isWell: false, message: `${hostname} does not take mail (${outcome}).` };
    },
  };
}
