import { CROCKFORD_ALPHABET, type RandomBytes } from './crockford.ts';
import type { UserId } from './name.ts';
import { readSymbols } from './temporary-password-form.ts';

/** CONTRACT.md "Support code": the life of a code, and how many of each an hour may have. */
export const SUPPORT_CODE_TTL_SECONDS = 600;
export const SUPPORT_CODES_PER_HOUR = { most: 5, windowMs: 60 * 60 * 1000 } as const;

/** 40 bits, and at most five wrong ones an hour: a guess of a day has a chance of 1 in 10^10. */
const SYMBOLS = 8;
const GROUP_LENGTH = 4;

/** A code as the user's row has it. It ends with the session and the credential it came from. */
export interface SupportCode {
  /** The keyed digest of user and code: a plain one of 40 bits falls to a reader of the table. */
  readonly digest: string;
  readonly expiresAtMs: number;
  readonly credentialVersion: number;
  readonly sessionEpoch: number;
}

/** Returns the text that is digested; a code of one user is of no use for another. */
export const digestedText = (userId: UserId, canonical: string) => `${userId}\n${canonical}`;

/** Draws a code in its canonical spelling: eight symbols of Crockford base32. */
export function generateSupportCode(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(SYMBOLS), (byte) => CROCKFORD_ALPHABET.charAt(byte & 31)).join('');
}

/** Writes a code as it is shown: two groups of four with a hyphen. */
export function groupSupportCode(canonical: string): string {
  return `${canonical.slice(0, GROUP_LENGTH)}-${canonical.slice(GROUP_LENGTH)}`;
}

/**
 * Reads what a person typed, as forgivingly as a temporary password.
 * @returns undefined if it is not eight symbols
 */
export function parseSupportCode(text: string): string | undefined {
  const symbols = readSymbols(text);
  return symbols?.length === SYMBOLS ? symbols : undefined;
}

/**
 * Returns the code that is good now.
 * @returns undefined if the user has none, or it ended
 */
export function liveSupportCode(
  {
    supportCode,
    credentialVersion,
    sessionEpoch,
  }: Pick<SupportCode, 'credentialVersion' | 'sessionEpoch'> & {
    readonly supportCode: SupportCode | undefined;
  },
  nowMs: number,
): SupportCode | undefined {
  const isOfNow =
    supportCode?.credentialVersion === credentialVersion &&
    supportCode.sessionEpoch === sessionEpoch &&
    nowMs < supportCode.expiresAtMs;
  return isOfNow ? supportCode : undefined;
}
