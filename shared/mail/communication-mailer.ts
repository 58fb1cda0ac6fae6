import { EmailClient } from '@azure/communication-email';
import type { Mailer } from '../port/mailer.ts';

/** The credential of the service for Azure. */
export type MailCredential = Extract<
  ConstructorParameters<typeof EmailClient>[1],
  { readonly getToken: unknown }
>;

const ACCEPT_TIMEOUT_MS = 15_000;
const SCOPE = 'https://communication.azure.com/.default';

/** Judges a fault: 4xx is about this message, if it is neither a limit nor about access. */
function judgeFault(fault: unknown) {
  const { statusCode } = (fault ?? {}) as { readonly statusCode?: unknown };
  if (typeof statusCode !== 'number' || [401, 403, 404].includes(statusCode)) return 'unreachable';
  if (statusCode === 429) return 'unreachable';
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
          { abortSignal: AbortSignal.timeout(ACCEPT_TIMEOUT_MS) },
        );
        return 'accepted';
      } catch (fault) {
        return judgeFault(fault);
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
