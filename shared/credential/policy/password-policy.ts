import type { PolicyReason } from '../refusal.ts';
import { parseTemporaryPassword } from '../temporary-password-form.ts';
import { commonSpellings } from './common-spelling.ts';
import { isBuiltAroundContext, type PasswordContext } from './context-word.ts';
import { fold } from './folding.ts';
import { isRepetitive } from './repetition.ts';
import { isSequential } from './sequence.ts';
import { DECIDING } from './stretch.ts';

/**
 * The limit in code points after NFC. NIST SP 800-63B-4 section 3.1.1.2 recommends to allow at
 * least 64.
 */
export const PASSWORD_MAX_LENGTH = 256;
/**
 * The limit in UTF-16 units as the password is typed. Each code point after NFC is composed of at
 * most 4 (U+1F82), each of at most 2 units, so a longer text is too long in any case. The time of
 * NFC grows with the square of a run of marks: 12 ms for 16 KiB.
 */
const TYPED_MAX_UNITS = 8 * PASSWORD_MAX_LENGTH;

/** The one object from which validation, the sentences and the `passwordrules` attribute derive. */
export interface PasswordPolicy {
  /** Code points after NFC, 15–64: 15 where a password is the only factor (NIST, ibid.). */
  readonly minLength: number;
  readonly maxLength: typeof PASSWORD_MAX_LENGTH;
  /** The number of earlier passwords that a new one must differ from, 0–24. */
  readonly history: number;
}

/**
 * Normalizes to NFC, so that é is the same from every keyboard; nothing else is mapped (ASVS
 * 6.2.8). A text of more than 2,048 UTF-16 units stays as it is typed: no user can set it, and an
 * imported password of that length is compared as it was hashed.
 */
export function normalizePassword(text: string): string {
  return text.length > TYPED_MAX_UNITS ? text : text.normalize('NFC');
}

/** Returns the value of the `passwordrules` attribute, by which password managers generate. */
export function passwordRules(policy: PasswordPolicy): string {
  const { minLength, maxLength } = policy;
  return `minlength: ${minLength}; maxlength: ${maxLength}; allowed: ascii-printable;`;
}

/**
 * Returns every cheap rule that a well-formed new password violates, in a stable order; empty when
 * it is good. A password that is too long violates that rule alone, and no other is judged.
 * `in-history` needs hashes and is judged after this, by the operation. No composition is required.
 * @param isCommon whether a folded spelling is on the list of common and breached passwords
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
  if (length > policy.maxLength) return ['too-long'];
  const folded = fold(text);
  const isCommonAnyhow = (word: string) => commonSpellings(word).some(isCommon);
  const violations: readonly (readonly [PolicyReason, boolean])[] = [
    // Unseen characters and marks count, but a few letters with them are still too short.
    ['too-short', length < policy.minLength || [...folded].length < DECIDING],
    [
      'same-as-current',
      currentPassword !== undefined && normalizePassword(currentPassword) === text,
    ],
    // Any temporary password, whole or split: others have seen it or a part of it.
    [
      'temporary-password',
      [text, text.normalize('NFKC')].some((form) => parseTemporaryPassword(form) !== undefined),
    ],
    ['common', isCommonAnyhow(folded)],
    ['context-word', isBuiltAroundContext(folded, context, isCommonAnyhow)],
    ['repetitive', isRepetitive(folded)],
    ['sequential', isSequential(folded)],
  ];
  return violations.flatMap(([reason, isViolated]) => (isViolated ? [reason] : []));
}
