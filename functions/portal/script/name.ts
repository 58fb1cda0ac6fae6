/** The characters that turn the direction of everything that follows them. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const INITIAL = /[\p{L}\p{N}]/u;
/** Hebrew, Arabic and the other scripts that are written from right to left. */
const FROM_RIGHT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

interface Named {
  readonly displayName: string;
  readonly userName: string;
}

export interface NamedUser extends Named {
  readonly userId: string;
}

/** Returns the display name without controls, or the user name if nothing of it is visible. */
export function shownName({ displayName, userName }: Named): string {
  const name = displayName.replace(DIRECTION_CONTROLS, '').trim();
  return VISIBLE.test(name) ? name : userName;
}

/** Code points; the service's own limit. */
const DISPLAY_NAME_MAX = 120;

interface DisplayNameWords {
  readonly displayNameMissing: string;
  readonly displayNameLong: string;
}

/** Says what is wrong with a display name, before it is sent. */
export function displayNameFault(name: string, words: DisplayNameWords): string | undefined {
  const length = Array.from(name).length;
  if (length === 0) return words.displayNameMissing;
  if (length <= DISPLAY_NAME_MAX) return undefined;
  return words.displayNameLong.replace('{max}', `${DISPLAY_NAME_MAX}`).replace('{n}', `${length}`);
}

/** First letters of the first and of the last word; none where a name has no letters. */
export function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => INITIAL.exec(word)?.[0] ?? []);
  const last = letters.length > 1 ? letters.at(-1) : '';
  return `${letters[0] ?? ''}${last}`.toUpperCase();
}

/** Keeps the order of a sentence as it is when a part of it is written the other way. */
export function isolated(part: string): string {
  return FROM_RIGHT.test(part) ? `${ISOLATE}${part}${END_OF_ISOLATE}` : part;
}
