import { CROCKFORD_ALPHABET } from './crockford.ts';
import type { RandomBytes } from './random.ts';

/** 26 × 5 = 130 bits; ASVS 11.5.1 asks for 128. */
const RANDOM_SYMBOLS = 26;
const CHECK_SYMBOLS = 2;
const SYMBOLS = RANDOM_SYMBOLS + CHECK_SYMBOLS;
const GROUP_LENGTH = 4;

/**
 * The largest prime that two symbols can hold (32² = 1024). Symbol i weighs 32^i modulo it, and a
 * wrong symbol is off by at most 31, so no single error is a multiple of the prime. The powers of
 * 32 repeat only after 68 and reach −1 at 34, so no two of the 28 places weigh the same or
 * cancel out: every swap of two different symbols is found, check symbols included.
 */
const CHECK_MODULUS = 1021;

/** ICAO Annex 10 volume II, 5.2.1.3, in the order of the alphabet; the same in every language. */
const SPOKEN_WORDS = [
  ...['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'],
  ...['Alfa', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel', 'Juliett'],
  ...['Kilo', 'Mike', 'November', 'Papa', 'Quebec', 'Romeo', 'Sierra', 'Tango', 'Victor'],
  ...['Whiskey', 'X-ray', 'Yankee', 'Zulu'],
] as const;

/** White space and what a word processor or a chat makes of a hyphen. */
const SEPARATORS = /[\s\u00ad\u200b\u2060\u2212\p{Dash_Punctuation}]+/gu;
const CANONICAL = new RegExp(`^[${CROCKFORD_ALPHABET}]{${SYMBOLS}}$`);

export interface IssuedTemporaryPassword {
  /** 28 symbols in upper case without hyphens: the spelling that is hashed. */
  readonly canonical: string;
  /** Seven groups of four with hyphens: the spelling that is shown. */
  readonly display: string;
}

/** A new temporary password of 130 random bits with its check symbols. */
export function issueTemporaryPassword(randomBytes: RandomBytes): IssuedTemporaryPassword {
  // One byte a symbol: 32 divides 256, so the low five bits are without bias.
  const random = randomBytes(RANDOM_SYMBOLS);
  if (random.length !== RANDOM_SYMBOLS) {
    throw new RangeError(`the generator did not give ${RANDOM_SYMBOLS} bytes`);
  }
  let symbols = '';
  for (const byte of random) symbols += CROCKFORD_ALPHABET.charAt(byte & 31);
  const canonical = symbols + checkSymbols(symbols);
  return { canonical, display: groupTemporaryPassword(canonical) };
}

/**
 * Reads what a person typed: case, spaces and hyphens are ignored, O is 0, I and L are 1. Gives
 * the canonical spelling, or undefined when it is not 28 symbols or the check symbols are wrong.
 */
export function parseTemporaryPassword(text: string): string | undefined {
  const bare = text.replace(SEPARATORS, '');
  // Before upper case: U+017F and U+0131 become ASCII letters in it.
  if (!/^[0-9A-Za-z]*$/.test(bare)) return undefined;
  const canonical = bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  if (!CANONICAL.test(canonical)) return undefined;
  const isRight = canonical.endsWith(checkSymbols(canonical.slice(0, RANDOM_SYMBOLS)));
  return isRight ? canonical : undefined;
}

/** Seven groups of four with hyphens, of the canonical spelling. */
export function groupTemporaryPassword(canonical: string): string {
  return Array.from({ length: SYMBOLS / GROUP_LENGTH }, (_, index) =>
    canonical.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH),
  ).join('-');
}

/**
 * One word a symbol, to be read out on the phone.
 * @throws {RangeError} a symbol is not of the alphabet
 */
export function spokenForm(canonical: string): string[] {
  return Array.from(canonical, (symbol) => {
    const word = SPOKEN_WORDS[CROCKFORD_ALPHABET.indexOf(symbol)];
    if (word === undefined) throw new RangeError('not the canonical spelling');
    return word;
  });
}

function checkSymbols(symbols: string): string {
  let remainder = 0;
  for (const symbol of symbols) {
    remainder = (remainder * 32 + CROCKFORD_ALPHABET.indexOf(symbol)) % CHECK_MODULUS;
  }
  return CROCKFORD_ALPHABET.charAt(remainder >> 5) + CROCKFORD_ALPHABET.charAt(remainder & 31);
}
