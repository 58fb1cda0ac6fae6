import type { Tenant } from '../credential/name.ts';
import type { Recipient, SendOutcome } from './notice.ts';

/** One mail to one address. */
export interface MailMessage {
  /** The address and the name, which are never parsed out of one text. */
  readonly to: { readonly address: string; readonly name: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The language, in BCP 47. */
  readonly language: string;
  /** The id without brackets, the same at every try. */
  readonly messageId: string;
}

/** The finding about a channel of notices; the message is a sentence for an operator. */
export interface ChannelFinding {
  readonly isWell: boolean;
  readonly message: string;
}

export interface Mailer {
  /**
   * Sends a mail. It never rejects, and ends within 20 s. `refused` is an answer for good, `later`
   * one for now; `unreachable`: there was no answer that had to do with this message. With a time:
   * a limit of all mail is reached until then.
   */
  send(message: MailMessage): Promise<Exclude<SendOutcome, 'unrenderable' | 'gone'>>;
  /** Checks the way to the server without sending anything. It never rejects. */
  check(): Promise<ChannelFinding>;
}

/** The mailed part of a split temporary password; it exists here and in that mail alone. */
export interface MailedPart {
  readonly tenant: Tenant;
  readonly recipient: Recipient;
  readonly address: string;
  /** The part in its canonical spelling: 15 symbols. */
  readonly part: string;
  /** Four symbols that the other part carries too. */
  readonly pair: string;
  readonly expiresAtMs: number;
  /** The admin who reads out the other part. */
  readonly issuer: Pick<Recipient, 'userName' | 'displayName'>;
}

/**
 * The outcome of a mailed part. `notSent`: no mail server answered. `uncertain`: one had it, and
 * did not accept it within 10 s; it may still deliver it.
 */
export type PartOutcome = 'accepted' | 'notSent' | 'uncertain';

export interface PartMailer {
  /**
   * Sends a part once, and keeps nothing of it.
   * @throws {Unavailable} the tables do not answer
   */
  send(part: MailedPart): Promise<PartOutcome>;
}
