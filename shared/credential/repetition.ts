/** A text of fewer different code points repeats itself, whatever the order. */
const MIN_DISTINCT = 5;
/** A longer unit than this is worth remembering, and is judged by the list of common ones. */
const MAX_UNIT = 8;

/** Fewer than 5 distinct code points, or a unit of at most 8 repeated, case aside. */
export function isRepetitive(text: string): boolean {
  if (new Set(text).size < MIN_DISTINCT) return true;
  const unit = repeatedUnit(text.toLowerCase());
  return unit !== undefined && [...unit].length <= MAX_UNIT;
}

/** The smallest unit of which the text is a repetition; undefined when it is none. */
export function repeatedUnit(text: string): string | undefined {
  const points = [...text];
  const period = smallestPeriod(points);
  // The last unit may be cut short: 15 code points of a unit of 8 are a unit and seven of it.
  return points.length >= 2 * period - 1 ? points.slice(0, period).join('') : undefined;
}

/**
 * The smallest p with `points[i] === points[i - p]` for every i from p on; all of it when nothing
 * repeats. By the failure function of Knuth, Morris and Pratt (1977), in linear time.
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
