import { EmailClient, type EmailMessage } from '@azure/communication-email';
import type { Clock } from '../port/clock.ts';
import type { Mailer, MailMessage } from '../port/mailer.ts';
import { parseRetryAfterMs } from '../port/retry-after.ts';

/** The credential of the service for Azure. */
export type MailCredential = Extract<
  ConstructorParameters<typeof EmailClient>[1],
  { readonly getToken: unknown }
>;

/** The settings of mail by Azure Communication Services. */
export interface CommunicationMailerOptions {
  /** The sender's address. */
  readonly from: string;
  readonly endpoint: string;
  readonly credential: MailCredential;
  readonly clock: Clock;
  /** The time of a try; by default that which leaves a run its own. */
  readonly timeoutMs?: number;
}

const ACCEPT_TIMEOUT_MS = 15_000;
const SCOPE = 'https://communication.azure.com/.default';
const ACCEPTED = 202;

/** The part of a fault of the SDK that has what the service answered. */
interface CommunicationFault {
  readonly statusCode?: unknown;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

/** Judges a fault: 4xx is about this message, if it is neither a limit nor about access. */
function judgeFault(fault: unknown, nowMs: number) {
  const { statusCode, response } = (fault ?? {}) as CommunicationFault;
  if (typeof statusCode !== 'number' || [401, 403, 404].includes(statusCode)) return 'unreachable';
  if (statusCode === 429) {
    const retryAfterMs = parseRetryAfterMs(response?.headers.get('retry-after'), nowMs);
    return retryAfterMs === undefined ? 'unreachable' : { retryAfterMs };
  }
  return statusCode >= 500 ? 'later' : 'refused';
}

/** Returns a message as the SDK takes it; the address is a member, so none is parsed. */
function toEmailMessage(from: string, message: MailMessage): EmailMessage {
  const { to, subject, text, html, language, messageId } = message;
  return {
    senderAddress: from,
    recipients: { to: [{ address: to.address, displayName: to.name }] },
    content: { subject, plainText: text, html },
    headers: {
      'Message-ID': `<${messageId}>`,
      'Auto-Submitted': 'auto-generated',
      'Content-Language': language,
    },
    disableUserEngagementTracking: true,
  };
}

/** Makes a mailer by Azure Communication Services; a mail counts once the service has it. */
export function createCommunicationMailer({
  from,
  endpoint,
  credential,
  clock,
  timeoutMs = ACCEPT_TIMEOUT_MS,
}: CommunicationMailerOptions): Mailer {
  const client = new EmailClient(endpoint, credential, { retryOptions: { maxRetries: 0 } });
  return {
    async send(message) {
      const accepted = new AbortController();
      try {
        await client.beginSend(toEmailMessage(from, message), {
          abortSignal: AbortSignal.any([accepted.signal, AbortSignal.timeout(timeoutMs)]),
          // The SDK would then read the state: a request of a small quota of its own, whose
          // failure would have an accepted mail sent again.
          onResponse: ({ status }) => status === ACCEPTED && accepted.abort(),
        });
        return 'accepted';
      } catch (fault) {
        return accepted.signal.aborted ? 'accepted' : judgeFault(fault, clock.now());
      }
    },
    async check() {
      try {
        await credential.getToken(SCOPE);
        return { isWell: true, message: `The identity has a token for ${endpoint}.` };
      } catch {
        return { isWell: false, message: 'The identity gets no token for Communication Services.' };
      }
    },
  };
}
