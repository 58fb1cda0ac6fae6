import { countLetters, fold, isFiller } from './folding.ts';
import { repeatedUnit } from './repetition.ts';
import { DECIDING } from './stretch.ts';

/** The least length of a word: shorter ones are in too many others. */
const MIN_WORD_LETTERS = 4;

/** The subject of this service, in the languages of its texts. */
const PRODUCT_WORDS = [
  ...['portal', 'portail', 'partner', 'partenaire', 'credential', 'identifiant'],
  ...['password', 'motdepasse'],
];

/** The digits and symbols that stand for a letter; 1 and ! are read both ways. */
const LOOKALIKES = { 0: 'o', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };
const READINGS: readonly Readonly<Record<string, string>>[] = [
  {},
  { ...LOOKALIKES, 1: 'i', '!': 'i' },
  { ...LOOKALIKES, 1: 'l', '!': 'l' },
];

/** The names of the user and the service that any guesser can know. */
export interface PasswordContext {
  readonly userName: string;
  readonly displayName: string;
  readonly tenant: string;
}

/**
 * Judges whether the password equals a name of the context or is built around its words (ASVS
 * 6.1.2, NIST SP 800-63B-4 section 3.1.1.2): beside the words and filler fewer than 8 code points
 * remain, counted once where they repeat themselves, or what remains is itself common. A
 * passphrase that merely has such a word passes. Words are found across filler, and with
 * lookalikes read as letters.
 *
 * @param folded the password, by `fold`
 */
export function isBuiltAroundContext(
  folded: string,
  context: PasswordContext,
  isCommonWord: (word: string) => boolean,
): boolean {
  const names = namesOf(context);
  if (names.includes(folded)) return true;

  const points = [...folded];
  const covered = coveredBy(wordsOf(names), points);
  if (covered.size === 0) return false;
  const remaining = points
    .filter((point, place) => !covered.has(place) && !isFiller(point))
    .join('');
  const unit = repeatedUnit(remaining) ?? remaining;
  return [...unit].length < DECIDING || isCommonWord(remaining);
}

function namesOf({ userName, displayName, tenant }: PasswordContext): string[] {
  const local = userName.slice(0, userName.lastIndexOf('@'));
  return [userName, local, displayName, tenant, ...tenant.split('.')].map(fold);
}

/** Returns every run of letters of the names, and the letters of each name in one. */
function wordsOf(names: readonly string[]): Set<string> {
  const words = names.flatMap((name) => {
    const runs = name.match(/\p{Letter}+/gu) ?? [];
    return [...runs, runs.join('')];
  });
  return new Set([
    ...PRODUCT_WORDS,
    ...words.filter((word) => countLetters(word) >= MIN_WORD_LETTERS),
  ]);
}

/** Returns the places of the code points that belong to a word, in any reading. */
function coveredBy(words: ReadonlySet<string>, points: readonly string[]): Set<number> {
  const covered = new Set<number>();
  for (const reading of READINGS) {
    // One UTF-16 unit a place, so that a place from indexOf is the place of the code point.
    let letters = '';
    const places: number[] = [];
    for (const [place, point] of points.entries()) {
      const letter = reading[point] ?? (isFiller(point) ? '' : point);
      letters += letter;
      for (let unit = 0; unit < letter.length; unit += 1) places.push(place);
    }
    for (const word of words) {
      // Where the word overlaps itself, each place is added once.
      let end = 0;
      for (let at = letters.indexOf(word); at >= 0; at = letters.indexOf(word, at + 1)) {
        for (const place of places.slice(Math.max(at, end), at + word.length)) covered.add(place);
        end = at + word.length;
      }
    }
  }
  return covered;
}
