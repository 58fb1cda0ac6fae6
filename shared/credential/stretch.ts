import { isFiller } from './folding.ts';

/**
 * A password that has fewer code points than this beside what a rule found is what the rule found.
 */
export const DECIDING = 8;

/** Adds the places from `first` on and before `end`. */
export function addStretch(places: Set<number>, first: number, end: number): void {
  for (let place = first; place < end; place += 1) places.add(place);
}

/**
 * Judges whether a text comes down to the places that a rule found in it: they are at least 8 and
 * at least half of it, and fewer than 8 others are more than filler. Filler around them is free,
 * because guessers add years and exclamation marks first.
 */
export function isMadeOf(places: ReadonlySet<number>, points: readonly string[]): boolean {
  if (places.size < DECIDING || 2 * places.size < points.length) return false;
  const others = points.filter((point, place) => !places.has(place) && !isFiller(point));
  return others.length < DECIDING;
}
