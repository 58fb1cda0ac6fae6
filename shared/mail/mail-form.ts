import type { MailMessage } from '../port/mailer.ts';

/** Returns a message as nodemailer takes it; addresses are objects, so none is parsed. */
export function toMailOptions(from: string, message: MailMessage) {
  const { to, subject, text, html, language, messageId } = message;
  return {
    from: { name: '', address: from },
    to: { name: to.name, address: to.address },
    envelope: { from, to: [to.address] },
    subject,
    text,
    html,
    messageId: `<${messageId}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
    // What a text names is never opened as a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
