import { countLetters, stripFillerAtEnds, withoutSeparators } from './folding.ts';
import { repeatedUnit } from './repetition.ts';

/** A list of common passwords has entries of 1–3 letters, which any random text may end in. */
const MIN_BASE_LETTERS = 4;

/**
 * What a password comes down to, to be looked up in a list of common ones: as it is in lower
 * case, without spaces and punctuation (`i love you`), each without filler at both ends
 * (`Password12345678!`), and the unit where any of these is a repetition (`monkeymonkey99`,
 * `monkey123monkey123`), also without filler. At most 4 where nothing repeats itself.
 */
export function commonSpellings(text: string): string[] {
  const lower = text.toLowerCase();
  const joined = joinedUp(lower);
  const bases = [lower, joined].map(stripFillerAtEnds);
  const units = [lower, joined, ...bases].flatMap((whole) => repeatedUnit(whole) ?? []);
  const bare = units.map(stripFillerAtEnds);
  const shortened = [joined, ...bases, ...units, ...bare].filter(
    (spelling) => countLetters(spelling) >= MIN_BASE_LETTERS,
  );
  return [...new Set([lower, ...shortened])];
}

/** Without spaces and punctuation; as it is where they are most of it, as in a random password. */
function joinedUp(text: string): string {
  const points = [...text];
  const kept = withoutSeparators(points);
  return 2 * kept.length >= points.length ? kept.join('') : text;
}
