import { expect, it } from 'vitest';
import { commonSpellings } from '../../shared/credential/policy/common-spelling.ts';
import { fold } from '../../shared/credential/policy/folding.ts';

it.each([
  ['Password12345678!', ['password12345678!', 'password12345678', 'password']],
  ['i love you', ['i love you', 'iloveyou']],
  ['monkeymonkey99', ['monkeymonkey99', 'monkeymonkey', 'monkey']],
  // As many separators as others are left out; where they are more, it is no word with dots.
  ['m-o-n-k-e-y-', ['m-o-n-k-e-y-', 'monkey', 'm-o-n-k-e-y']],
  ['-m-o-n-k-e-y-', ['-m-o-n-k-e-y-', 'm-o-n-k-e-y']],
  ['password1password', ['password1password', 'passwordpassword', 'password1', 'password']],
  // Fewer than 4 letters between digits, or fewer letters than digits, may be random.
  ['vqzk8htb', ['vqzk8htb']],
  ['vqzk1234567890vqzk', ['vqzk1234567890vqzk']],
  // Digits are looked up whole: as filler they come down to nothing.
  ['1987 1987 1987', ['1987 1987 1987', '198719871987', '1987 ', '1987']],
  // Three letters are in too many others.
  ['abc123!', ['abc123!']],
  ['2026-11-25!!!!!', ['2026-11-25!!!!!', '20261125']],
])('looks up %s as %j', (password, spellings) => {
  expect(commonSpellings(fold(password))).toEqual(spellings);
});
