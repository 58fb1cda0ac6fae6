import { addStretch, DECIDING, isMadeOf } from './stretch.ts';

/** The least number of distinct code points: fewer repeat themselves in any order. */
const MIN_DISTINCT = 5;
/**
 * The least length of a monotonous stretch, that of a password: shorter stretches occur in words
 * (mississippi) and digits.
 */
const MIN_MONOTONOUS = 15;
/** The longest unit that counts: a longer one is judged by the list of common passwords. */
const MAX_UNIT = 8;

/**
 * Judges whether a folded text has fewer than 5 distinct code points, is a unit of at most 8
 * repeated, or consists of stretches that are one or the other.
 */
export function isRepetitive(folded: string): boolean {
  const points = [...folded];
  if (new Set(points).size < MIN_DISTINCT) return true;
  const unit = repeatedUnit(folded);
  if (unit !== undefined && [...unit].length <= MAX_UNIT) return true;
  const places = new Set<number>();
  for (let period = 1; period <= MAX_UNIT; period += 1) addRepeated(points, period, places);
  addMonotonous(points, places);
  return isMadeOf(places, points);
}

/** Adds the stretches of at least 8 code points in which a unit stands at least twice. */
function addRepeated(points: readonly string[], period: number, places: Set<number>): void {
  let first = 0;
  for (let index = period; index <= points.length; index += 1) {
    if (index < points.length && points[index] === points[index - period]) continue;
    if (index - first >= Math.max(DECIDING, 2 * period)) addStretch(places, first, index);
    first = index - period + 1;
  }
}

/** Adds the stretches of at least 15 code points of which fewer than 5 are distinct. */
function addMonotonous(points: readonly string[], places: Set<number>): void {
  const counts = new Map<string, number>();
  let first = 0;
  let added = 0;
  for (const [index, point] of points.entries()) {
    counts.set(point, (counts.get(point) ?? 0) + 1);
    while (counts.size >= MIN_DISTINCT) {
      const left = points[first] ?? '';
      const count = (counts.get(left) ?? 0) - 1;
      if (count === 0) counts.delete(left);
      else counts.set(left, count);
      first += 1;
    }
    if (index + 1 - first < MIN_MONOTONOUS) continue;
    addStretch(places, Math.max(first, added), index + 1);
    added = index + 1;
  }
}

/**
 * Returns the smallest unit of which the text is a repetition.
 * @returns undefined if the text is not a repetition
 */
export function repeatedUnit(text: string): string | undefined {
  const points = [...text];
  const period = smallestPeriod(points);
  // The last unit may be cut short: 15 code points of a unit of 8 are a unit and seven of it.
  return points.length >= 2 * period - 1 ? points.slice(0, period).join('') : undefined;
}

/**
 * Returns the smallest p with `points[i] === points[i - p]` for every i from p on; the length when
 * nothing repeats. By the failure function of Knuth, Morris and Pratt (1977), in linear time.
 */
function smallestPeriod(points: readonly string[]): number {
  const borders = [0];
  let border = 0;
  for (let index = 1; index < points.length; index += 1) {
    while (border > 0 && points[index] !== points[border]) border = borders[border - 1] ?? 0;
    if (points[index] === points[border]) border += 1;
    borders.push(border);
  }
  return Math.max(1, points.length - border);
}
