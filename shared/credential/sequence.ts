import { withoutSeparators } from './folding.ts';

/** Shorter runs occur in words: `rst` in first, `def` in define. */
const MIN_RUN = 4;
/**
 * So many code points in runs, and fewer than so many beside them: the runs are the password. Of
 * 15 code points and more, one is at least half of them.
 */
const DECIDING = 8;

/** What fingers or tongues run along. Each is a ring: 890123 goes on where the row ends. */
const ROWS = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  // qwerty, with its shifted digits and its columns
  ...['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '!@#$%^&*()_+'],
  ...['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'],
  // qwertz
  ...['qwertzuiopü', 'asdfghjklöä', 'yxcvbnm', '!"§$%&/()='],
  // azerty
  ...['azertyuiop', 'qsdfghjklm', 'wxcvbn', '&é"\'(-è_çà)='],
].map((row) => {
  const points = [...row];
  return { length: points.length, places: new Map(points.map((point, place) => [point, place])) };
});

/**
 * Little but runs along the alphabet, the digits or a keyboard row, forwards or backwards, one
 * after the other; also with spaces or punctuation between.
 */
export function isSequential(text: string): boolean {
  const points = [...text.toLowerCase()];
  const joined = withoutSeparators(points);
  return isMadeOfRuns(points) || isMadeOfRuns(joined);
}

function isMadeOfRuns(points: readonly string[]): boolean {
  const inRun = new Set<number>();
  for (const row of ROWS) {
    for (const step of [1, row.length - 1]) markRuns(points, row, step, inRun);
  }
  return inRun.size >= DECIDING && points.length - inRun.size < DECIDING;
}

/** A run goes on with the next place in its direction or stays: `112233` is one. */
function markRuns(
  points: readonly string[],
  row: (typeof ROWS)[number],
  step: number,
  inRun: Set<number>,
): void {
  let start = 0;
  for (let index = 1; index <= points.length; index += 1) {
    const from = row.places.get(points[index - 1] ?? '');
    const to = row.places.get(points[index] ?? '');
    const goesOn =
      from !== undefined && to !== undefined && (to === from || to === (from + step) % row.length);
    if (goesOn) continue;
    if (index - start >= MIN_RUN) {
      for (let marked = start; marked < index; marked += 1) inRun.add(marked);
    }
    start = index;
  }
}
