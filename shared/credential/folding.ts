/**
 * What people put around a word without changing it: digits, punctuation, spaces and the symbols
 * of a keyboard. Emoji are none of these: a random handful of them is worth something.
 */
const FILLER = /[\p{Number}\p{Punctuation}\p{Separator}\s$+<=>^`|~]/u;

/** Letters that are one code point with their stroke or ligature, also under NFKD. */
const STROKES: Readonly<Record<string, string>> = {
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

export function isFiller(codePoint: string): boolean {
  return FILLER.test(codePoint);
}

/** The code points without spaces, punctuation and symbols; digits stay. */
export function withoutSeparators(points: readonly string[]): string[] {
  return points.filter((point) => !isFiller(point) || /\p{Number}/u.test(point));
}

export function stripFillerAtEnds(text: string): string {
  const points = [...text];
  const first = points.findIndex((point) => !isFiller(point));
  const last = points.findLastIndex((point) => !isFiller(point));
  return first < 0 ? '' : points.slice(first, last + 1).join('');
}

/** Case, diacritics and width taken away: `Łukasz`, `LUKASZ` and `lukasz` become one. */
export function foldForComparison(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Up and down again: ß becomes ss, and ı becomes i.
      .toUpperCase()
      .toLowerCase()
      .replace(/[æðøþđħłœς]/g, (letter) => STROKES[letter] ?? letter)
      // Hangul stays one code point a syllable.
      .normalize('NFKC')
  );
}

export function countLetters(text: string): number {
  return text.match(/\p{Letter}/gu)?.length ?? 0;
}
