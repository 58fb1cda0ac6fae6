import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRepetitive, repeatedUnit } from '../../shared/credential/policy/repetition.ts';

describe('isRepetitive', () => {
  it('finds fewer than 5 distinct code points repetitive', () => {
    expect(isRepetitive('vqzkkqvzqvkzkqzv')).toBe(true);
    expect(isRepetitive('vqzkkqvzmvkzkqzv')).toBe(false);
  });

  it('finds a repeated unit of at most 8 code points, even if cut', () => {
    const repeated = (unit: string, length: number) => unit.repeat(length).slice(0, length);
    expect(isRepetitive(repeated('vqzkhtbm', 15))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbm', 16))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbm', 21))).toBe(true);
    expect(isRepetitive(repeated('vqzkhtbmx', 18))).toBe(false);
    expect(isRepetitive(`${repeated('vqzkhtbm', 16)}dfgjlnp`)).toBe(true);
    expect(isRepetitive(`${repeated('vqzkhtbm', 16)}dfgjlnpr`)).toBe(false);
    expect(isRepetitive(`${repeated('vqzkhtbm', 15)}d`)).toBe(false);
  });

  it('ignores filler around a pattern, up to the length of the pattern', () => {
    expect(isRepetitive('abababababab123')).toBe(true);
    expect(isRepetitive('2024-abababababab-2024')).toBe(true);
    expect(isRepetitive('8472-9913-5083-6294-abababababab')).toBe(false);
    expect(isRepetitive('abababc8472x9913y')).toBe(false);
    expect(isRepetitive('abbcaddbaccdbda2024')).toBe(true);
    expect(isRepetitive('abbcaddbaccdbd2024')).toBe(false);
    expect(isRepetitive('mississippi2024')).toBe(false);
  });

  it('finds a repeated unit of every length in texts of every length', () => {
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
])('finds in %j the unit %j', (text, unit) => {
  expect(repeatedUnit(text)).toBe(unit);
});

it('finds the smallest repeated unit of every text of two letters, up to twelve', () => {
  /** By looking at every length of a unit. */
  const slowly = (text: string): string | undefined => {
    const lengths = Array.from(text, (_, index) => index + 1);
    const isPeriod = (length: number) =>
      [...text].every((letter, at) => at < length || letter === text[at - length]);
    const period = lengths.find(isPeriod) ?? 1;
    return text.length >= 2 * period - 1 ? text.slice(0, period) : undefined;
  };
  const wrong: string[] = [];
  for (let length = 1; length <= 12; length += 1) {
    for (let bits = 0; bits < 2 ** length; bits += 1) {
      const text = bits.toString(2).padStart(length, '0');
      if (repeatedUnit(text) !== slowly(text)) wrong.push(text);
    }
  }
  expect(wrong).toEqual([]);
});
