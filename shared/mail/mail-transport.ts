/** The entry of a bundle of its own, which the app loads with the first mail. */
import type { Clock } from '../port/clock.ts';
import type { MailSettings } from '../setting/mail.ts';
import { createCommunicationMailer, type MailCredential } from './communication-mailer.ts';
import { createFileMailer } from './file-mailer.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

/** Opens the mailer that the settings name. */
export function openMailer(settings: MailSettings, credential: MailCredential, clock: Clock) {
  const { from, transport } = settings;
  if ('smtpUrl' in transport) return createSmtpMailer(from, transport.smtpUrl);
  if ('directory' in transport) return createFileMailer(from, transport.directory);
  const { communicationEndpoint: endpoint } = transport;
  return createCommunicationMailer({ from, endpoint, credential, clock });
}
