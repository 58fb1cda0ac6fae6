import { CROCKFORD_ALPHABET, type RandomBytes } from './crockford.ts';
import {
  checkSymbols,
  joinParts,
  PART_RANDOM_SYMBOLS,
  RANDOM_SYMBOLS,
} from './temporary-password-form.ts';

const GROUP_LENGTH = 4;
const PART_GROUP_LENGTH = 5;
/** 20 bits: a mark by which people match two halves, and no secret. */
const PAIR_SYMBOLS = 4;

/** The spelling alphabet of ICAO Annex 10 volume II, 5.2.1.3; the same in every language. */
const SPOKEN_LETTERS = [
  ...['Alfa', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel', 'Juliett'],
  ...['Kilo', 'Mike', 'November', 'Papa', 'Quebec', 'Romeo', 'Sierra', 'Tango', 'Victor'],
  ...['Whiskey', 'X-ray', 'Yankee', 'Zulu'],
] as const;

function drawSymbols(randomBytes: RandomBytes, length: number): string {
  // One byte a symbol: 32 divides 256, so the low five bits are without bias.
  const random = randomBytes(length);
  if (random.length !== length) throw new RangeError(`the generator did not give ${length} bytes`);
  let symbols = '';
  for (const byte of random) symbols += CROCKFORD_ALPHABET.charAt(byte & 31);
  return symbols;
}

function drawChecked(randomBytes: RandomBytes, length: number): string {
  const symbols = drawSymbols(randomBytes, length);
  return symbols + checkSymbols(symbols);
}

/**
 * Draws a new temporary password of 130 random bits with its check symbols.
 * @returns the canonical spelling, which is hashed: 28 symbols in upper case without hyphens
 */
export function generateTemporaryPassword(randomBytes: RandomBytes): string {
  return drawChecked(randomBytes, RANDOM_SYMBOLS);
}

/** A split temporary password; each part has 15 symbols. */
export interface SplitTemporaryPassword {
  /** The text that is hashed: both parts in ASCII order. */
  readonly canonical: string;
  /** The part for the admin to read out. */
  readonly told: string;
  /** The part for the mail. */
  readonly mailed: string;
  /** Four symbols that both halves carry. They are drawn apart, so they say nothing of a part. */
  readonly pair: string;
}

/** Draws a split temporary password: 65 random bits a part, 129 for both in ASCII order. */
export function generateSplitTemporaryPassword(randomBytes: RandomBytes): SplitTemporaryPassword {
  const told = drawChecked(randomBytes, PART_RANDOM_SYMBOLS);
  const mailed = drawChecked(randomBytes, PART_RANDOM_SYMBOLS);
  const pair = drawSymbols(randomBytes, PAIR_SYMBOLS);
  return { canonical: joinParts(told, mailed), told, mailed, pair };
}

/** Writes the canonical spelling as it is shown: seven groups of four with hyphens. */
export function groupTemporaryPassword(canonical: string): string {
  return group(canonical, GROUP_LENGTH);
}

/** Writes a part as it is shown: three groups of five with hyphens. */
export function groupPart(part: string): string {
  return group(part, PART_GROUP_LENGTH);
}

function group(symbols: string, length: number): string {
  const count = symbols.length / length;
  const groups = Array.from({ length: count }, (_, index) =>
    symbols.slice(index * length, (index + 1) * length),
  );
  return groups.join('-');
}

/**
 * Returns one word a symbol, to be read out on the phone.
 * @param digits their ten words, in the language of the reader
 * @throws {RangeError} a symbol is not of the alphabet
 */
export function spokenForm(canonical: string, digits: readonly string[]): string[] {
  const words = [...digits, ...SPOKEN_LETTERS];
  return Array.from(canonical, (symbol) => {
    const word = words[CROCKFORD_ALPHABET.indexOf(symbol)];
    if (word === undefined) throw new RangeError('not the canonical spelling');
    return word;
  });
}
