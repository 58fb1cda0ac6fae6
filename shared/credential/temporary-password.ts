import { CROCKFORD_ALPHABET, type RandomBytes } from './crockford.ts';
import { checkSymbols, RANDOM_SYMBOLS, SYMBOLS } from './temporary-password-form.ts';

const GROUP_LENGTH = 4;

/** The spelling alphabet of ICAO Annex 10 volume II, 5.2.1.3; the same in every language. */
const SPOKEN_LETTERS = [
  ...['Alfa', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel', 'Juliett'],
  ...['Kilo', 'Mike', 'November', 'Papa', 'Quebec', 'Romeo', 'Sierra', 'Tango', 'Victor'],
  ...['Whiskey', 'X-ray', 'Yankee', 'Zulu'],
] as const;

/**
 * Draws a new temporary password of 130 random bits with its check symbols.
 * @returns the canonical spelling, which is hashed: 28 symbols in upper case without hyphens
 */
export function generateTemporaryPassword(randomBytes: RandomBytes): string {
  // One byte a symbol: 32 divides 256, so the low five bits are without bias.
  const random = randomBytes(RANDOM_SYMBOLS);
  if (random.length !== RANDOM_SYMBOLS) {
    throw new RangeError(`the generator did not give ${RANDOM_SYMBOLS} bytes`);
  }
  let symbols = '';
  for (const byte of random) symbols += CROCKFORD_ALPHABET.charAt(byte & 31);
  return symbols + checkSymbols(symbols);
}

/** Writes the canonical spelling as it is shown: seven groups of four with hyphens. */
export function groupTemporaryPassword(canonical: string): string {
  return Array.from({ length: SYMBOLS / GROUP_LENGTH }, (_, index) =>
    canonical.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH),
  ).join('-');
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
