import { isFiller } from './folding.ts';

/**
 * The number of code points that decide: with fewer of them beside the places that a rule found,
 * the password is as weak as those places.
 */
export const DECIDING = 8;

/** Adds the places from `first` on and before `end`. */
export function addStretch(places: Set<number>, first: number, end: number): void {
  for (let place = first; place < end; place += 1) places.add(place);
}

/**
 * Judges whether a text consists of the places that a rule found in it: they are at least 8 and at
 * least half of it, and fewer than 8 others are more than filler. Filler around them is free,
 * because guessers add years and exclamation marks first. Where the places are digits or signs
 * themselves, others of that kind count, unless two thirds of the text were found: half of 20
 * random digits look like something.
 */
export function isMadeOf(places: ReadonlySet<number>, points: readonly string[]): boolean {
  if (places.size < DECIDING || 2 * places.size < points.length) return false;
  const isOfFiller = points.every((point, place) => !places.has(place) || isFiller(point));
  if (isOfFiller && 3 * places.size >= 2 * points.length) return true;
  const others = points.filter(
    (point, place) => !places.has(place) && (isOfFiller || !isFiller(point)),
  );
  return others.length < DECIDING;
}
