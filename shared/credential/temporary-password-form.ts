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
/** The length of each part of a split one: 13 × 5 = 65 bits and check symbols of its own. */
const PART_SYMBOLS = 13 + CHECK_SYMBOLS;

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
 * Reads what a person typed: case, width, white space, dashes, unseen characters, and signs around
 * it are ignored; O is 0, I and L are 1.
 * @returns the canonical spelling, or undefined if it is not 28 symbols or the check symbols are
 * wrong
 */
export function parseTemporaryPassword(text: string): string | undefined {
  const symbols = readSymbols(text);
  return symbols?.length === SYMBOLS && isChecked(symbols) ? symbols : undefined;
}

/**
 * Judges whether a text has the form of any temporary password: a whole one, or the two parts of
 * a split one, in either order, each with its own right check symbols.
 */
export function hasTemporaryPasswordForm(text: string): boolean {
  const symbols = readSymbols(text) ?? '';
  const parts = [symbols.slice(0, PART_SYMBOLS), symbols.slice(PART_SYMBOLS)];
  const isSplit = symbols.length === 2 * PART_SYMBOLS && parts.every(isChecked);
  return isSplit || (symbols.length === SYMBOLS && isChecked(symbols));
}

/**
 * Judges whether a text has the length of a temporary password and a wrong symbol. Only then is it
 * worth a question to the user before an attempt is spent.
 */
export function hasTypo(text: string): boolean {
  const symbols = readSymbols(text);
  return symbols?.length === SYMBOLS && !isChecked(symbols);
}

/** Returns ASCII letters and digits in upper case, with O, I and L read as digits; U stays. */
function readSymbols(text: string): string | undefined {
  if (text.length > READ_MAX_UNITS) return undefined;
  const typed = withoutWidth(withoutUnseen(text)).replace(SEPARATORS, '');
  const bare = typed.replace(SIGNS_AROUND, '');
  // Before upper case: U+017F and U+0131 become ASCII letters in it.
  if (!/^[0-9A-Za-z]*$/.test(bare)) return undefined;
  return bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}

function isChecked(symbols: string): boolean {
  if (!CANONICAL.test(symbols)) return false;
  return symbols.endsWith(checkSymbols(symbols.slice(0, -CHECK_SYMBOLS)));
}
