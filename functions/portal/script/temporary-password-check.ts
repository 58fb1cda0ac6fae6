/** Crockford base32; see the contract, "Temporary password". */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SYMBOLS = 28;
const CHECK_MODULUS = 1021;
const SEPARATORS = /[\s\u00ad\u200b\u2060\u2212\p{Dash_Punctuation}]+/gu;

/**
 * Whether this has the shape of a temporary password and its check symbols say that a symbol is
 * wrong. Only then is it worth a question before an attempt is spent.
 */
export function hasSlip(text: string): boolean {
  const bare = text.replace(SEPARATORS, '');
  if (bare.length !== SYMBOLS || !/^[0-9A-Za-z]+$/.test(bare)) return false;
  const symbols = bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = Array.from(symbols, (symbol) => ALPHABET.indexOf(symbol));
  if (values.includes(-1)) return true;
  const check = (values[SYMBOLS - 2] ?? 0) * 32 + (values[SYMBOLS - 1] ?? 0);
  const number = values
    .slice(0, SYMBOLS - 2)
    .reduce((remainder, value) => (remainder * 32 + value) % CHECK_MODULUS, 0);
  return number !== check;
}
