import { expect, it } from 'vitest';
import { commonSpellings } from '../../shared/credential/common-spelling.ts';

it.each([
  ['Password12345678!', ['password12345678!', 'password12345678', 'password']],
  ['i love you', ['i love you', 'iloveyou']],
  ['monkeymonkey99', ['monkeymonkey99', 'monkeymonkey', 'monkey']],
  // As many separators as others are left out; where they are more, it is no word with dots.
  ['m-o-n-k-e-y-', ['m-o-n-k-e-y-', 'monkey', 'm-o-n-k-e-y']],
  ['-m-o-n-k-e-y-', ['-m-o-n-k-e-y-', 'm-o-n-k-e-y']],
  // Three letters are in too many others, and filler alone comes down to nothing.
  ['abc123!', ['abc123!']],
  ['2026-11-25!!!!!', ['2026-11-25!!!!!']],
])('%s is looked up as %j', (password, spellings) => {
  expect(commonSpellings(password)).toEqual(spellings);
});
