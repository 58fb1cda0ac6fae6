import { withoutSeparators } from './folding.ts';
import { addStretch, isMadeOf } from './stretch.ts';

/**
 * The least length of a run: shorter ones occur in words, as `rst` in first and `def` in define.
 */
const MIN_RUN = 4;
/**
 * The least length of a run of every second code point: in random texts such runs of 4 are not
 * rare. Each step moves, so that the dots of a text with dots are not a run.
 */
const MIN_INTERLEAVED_RUN = 5;

/**
 * The rows that fingers or tongues run along, folded as the password is. Each is a ring: 890123
 * continues where the row ends.
 */
const ROWS = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  // qwerty, with its shifted digits and its columns
  ...['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '!@#$%^&*()_+'],
  ...['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'],
  // qwertz; its last key is ü, which is folded to a second u
  ...['qwertzuiop', 'yxcvbnm', '!"§$%&/()='],
  // azerty; its digits without shift are &é"'(-è_çà)=, where é and è are folded alike
  ...['azertyuiop', 'qsdfghjklm', 'wxcvbn', '&e"\'(-', '-e_ca)='],
  // the keypad, by its columns, by its rows, and its diagonals
  ...['147258369', '741852963', '789456123', '159357'],
].map((row) => {
  const points = [...row];
  return { length: points.length, places: new Map(points.map((point, place) => [point, place])) };
});

/**
 * Judges whether a folded text is little but runs along the alphabet, the digits or a keyboard row,
 * forwards or backwards, one after the other or two interleaved; also with spaces or punctuation
 * between.
 */
export function isSequential(folded: string): boolean {
  const points = [...folded];
  return isMadeOfRuns(points) || isMadeOfRuns(withoutSeparators(points));
}

function isMadeOfRuns(points: readonly string[]): boolean {
  const inRun = new Set<number>();
  for (const { length, places } of ROWS) {
    const onRow = points.map((point) => places.get(point));
    // True of most rows, and all of them are tried for each password.
    if (onRow.filter((place) => place !== undefined).length < MIN_RUN) continue;
    // Every second code point, from the first and from the second one on.
    const halves = [0, 1].map((offset) => onRow.filter((_, place) => place % 2 === offset));
    for (const step of [1, length - 1]) {
      const whole = { length, step, minRun: MIN_RUN, mayStay: true };
      const half = { length, step, minRun: MIN_INTERLEAVED_RUN, mayStay: false };
      addRuns(onRow, whole, (first, end) => addStretch(inRun, first, end));
      for (const [offset, every] of halves.entries()) {
        addRuns(every, half, (first, end) => {
          for (let place = first; place < end; place += 1) inRun.add(2 * place + offset);
        });
      }
    }
  }
  return isMadeOf(inRun, points);
}

interface RunOptions {
  /** The length of the row. */
  readonly length: number;
  /** The step to the next place: 1, or backwards the length of the row less 1. */
  readonly step: number;
  readonly minRun: number;
  readonly mayStay: boolean;
}

/**
 * Adds the runs of a text that is given by its places on a row. A run continues with the next
 * place in its direction, or stays: `112233` is one.
 */
function addRuns(
  onRow: readonly (number | undefined)[],
  { length, step, minRun, mayStay }: RunOptions,
  add: (first: number, end: number) => void,
): void {
  let start = 0;
  for (let index = 1; index <= onRow.length; index += 1) {
    const from = onRow[index - 1];
    const to = onRow[index];
    const continues =
      from !== undefined &&
      to !== undefined &&
      ((mayStay && to === from) || to === (from + step) % length);
    if (continues) continue;
    if (index - start >= minRun) add(start, index);
    start = index;
  }
}
