import { commonSpellings } from './common-spelling.ts';
import { isBuiltAroundContext, type PasswordContext } from './context-word.ts';
import type { PolicyReason } from './refusal.ts';
import { isRepetitive } from './repetition.ts';
import { isSequential } from './sequence.ts';
import { parseTemporaryPassword } from './temporary-password.ts';

/** In code points after NFC. NIST SP 800-63B-4 section 3.1.1.2 asks to allow at least 64. */
export const PASSWORD_MAX_LENGTH = 256;

/** The one object that validation, the sentences and the `passwordrules` attribute come from. */
export interface PasswordPolicy {
  /** Code points after NFC, 15–64: 15 where a password is the only factor (NIST, ibid.). */
  readonly minLength: number;
  readonly maxLength: typeof PASSWORD_MAX_LENGTH;
  /** How many passwords before a new one it must differ from, 0–24. */
  readonly history: number;
}

/** NFC, so that one keyboard's é is another's; nothing else is mapped (ASVS 6.2.8). */
export function normalizePassword(text: string): string {
  return text.normalize('NFC');
}

/** Value of the `passwordrules` attribute, by which password managers generate. */
export function passwordRules(policy: PasswordPolicy): string {
  const { minLength, maxLength } = policy;
  return `minlength: ${minLength}; maxlength: ${maxLength}; allowed: ascii-printable;`;
}

/**
 * Every cheap rule that a well-formed new password violates, in a stable order; empty when it is
 * good. `in-history` needs hashes and is judged after this, by the operation. No composition is
 * asked for.
 *
 * @param isCommon whether a spelling is on the list of common and breached passwords
 * @param currentPassword as it was typed, where the caller has it
 */
export function judgePassword({
  policy,
  password,
  context,
  isCommon,
  currentPassword,
}: {
  readonly policy: PasswordPolicy;
  readonly password: string;
  readonly context: PasswordContext;
  readonly isCommon: (candidate: string) => boolean;
  readonly currentPassword?: string | undefined;
}): PolicyReason[] {
  const text = normalizePassword(password);
  const length = [...text].length;
  const isCommonAnyhow = (word: string) => commonSpellings(word).some(isCommon);
  const violations: readonly (readonly [PolicyReason, boolean])[] = [
    ['too-short', length < policy.minLength],
    ['too-long', length > policy.maxLength],
    [
      'same-as-current',
      currentPassword !== undefined && normalizePassword(currentPassword) === text,
    ],
    // Whichever it was: one that went through an admin's hands is never the long-term password.
    ['temporary-password', parseTemporaryPassword(text) !== undefined],
    ['common', isCommonAnyhow(text)],
    ['context-word', isBuiltAroundContext(text, context, isCommonAnyhow)],
    ['repetitive', isRepetitive(text)],
    ['sequential', isSequential(text)],
  ];
  return violations.flatMap(([reason, isViolated]) => (isViolated ? [reason] : []));
}
