/**
 * The one folding that every judgement of a text uses: the list of common passwords, the context
 * words, repetition, sequence, and the reading of temporary passwords. It serves judging only: a
 * user's own password is hashed as it was typed (NFC).
 */

/**
 * Characters that take no room on a screen: by property, because lists of them go out of date.
 * U+2800 is the empty pattern of braille, a symbol that looks like a space.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]+/gu;

/** The characters of U+FF01 to U+FF5E are those of ASCII, each as wide as a Chinese one. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * The characters that people put around a word without changing it: digits, punctuation, spaces and
 * the symbols of a keyboard. Emoji are not among them: a random handful of emoji is worth
 * something.
 */
const FILLER = /[\p{Number}\p{Punctuation}\p{Separator}\s$+<=>^`|~]/u;

/** Letters that are one code point with their stroke or ligature, also under NFKD. */
const STROKES: Readonly<Record<string, string>> = {
  // The capital ẞ, whose lower case it is.
  ß: 'ss',
  æ: 'ae',
  ð: 'd',
  ø: 'o',
  þ: 'th',
  đ: 'd',
  ħ: 'h',
  ł: 'l',
  œ: 'oe',
  ς: 'σ',
};

/**
 * Twice a password of 256 code points. A single code point decomposes into as many as 18
 * (U+FDFA), and the work of a rule must not grow with that.
 */
const FOLDED_MAX_UNITS = 512;

/** Removes the characters that are not seen. */
export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, '');
}

/** Maps full-width letters, digits and signs to ASCII, and nothing else. */
export function withoutWidth(text: string): string {
  return text.replace(FULL_WIDTH, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET),
  );
}

/**
 * Removes case, diacritics, width, compatibility forms and unseen characters: `Łukasz`, `LUKASZ`
 * and `ｌｕｋａｓｚ` become one. Folding a folded text changes nothing.
 * @param text bounded by the caller
 * @returns at most 512 UTF-16 units
 */
export function fold(text: string): string {
  return (
    withoutUnseen(text)
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Up and down again: ß becomes ss, and ı becomes i.
      .toUpperCase()
      .toLowerCase()
      .replace(/[ßæðøþđħłœς]/g, (letter) => STROKES[letter] ?? letter)
      // Upper case may bring marks back (ΐ), and lower case too (İ).
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Hangul stays one code point a syllable.
      .normalize('NFKC')
      .slice(0, FOLDED_MAX_UNITS)
  );
}

export function isFiller(codePoint: string): boolean {
  return FILLER.test(codePoint);
}

/** Removes spaces, punctuation and symbols; digits stay. */
export function withoutSeparators(points: readonly string[]): string[] {
  return points.filter((point) => !isFiller(point) || /\p{Number}/u.test(point));
}

export function stripFillerAtEnds(text: string): string {
  const points = [...text];
  const first = points.findIndex((point) => !isFiller(point));
  const last = points.findLastIndex((point) => !isFiller(point));
  return first < 0 ? '' : points.slice(first, last + 1).join('');
}

export function countLetters(text: string): number {
  return text.match(/\p{Letter}/gu)?.length ?? 0;
}
