import { EmailClient } from '@azure/communication-email';
import type { Mailer, MailOutcome } from '../port/mailer.ts';

/** The credential of the service for Azure. */
export type MailCredential = Extract<
  ConstructorParameters<typeof EmailClient>[1],
  { readonly getToken: unknown }
>;

const ACCEPT_TIMEOUT_MS = 15_000;
const SCOPE = 'https://communication.azure.com/.default';

const ACCEPTED = 202;
/** The longest pause that the service gets, as a webhook does. */
const PAUSE_MAX_MS = 3_600_000;

interface Fault {
  readonly statusCode?: unknown;
  readonly response?: { readonly headers?: { readonly get: (name: string) => unknown } };
}

/**
 * Judges a fault: 4xx is about this message, if it is neither a limit nor about access. At its limit
 * the service counts each request that it refuses, and names the seconds to wait.
 */
function judgeFault(fault: unknown): MailOutcome {
  const { statusCode, response } = (fault ?? {}) as Fault;
  if (typeof statusCode !== 'number' || [401, 403, 404].includes(statusCode)) return 'unreachable';
  if (statusCode === 429) {
    const seconds = Number(response?.headers?.get('retry-after') ?? 0);
    return seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, PAUSE_MAX_MS) } : 'unreachable';
  }
  return statusCode >= 500 ? 'later' : 'refused';
}

/** Makes a mailer by Azure Communication Services; a mail counts once the service has it. */
export function createCommunicationMailer(
  from: string,
  endpoint: string,
  credential: MailCredential,
): Mailer {
  const client = new EmailClient(endpoint, credential, { retryOptions: { maxRetries: 0 } });
  return {
    async send({ to, subject, text, html, language, messageId }) {
      let isAccepted = false;
      try {
        await client.beginSend(
          {
            senderAddress: from,
            recipients: { to: [{ address: to.address, displayName: to.name }] },
            content: { subject, plainText: text, html },
            headers: {
              'Message-ID': `<${messageId}>`,
              'Auto-Submitted': 'auto-generated',
              'Content-Language': language,
            },
            disableUserEngagementTracking: true,
          },
          {
            abortSignal: AbortSignal.timeout(ACCEPT_TIMEOUT_MS),
            // The client then reads the status once. That may fail, and the mail is sent all the same.
            onResponse: ({ status }) => {
              isAccepted ||= status === ACCEPTED;
            },
          },
        );
        return 'accepted';
      } catch (fault) {
        return isAccepted ? 'accepted' : judgeFault(fault);
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
