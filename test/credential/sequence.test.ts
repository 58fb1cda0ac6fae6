import { describe, expect, it } from 'vitest';
import { fold } from '../../shared/credential/policy/folding.ts';
import { isSequential } from '../../shared/credential/policy/sequence.ts';

describe('isSequential', () => {
  it('compares runs of 4 and more with the rest of the text', () => {
    expect(isSequential('23456789vqzkhtb')).toBe(true);
    expect(isSequential('23456789vqzkhtbm')).toBe(false);
    expect(isSequential('2345678vqzkhtbm')).toBe(false);
    expect(isSequential('2345vqz6789kht9876')).toBe(true);
    expect(isSequential('234vqz678kht987bmx')).toBe(false);
  });

  it('needs 8 code points in runs, with or without separators', () => {
    expect(isSequential('1.2.3.4.5.6.7.8')).toBe(true);
    expect(isSequential('.1.2.3.4.5.6.7.')).toBe(false);
    expect(isSequential('12345678')).toBe(true);
    expect(isSequential('1234567')).toBe(false);
    expect(isSequential('')).toBe(false);
  });

  it('ignores filler around the runs, up to the length of the runs', () => {
    expect(isSequential('2024!abcdefghijkl!2024')).toBe(true);
    expect(isSequential('8472-9913abcdefgh')).toBe(true);
    expect(isSequential('8472-9913-abcdefgh')).toBe(true);
    expect(isSequential('8472-9913-0571abcdefgh')).toBe(false);
  });

  it('ignores digits beside digit runs up to a third of the text', () => {
    expect(isSequential('123456789048261')).toBe(true);
    expect(isSequential('0482612345678048261')).toBe(false);
    expect(isSequential('2024147258369147258369')).toBe(true);
  });

  it('needs five code points in each of two interleaved runs', () => {
    expect(isSequential('1a2b3c4d5e')).toBe(true);
    expect(isSequential('1a2b3c4d9q8z7x6w')).toBe(false);
  });

  it.each([
    ['goes round', '6789012345678901'],
    ['goes backwards', 'poiuytrewqlkjhgf'],
    ['stutters', '1122334455667788'],
    ['has capitals', 'AbCdEfGhIjKlMnOp'],
    ['has spaces', 'q w e r t y u i o p'],
    ['is a column', 'zaq1xsw2cde3vfr4'],
    ['is of a keypad', '147258369963852741'],
    ['is two, interleaved', '1a2b3c4d5e6f7g8h'],
    ['is two, one of them backwards', '1h2g3f4e5d6c7b8a'],
    ['is German', 'yxcvbnmqwertzuiopü'],
    ['is French', 'wxcvbnazertyuiop'],
  ])('finds a run that %s', (_, password) => {
    expect(isSequential(fold(password))).toBe(true);
  });

  // Four in a row that are neighbours on one ring alone, again and again.
  it.each([
    ...['4567', 'mnop', 'opqw', 'klas', 'nmzx', '@#$%'],
    ...['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'],
    ...['pqwe', 'nmyx', '"§$%', '8369', '7412'],
    ...['opaz', 'lmqs', 'bnwx', '&é"\''],
  ])('finds the ring of %s in both directions', (run) => {
    expect(isSequential(fold(run.repeat(4)))).toBe(true);
    expect(isSequential([...fold(run.repeat(4))].toReversed().join(''))).toBe(true);
  });
});
