import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CROCKFORD_ALPHABET } from '../../shared/credential/crockford.ts';
import {
  generateTemporaryPassword,
  groupTemporaryPassword,
  spokenForm,
} from '../../shared/credential/temporary-password.ts';
import { parseTemporaryPassword } from '../../shared/credential/temporary-password-form.ts';
import { en } from '../../shared/http/text/en.ts';
import { fr } from '../../shared/http/text/fr.ts';

const LENGTH = 28;
/** Any temporary password that can be issued, fast-check's favourites of bytes included. */
const issued = fc
  .uint8Array({ minLength: 26, maxLength: 26 })
  .map((bytes) => generateTemporaryPassword(() => bytes));
const place = fc.integer({ min: 0, max: LENGTH - 1 });

function withSymbol(text: string, at: number, symbol: string): string {
  return text.slice(0, at) + symbol + text.slice(at + 1);
}

function swapped(text: string, one: number, other: number): string {
  return withSymbol(withSymbol(text, one, text.charAt(other)), other, text.charAt(one));
}

describe('generateTemporaryPassword', () => {
  it('returns 26 random and two check symbols, shown in seven groups of four', () => {
    fc.assert(
      fc.property(issued, (canonical) => {
        const display = groupTemporaryPassword(canonical);
        expect(canonical).toMatch(/^[0-9A-HJKMNP-TV-Z]{28}$/);
        expect(display).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(display.replaceAll('-', '')).toBe(canonical);
      }),
    );
  });

  it('computes the check as the whole number modulo 1021', () => {
    fc.assert(
      fc.property(issued, (canonical) => {
        const value = (text: string) =>
          Array.from(text).reduce(
            (sum, symbol) => sum * 32n + BigInt(CROCKFORD_ALPHABET.indexOf(symbol)),
            0n,
          );
        expect(value(canonical.slice(26))).toBe(value(canonical.slice(0, 26)) % 1021n);
      }),
    );
  });

  it('matches published test vectors, for front ends to check against', () => {
    const display = (byteAt: (index: number) => number) =>
      groupTemporaryPassword(
        generateTemporaryPassword((length) =>
          Uint8Array.from({ length }, (_, index) => byteAt(index)),
        ),
      );
    expect(display(() => 0)).toBe('0000-0000-0000-0000-0000-0000-0000');
    expect(display(() => 31)).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZGX');
    expect(display((index) => index)).toBe('0123-4567-89AB-CDEF-GHJK-MNPQ-RSJR');
  });

  it('has no bias: each symbol comes from exactly 8 of the 256 byte values', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const canonical = generateTemporaryPassword((size) => new Uint8Array(size).fill(byte));
      counts.set(canonical.charAt(0), (counts.get(canonical.charAt(0)) ?? 0) + 1);
      expect(new Set(canonical.slice(0, 26)).size).toBe(1);
    }
    expect([...counts.keys()].sort().join('')).toBe([...CROCKFORD_ALPHABET].sort().join(''));
    expect(new Set(counts.values())).toEqual(new Set([8]));
  });

  it('uses every symbol at every place, and never I, L, O or U', () => {
    const seen = Array.from({ length: 26 }, () => new Set<string>());
    const all = new Set<string>();
    // A symbol is missed at a place with 2000 tries at (31/32)^2000 < 1e-27.
    for (let round = 0; round < 2000; round += 1) {
      const canonical = generateTemporaryPassword(randomBytes);
      expect(canonical).not.toMatch(/[ILOU]/);
      expect(all.has(canonical)).toBe(false);
      all.add(canonical);
      for (const [at, symbols] of seen.entries()) symbols.add(canonical.charAt(at));
    }
    expect(seen.map((symbols) => symbols.size)).toEqual(Array(26).fill(32));
  });

  it('throws if the generator returns too few or too many bytes', () => {
    expect(() => generateTemporaryPassword(() => new Uint8Array(25))).toThrow(RangeError);
    expect(() => generateTemporaryPassword(() => new Uint8Array(25))).toThrow('not give 26 bytes');
    expect(() => generateTemporaryPassword(() => new Uint8Array(27))).toThrow(RangeError);
  });
});

