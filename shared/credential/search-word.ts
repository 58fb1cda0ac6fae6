import { fold } from './policy/folding.ts';
import type { User } from './user.ts';

/** CONTRACT.md `GET /api/users`: words of the display name, and of the user name and an address. */
const DISPLAY_NAME_WORDS = 12;
const OTHER_WORDS = 4;
/** All of them: display name, user name, both addresses. */
export const INDEXED_WORDS_MAX = DISPLAY_NAME_WORDS + 3 * OTHER_WORDS;

/**
 * A key of Table Storage has 1 KiB, 512 characters of UTF-16. A user name takes up to 254 of them
 * and the rest of the key 6, which leaves 252 for a word of 50 code points, each at most 5.
 */
const KEY_CODE_POINTS = 50;
/** 36 ** 4 is above U+10FFFF. */
const DIGITS = 4;

/** Returns the runs of letters and digits of a text, without case, accents and width. */
export function wordsIn(text: string): readonly string[] {
  return fold(text).match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

/** Returns the words by which a user is found, each once, in a fixed order. */
export function indexedWords({
  displayName,
  userName,
  email = '',
  secondEmail = '',
}: Pick<User, 'displayName' | 'userName' | 'email'> &
  Partial<Pick<User, 'secondEmail'>>): readonly string[] {
  const localPart = userName.slice(0, userName.indexOf('@'));
  const words = [
    ...wordsIn(displayName).slice(0, DISPLAY_NAME_WORDS),
    ...wordsIn(localPart).slice(0, OTHER_WORDS),
    ...wordsIn(email).slice(0, OTHER_WORDS),
    ...wordsIn(secondEmail).slice(0, OTHER_WORDS),
  ];
  return [...new Set(words)].sort();
}

/**
 * Returns a word as the keys of the index have it, in ASCII: its first 50 code points, those beyond
 * `a`–`z` and digits by their number. A word that begins another is less than it.
 */
export function wordKey(word: string): string {
  return Array.from(word)
    .slice(0, KEY_CODE_POINTS)
    .map((point) => {
      if (/[0-9a-z]/.test(point)) return point;
      return `~${(point.codePointAt(0) ?? 0).toString(36).padStart(DIGITS, '0')}`;
    })
    .join('');
}

/** A search, as its words: each must begin a word of the user. */
export class Search {
  readonly words: readonly string[];
  /** The longest word, which the fewest users have; undefined: no user is found. */
  readonly lead: string | undefined;

  constructor(text: string) {
    this.words = wordsIn(text);
    this.lead = this.words.toSorted((one, other) => other.length - one.length)[0];
  }

  /**
   * Judges whether the row of a user in the index stands for the user: of the words that begin with
   * the lead, the least one does, so that each user is met once.
   * @param key {@link wordKey} of the row
   * @param words {@link indexedWords} of the user
   */
  isMetAt(key: string, words: readonly string[]): boolean {
    const { lead } = this;
    if (lead === undefined) return false;
    if (!this.words.every((sought) => words.some((word) => word.startsWith(sought)))) return false;
    const [least] = words
      .filter((word) => word.startsWith(lead))
      .map(wordKey)
      .sort();
    return least === key;
  }
}
