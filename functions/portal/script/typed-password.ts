import type { PartProblem } from '../../../shared/credential/temporary-password-form.ts';
import { hasTypo, judgeTypedParts } from '../../../shared/credential/temporary-password-form.ts';
import type { FieldErrors } from './app.ts';
import type { PortalCatalogue } from './text.ts';

type SignInText = PortalCatalogue['signIn'];

/** Returns true if a text is one part of a temporary password, without a slip. */
export function isOnePart(text: string): boolean {
  const judged = judgeTypedParts(text, '');
  return !('password' in judged) && judged.first === undefined && judged.second === 'missing';
}

/**
 * Judges what was typed into the one field for a password.
 * @param hasAsked the person answered before that it is right as it is
 * @returns the password to send, or what is wrong with it
 */
export function judgePassword(
  typed: string,
  text: SignInText,
  hasAsked: boolean,
): string | FieldErrors {
  if (typed === '') return { password: text.passwordMissing };
  if (hasAsked || !hasTypo(typed)) return typed;
  const judged = judgeTypedParts(typed, '');
  const part = 'password' in judged ? undefined : slipInOneField(judged, text);
  return { password: part === undefined ? text.typo : `${part} ${text.typoOwn}` };
}

/**
 * Judges what was typed into the two fields for the parts of a temporary password.
 * @returns the password to send, or what is wrong with each part
 */
export function judgeParts(first: string, second: string, text: SignInText): string | FieldErrors {
  const judged = judgeTypedParts(first, second);
  if ('password' in judged) return judged.password;
  if (judged.isInOneField) {
    const field = first.trim() === '' ? 'otherPart' : 'password';
    return { [field]: slipInOneField(judged, text) ?? text.typo };
  }
  return {
    ...(judged.first && { password: text.part[judged.first] }),
    ...(judged.second && { otherPart: text.part[judged.second] }),
  };
}

type Slips = { readonly first?: PartProblem; readonly second?: PartProblem };

/** Says which of two parts in one field has the slip. */
function slipInOneField({ first, second }: Slips, text: SignInText): string | undefined {
  if (first === undefined && second === undefined) return undefined;
  const one = first && `${text.slipFirst} ${text.part[first]}`;
  const other = second && `${text.slipSecond} ${text.part[second]}`;
  return [one, other].filter(Boolean).join(' ');
}
