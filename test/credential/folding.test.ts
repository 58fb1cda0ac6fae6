import { expect, it } from 'vitest';
import { fold, stripFillerAtEnds } from '../../shared/credential/policy/folding.ts';

it.each([
  ['Ægir Łukács', 'aegir lukacs'],
  ['ÐØÞĐĦŒ', 'dothdhoe'],
  ['Straße', 'strasse'],
  ['ΣΩΚΡΑΤΗΣ', 'σωκρατησ'],
  ['ＡＮＮＡ', 'anna'],
])('folds %s to %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

it('strips filler at both ends, and a text of filler to nothing', () => {
  expect(stripFillerAtEnds('12 monkeys! 34')).toBe('monkeys');
  expect(stripFillerAtEnds('1234-!')).toBe('');
});
