import { countLetters, isFiller, stripFillerAtEnds, withoutSeparators } from './folding.ts';
import { repeatedUnit } from './repetition.ts';

/** A list of common passwords has entries of 1–3 letters, which any random text may end in. */
const MIN_BASE_LETTERS = 4;
/**
 * Letters that are left when digits within are left out too: two words of 4. Entries of 4 to 7
 * letters are many, and a random text has that few.
 */
const MIN_BARE_LETTERS = 8;
/** Twice the longest word that people take. */
const MAX_BARE_LETTERS = 64;

/**
 * What a folded password comes down to, to be looked up in a list of common ones: as it is,
 * without spaces and punctuation (`i love you`), each without filler at both ends
 * (`password12345678!`), without filler between letters (`password1password`), and the unit where
 * any of these is a repetition (`monkeymonkey99`, `monkey123monkey123`), also without filler. At
 * most 16, and at most 6 where nothing repeats itself.
 */
export function commonSpellings(folded: string): string[] {
  const joined = joinedUp(folded);
  const base = stripFillerAtEnds(folded);
  const wholes = [joined, base, stripFillerAtEnds(joined), bareLetters(base) ?? ''];
  const units = [folded, ...wholes].flatMap((whole) => repeatedUnit(whole) ?? []);
  const stripped = units.map(stripFillerAtEnds);
  const shortened = [...wholes, ...units, ...stripped].filter(isWorthLookup);
  return [...new Set([folded, ...shortened])];
}

/** Spellings without letters are whole ones: digits that are filler were taken away before. */
function isWorthLookup(spelling: string): boolean {
  const letters = countLetters(spelling);
  return letters >= MIN_BASE_LETTERS || (letters === 0 && spelling !== '');
}

/** Without spaces and punctuation; as it is where they are most of it, as in a random password. */
function joinedUp(text: string): string {
  const points = [...text];
  const kept = withoutSeparators(points);
  return 2 * kept.length >= points.length ? kept.join('') : text;
}

/** Without any filler, where letters are at least half of it and can be words. */
function bareLetters(base: string): string | undefined {
  const points = [...base];
  const kept = points.filter((point) => !isFiller(point));
  const isWords = kept.length >= MIN_BARE_LETTERS && kept.length <= MAX_BARE_LETTERS;
  return isWords && 2 * kept.length >= points.length ? kept.join('') : undefined;
}
