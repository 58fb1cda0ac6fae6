import type { Issued } from '../../session.ts';
import { fill, isLanguage, type Language, type Translator } from '../../text.ts';

/** The message that an admin passes on, in the language of the user. */
export interface Handover {
  readonly issued: Issued;
  readonly translator: Translator;
  /** The address at which the user signs in. */
  readonly address: string;
}

/** The language that a user reads, as far as this portal speaks it. */
export function languageOf({ user }: Issued, otherwise: Language): Language {
  const primary = user.locale?.toLowerCase().split('-')[0];
  return isLanguage(primary) ? primary : otherwise;
}

function opening({ issued, translator }: Handover): string {
  const { message, product } = translator.text;
  return fill(message[issued.context], { product });
}

function steps({ translator, address }: Handover): readonly string[] {
  const { message } = translator.text;
  return message.steps.map((step, index) => `${index + 1}. ${fill(step, { address })}`);
}

function until({ issued, translator }: Handover): string {
  const date = translator.dateTimeZone(issued.temporaryPassword.expiresAt);
  return fill(translator.text.message.until, { date });
}

/** The password and how to use it. The user name goes another way. */
export function messageWithPassword(handover: Handover): string {
  const { issued, translator } = handover;
  const { message } = translator.text;
  const { value: password } = issued.temporaryPassword;
  const name = issued.context === 'created' ? [message.userNameApart] : [];
  return [
    opening(handover),
    '',
    fill(message.password, { password }),
    until(handover),
    ...name,
    '',
    ...steps(handover),
    '',
    message.unexpected,
  ].join('\n');
}

/** The user name and how to sign in. The password goes another way. */
export function messageWithoutPassword(handover: Handover): string {
  const { issued, translator } = handover;
  const { message } = translator.text;
  return [
    opening(handover),
    '',
    fill(message.userName, { userName: issued.user.userName }),
    message.passwordApart,
    until(handover),
    '',
    ...steps(handover),
    '',
    message.unexpected,
  ].join('\n');
}

/** All of it, for paper that is handed over in person. */
export function slipLines(handover: Handover): readonly string[] {
  const { issued, translator } = handover;
  const { message } = translator.text;
  const { user, temporaryPassword } = issued;
  return [
    opening(handover),
    fill(message.userName, { userName: user.userName }),
    fill(message.password, { password: temporaryPassword.value }),
    until(handover),
    ...steps(handover),
    message.slipDestroy,
  ];
}
