import { CROCKFORD_ALPHABET } from './crockford.ts';
import { withoutUnseen, withoutWidth } from './policy/folding.ts';

/**
 * The form of a temporary password, which the service and the portal's page must read alike.
 * Nothing that only the service needs is here.
 */

/** 26 × 5 = 130 bits; ASVS 11.5.1 requires 128. */
export const RANDOM_SYMBOLS = 26;
const CHECK_SYMBOLS = 2;
/** The length of a temporary password that is shown whole. */
export const SYMBOLS = RANDOM_SYMBOLS + CHECK_SYMBOLS;
/** 13 × 5 = 65 bits: NIST SP 800-63B-4 §4.2.1.1 requires no throttle from 64 bits on. */
export const PART_RANDOM_SYMBOLS = 13;
/** The length of each part of a split one, which has check symbols of its own. */
export const PART_SYMBOLS = PART_RANDOM_SYMBOLS + CHECK_SYMBOLS;

/**
 * The largest prime that two symbols can hold (32² = 1024). Symbol i weighs 32^i modulo it, and a
 * wrong symbol is off by at most 31, so no single error is a multiple of the prime. The powers of
 * 32 repeat only after 68 and reach −1 at 34, so no two of the 28 places weigh the same or
 * cancel out: every swap of two different symbols is found, check symbols included.
 */
const CHECK_MODULUS = 1021;

/** Room for the spelling with hyphens and a dozen signs or unseen characters at each symbol. */
const READ_MAX_UNITS = 512;

/** White space and what a word processor or a chat makes of a hyphen. */
const SEPARATORS = /[\s\p{Dash}]+/gu;
/** Quotes, full stops and other signs that a sentence or a program puts around it. */
const SIGNS_AROUND = /^[\p{Punctuation}\p{Symbol}]+|[\p{Punctuation}\p{Symbol}]+$/gu;
/** The same between two parts: the signs of each, or what a person puts between them. */
const SIGNS_BETWEEN = /(?<=^[0-9A-Za-z]{15})[\p{Punctuation}\p{Symbol}]+(?=[0-9A-Za-z]{15}$)/u;
const CANONICAL = new RegExp(`^[${CROCKFORD_ALPHABET}]*$`);

/** Computes the two check symbols of these symbols, read as one number. */
export function checkSymbols(symbols: string): string {
  let remainder = 0;
  for (const symbol of symbols) {
    remainder = (remainder * 32 + CROCKFORD_ALPHABET.indexOf(symbol)) % CHECK_MODULUS;
  }
  return CROCKFORD_ALPHABET.charAt(remainder >> 5) + CROCKFORD_ALPHABET.charAt(remainder & 31);
}

/**
 * Joins the two parts of a split temporary password into the one text that is hashed. ASCII order
 * makes either order of typing cost one hash.
 */
export function joinParts(one: string, other: string): string {
  return one < other ? one + other : other + one;
}

/**
 * Reads what a person typed: case, width, white space, dashes, unseen characters, and signs around
 * it are ignored; O is 0, I and L are 1. The parts of a split one may be in either order, with
 * signs between them.
 * @returns the canonical spelling, or undefined if it is neither 28 symbols nor two parts of 15, or
 * check symbols are wrong
 */
export function parseTemporaryPassword(text: string): string | undefined {
  const symbols = readSymbols(text);
  if (symbols?.length === SYMBOLS) return isChecked(symbols) ? symbols : undefined;
  const [one, other] = splitSymbols(symbols);
  if (one === undefined || other === undefined) return undefined;
  return isChecked(one) && isChecked(other) ? joinParts(one, other) : undefined;
}

/**
 * Judges whether a text has the length of a temporary password and a wrong symbol. Only then is it
 * worth a question to the user before an attempt is spent.
 */
export function hasTypo(text: string): boolean {
  const { length } = readSymbols(text) ?? '';
  const isLong = length === SYMBOLS || length === 2 * PART_SYMBOLS;
  return isLong && parseTemporaryPassword(text) === undefined;
}

/**
 * The problem of a part: nothing was typed, too few or too many symbols, a sign that is no symbol,
 * a wrong symbol, or the same part twice.
 */
export type PartProblem = 'missing' | 'short' | 'long' | 'unreadable' | 'wrong' | 'same';

/** The finding about what was typed into two fields, by the part that stands first or second. */
export type TypedParts =
  | { readonly password: string }
  | {
      /** True if both parts, or a whole password, were typed into one of the fields. */
      readonly isInOneField: boolean;
      readonly first?: PartProblem;
      readonly second?: PartProblem;
      /** The problem of a temporary password that was shown whole. */
      readonly whole?: PartProblem;
    };

/**
 * Judges what was typed into the two fields for the parts. Both parts may be in one field, and so
 * may a temporary password that was shown whole.
 * @returns the text for the sign-in, or the problem of each part that has one
 */
export function judgeTypedParts(first: string, second: string): TypedParts {
  const filled = [first, second].filter((text) => readSymbols(text) !== '');
  const [only = ''] = filled;
  const symbols = filled.length === 1 ? readSymbols(only) : undefined;
  const [one, other] = splitSymbols(symbols);
  if (one !== undefined && other !== undefined) return judgeParts(one, other, true);
  if (symbols?.length !== SYMBOLS) return judgeParts(first, second, false);
  return isChecked(symbols) ? { password: only } : { isInOneField: true, whole: 'wrong' };
}

function judgeParts(first: string, second: string, isInOneField: boolean): TypedParts {
  const [one, other] = [problemOf(first), problemOf(second)];
  if (one !== undefined || other !== undefined) {
    return { isInOneField, ...(one && { first: one }), ...(other && { second: other }) };
  }
  if (readSymbols(first) === readSymbols(second)) return { isInOneField, second: 'same' };
  return { password: `${first} ${second}` };
}

function problemOf(text: string): PartProblem | undefined {
  const symbols = readSymbols(text);
  if (symbols === undefined) return 'unreadable';
  if (symbols === '') return 'missing';
  if (symbols.length !== PART_SYMBOLS) return symbols.length < PART_SYMBOLS ? 'short' : 'long';
  return isChecked(symbols) ? undefined : 'wrong';
}

/** Returns ASCII letters and digits in upper case, with O, I and L read as digits; U stays. */
export function readSymbols(text: string): string | undefined {
  if (text.length > READ_MAX_UNITS) return undefined;
  const typed = withoutWidth(withoutUnseen(text)).replace(SEPARATORS, '');
  const bare = typed.replace(SIGNS_AROUND, '').replace(SIGNS_BETWEEN, '');
  // Before upper case: U+017F and U+0131 become ASCII letters in it.
  if (!/^[0-9A-Za-z]*$/.test(bare)) return undefined;
  return bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** Cuts symbols into two parts; undefined: they have another length. */
function splitSymbols(symbols = ''): readonly [string?, string?] {
  if (symbols.length !== 2 * PART_SYMBOLS) return [];
  return [symbols.slice(0, PART_SYMBOLS), symbols.slice(PART_SYMBOLS)];
}

function isChecked(symbols: string): boolean {
  if (!CANONICAL.test(symbols)) return false;
  return symbols.endsWith(checkSymbols(symbols.slice(0, -CHECK_SYMBOLS)));
}
