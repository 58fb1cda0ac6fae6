import { countLetters, isFiller, stripFillerAtEnds, withoutSeparators } from './folding.ts';
import { repeatedUnit } from './repetition.ts';

/**
 * The least length of a base: lists of common passwords have entries of 1–3 letters, which any
 * random text may end in.
 */
const MIN_BASE_LETTERS = 4;
/** Twice the longest word that people take. */
const MAX_BARE_LETTERS = 64;

/**
 * Lists the spellings of a folded password to look up among the common ones: as it is, without
 * spaces and punctuation (`i love you`), each without filler at both ends (`password12345678!`),
 * without digits between words (`password1password`), and the unit where any of these is a
 * repetition (`monkeymonkey99`, `monkey123monkey123`), also without filler. At most 16, and at most
 * 6 where nothing repeats itself.
 */
export function commonSpellings(folded: string): string[] {
  const joined = joinedUp(folded);
  const bases = [folded, joined].map(stripFillerAtEnds);
  const wholes = [joined, ...bases, bareLetters(stripFillerAtEnds(joined)) ?? ''];
  const units = [folded, ...wholes].flatMap((whole) => repeatedUnit(whole) ?? []);
  const stripped = units.map(stripFillerAtEnds);
  const shortened = [...wholes, ...units, ...stripped].filter(isWorthLookup);
  return [...new Set([folded, ...shortened])];
}

/**
 * Judges whether a spelling can be listed. Without letters only a whole one can: digits that are
 * filler were removed before.
 */
function isWorthLookup(spelling: string): boolean {
  const letters = countLetters(spelling);
  return letters >= MIN_BASE_LETTERS || (letters === 0 && spelling !== '');
}

/** Removes spaces and punctuation, unless they are most of the text, as in a random password. */
function joinedUp(text: string): string {
  const points = [...text];
  const kept = withoutSeparators(points);
  return 2 * kept.length >= points.length ? kept.join('') : text;
}

/** Removes any filler, if all runs between it can be words and are at least half of the text. */
function bareLetters(joined: string): string | undefined {
  const points = [...joined];
  const kept = points.map((point) => (isFiller(point) ? ' ' : point)).join('');
  const words = kept.split(' ').filter((run) => run !== '');
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const isWords = words.every((word) => countLetters(word) >= MIN_BASE_LETTERS);
  const isRest = length > MAX_BARE_LETTERS || 2 * length < points.length;
  return isWords && !isRest ? words.join('') : undefined;
}
