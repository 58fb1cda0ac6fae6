import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRepetitive, repeatedUnit } from '../../shared/credential/repetition.ts';

describe('isRepetitive', () => {
  it('is fewer than 5 distinct code points', () => {
    expect(isRepetitive('vqzkkqvzqvkzkqzv')).toBe(true);
    expect(isRepetitive('vqzkkqvzmvkzkqzv')).toBe(false);
  });

  it('is a unit of at most 8 code points, the last one cut or not', () => {
    const repeated = (unit: string, length: number) => unit.repeat(length).slice(0, length);
    expect(isRepetitive(repeated('vqzkhtbm', 15))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbm', 16))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbm', 21))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbmx', 18))).toBe(false);
    expect(isRepetitive(`${repeated('vqzkhtbm', 16)}x`)).toBe(false);
  });

  it('is found for every unit and length', () => {
    const letters = fc.constantFrom(...'vqzkhtbmxw');
    const unit = fc.array(letters, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(unit, fc.integer({ min: 15, max: 256 }), (text, length) => {
        expect(isRepetitive(text.repeat(length).slice(0, length))).toBe(true);
      }),
    );
  });
});

it.each([
  ['monkeymonkey', 'monkey'],
  ['manchestermanchester', 'manchester'],
  ['monkeymonke', 'monkey'],
  ['monkeymonk', undefined],
  ['monkey', undefined],
  ['🐶🍕🐶🍕', '🐶🍕'],
  ['aaaa', 'a'],
  ['a', 'a'],
  ['', undefined],
])('repeatedUnit of %j is %j', (text, unit) => {
  expect(repeatedUnit(text)).toBe(unit);
});