describe('parseTemporaryPassword', () => {
  it('reads exactly 28 symbols, or two parts, even if a shorter text has a right check', () => {
    expect(parseTemporaryPassword('0'.repeat(28))).toBe('0'.repeat(28));
    for (const length of [0, 1, 2, 15, 26, 27, 29, 31]) {
      expect(parseTemporaryPassword('0'.repeat(length))).toBeUndefined();
    }
  });

  it('reads the displayed text in every forgiving spelling', () => {
    const look = (symbol: string) =>
      fc.constantFrom(
        ...({ 0: ['0', 'O', 'o'], 1: ['1', 'I', 'i', 'L', 'l'] }[symbol] ?? [symbol]),
      );
    const separator = fc.constantFrom('', '', '', '-', ' ', ' - ', '\t', '\u00a0', '\u2011', '–');
    const spelling = issued.chain((canonical) =>
      fc
        .tuple(
          ...Array.from(canonical, (symbol) => fc.tuple(separator, look(symbol), fc.boolean())),
        )
        .map((parts) => ({
          canonical,
          text: parts
            .map(([between, symbol, lower]) => between + (lower ? symbol.toLowerCase() : symbol))
            .join(''),
        })),
    );
    fc.assert(
      fc.property(spelling, separator, ({ canonical, text }, end) => {
        expect(parseTemporaryPassword(text + end)).toBe(canonical);
      }),
    );
  });

  it('detects every single wrong symbol', () => {
    fc.assert(
      fc.property(issued, (canonical) => {
        for (let at = 0; at < LENGTH; at += 1) {
          for (const symbol of CROCKFORD_ALPHABET) {
            const wrong = withSymbol(canonical, at, symbol);
            expect(parseTemporaryPassword(wrong)).toBe(wrong === canonical ? canonical : undefined);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('detects every swap of two different symbols, at any places', () => {
    fc.assert(
      fc.property(issued, (canonical) => {
        for (let one = 0; one < LENGTH; one += 1) {
          for (let other = one + 1; other < LENGTH; other += 1) {
            const wrong = swapped(canonical, one, other);
            expect(parseTemporaryPassword(wrong)).toBe(wrong === canonical ? canonical : undefined);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has place weights that neither repeat nor cancel out modulo 1021', () => {
    // A swap changes the number by (a − b)·(weight − weight'), where |a − b| < 32 and 1021 is
    // prime; a check symbol counts against the others, with the weight 32 or 1.
    const weights = Array.from({ length: 26 }, (_, power) => Number(32n ** BigInt(power) % 1021n));
    expect(new Set(weights).size).toBe(26);
    for (const check of [1, 32]) expect(weights).not.toContain(1021 - check);
  });

  it('rejects one symbol too few, one too many, and an unknown one', () => {
    fc.assert(
      fc.property(issued, place, (canonical, at) => {
        expect(parseTemporaryPassword(canonical.slice(1))).toBeUndefined();
        expect(parseTemporaryPassword(`0${canonical}`)).toBeUndefined();
        for (const symbol of ['U', 'u', '*', '.', 'é', 'ſ', '²', '']) {
          expect(parseTemporaryPassword(withSymbol(canonical, at, symbol))).toBeUndefined();
        }
      }),
    );
    for (const text of ['', '-', ' ', 'correct horse battery staple']) {
      expect(parseTemporaryPassword(text)).toBeUndefined();
    }
  });

  it('rejects letters that only upper-casing turns into the alphabet', () => {
    // U+017F becomes S and U+0131 becomes I.
    const canonical = generateTemporaryPassword((size) => new Uint8Array(size).fill(25));
    expect(canonical.startsWith('SSSS')).toBe(true);
    expect(parseTemporaryPassword(canonical.replaceAll('S', '\u017f'))).toBeUndefined();
    const ones = generateTemporaryPassword((size) => new Uint8Array(size).fill(1));
    expect(parseTemporaryPassword(ones.replace('1', '\u0131'))).toBeUndefined();
  });
});

describe('spokenForm', () => {
  const DIGITS = 'Zero One Two Three Four Five Six Seven Eight Nine'.split(' ');

  it('has one word for each symbol, which begins with the letter', () => {
    const words = spokenForm(CROCKFORD_ALPHABET, DIGITS);
    expect(words).toHaveLength(32);
    expect(new Set(words).size).toBe(32);
    for (const [index, symbol] of Array.from(CROCKFORD_ALPHABET).entries()) {
      if (/[A-Z]/.test(symbol)) expect(words[index]?.charAt(0)).toBe(symbol);
    }
    expect(words.slice(0, 10)).toEqual(DIGITS);
  });

  it('returns the words of the contract', () => {
    expect(spokenForm('X7JA', DIGITS)).toEqual(['X-ray', 'Seven', 'Juliett', 'Alfa']);
  });

  it('returns digits in the words of the answer’s language', () => {
    expect(spokenForm('X7J0', fr.spokenDigits)).toEqual(['X-ray', 'Sept', 'Juliett', 'Zéro']);
    expect(spokenForm('X7J0', en.spokenDigits)).toEqual(['X-ray', 'Seven', 'Juliett', 'Zero']);
  });

  it('throws for a text that is not canonical', () => {
    for (const text of ['x', '-', 'U', 'O'])
      expect(() => spokenForm(text, DIGITS)).toThrow('not the canonical spelling');
  });
});
