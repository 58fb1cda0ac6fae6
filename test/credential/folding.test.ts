import { expect, it } from 'vitest';
import { fold, stripFillerAtEnds } from '../../shared/credential/policy/folding.ts';

it.each([
  ['Ægir Łukács', 'aegir lukacs'],
  ['ÐØÞĐĦŒ', 'dothdhoe'],
  ['Straße', 'strasse'],
  ['ΣΩΚΡΑΤΗΣ', 'σωκρατησ'],
  ['ＡＮＮＡ', 'anna'],
])('%s is compared as %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

it('filler is taken from both ends, and all of it where there is nothing else', () => {
  expect(stripFillerAtEnds('12 monkeys! 34')).toBe('monkeys');
  expect(stripFillerAtEnds('1234-!')).toBe('');
});
