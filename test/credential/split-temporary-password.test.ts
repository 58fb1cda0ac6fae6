import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CROCKFORD_ALPHABET } from '../../shared/credential/crockford.ts';
import { judgePassword } from '../../shared/credential/policy/password-policy.ts';
import {
  generateSplitTemporaryPassword,
  generateTemporaryPassword,
  groupPart,
  groupTemporaryPassword,
} from '../../shared/credential/temporary-password.ts';
import {
  hasTypo,
  judgeTypedParts,
  parseTemporaryPassword,
} from '../../shared/credential/temporary-password-form.ts';

const LENGTH = 15;
/** Any split password that can be issued, fast-check's favourites of bytes included. */
const issued = fc.uint8Array({ minLength: 30, maxLength: 30 }).map((bytes) => {
  let taken = 0;
  return generateSplitTemporaryPassword((size) => {
    taken += size;
    return bytes.slice(taken - size, taken);
  });
});

const sample = generateSplitTemporaryPassword(randomBytes);
const [told, mailed] = [groupPart(sample.told), groupPart(sample.mailed)];

function withSymbol(text: string, at: number, symbol: string): string {
  return text.slice(0, at) + symbol + text.slice(at + 1);
}

/** Returns every text that differs from a part in one symbol. */
function slips(part: string): readonly string[] {
  return Array.from({ length: LENGTH }, (_, at) =>
    [...CROCKFORD_ALPHABET]
      .filter((symbol) => symbol !== part.charAt(at))
      .map((symbol) => withSymbol(part, at, symbol)),
  ).flat();
}

function swaps(part: string): readonly string[] {
  const places = Array.from({ length: LENGTH }, (_, at) => at);
  return places
    .flatMap((one) => places.slice(one + 1).map((other) => [one, other] as const))
    .map(([one, other]) =>
      withSymbol(withSymbol(part, one, part.charAt(other)), other, part.charAt(one)),
    )
    .filter((swapped) => swapped !== part);
}

function judge(password: string) {
  return judgePassword({
    policy: { minLength: 15, maxLength: 256, history: 5 },
    password,
    context: { userName: 'ana@contoso.example', displayName: 'Ana', tenant: 'contoso.example' },
    isCommon: () => false,
  });
}

describe('generateSplitTemporaryPassword', () => {
  it('draws two parts of 13 symbols and two check symbols, and a pair of four', () => {
    fc.assert(
      fc.property(issued, (split) => {
        const value = (text: string) =>
          Array.from(text).reduce(
            (sum, symbol) => sum * 32n + BigInt(CROCKFORD_ALPHABET.indexOf(symbol)),
            0n,
          );
        for (const part of [split.told, split.mailed]) {
          expect(part).toMatch(/^[0-9A-HJKMNP-TV-Z]{15}$/);
          expect(value(part.slice(13))).toBe(value(part.slice(0, 13)) % 1021n);
          expect(groupPart(part)).toMatch(/^(?:[0-9A-Z]{5}-){2}[0-9A-Z]{5}$/);
        }
        expect(split.pair).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
      }),
    );
  });

  it('joins both parts in ASCII order, whichever is drawn first', () => {
    fc.assert(
      fc.property(issued, ({ told, mailed, canonical }) => {
        expect(canonical).toBe([told, mailed].sort().join(''));
      }),
    );
  });

  it('draws each of the 30 symbols from a byte of its own', () => {
    const seen: string[] = [];
    for (let at = 0; at < 30; at += 1) {
      let taken = 0;
      const split = generateSplitTemporaryPassword((size) => {
        const bytes = Uint8Array.from({ length: size }, (_, index) => +(taken + index === at));
        taken += size;
        return bytes;
      });
      seen.push(split.told.slice(0, 13) + split.mailed.slice(0, 13) + split.pair);
    }
    expect(seen).toEqual(
      Array.from({ length: 30 }, (_, at) => withSymbol('0'.repeat(30), at, '1')),
    );
  });
});

describe('reading a split temporary password', () => {
  it('accepts both orders, in every spelling of each part, as one text', () => {
    const disguises: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => text.replaceAll('-', ''),
      (text) => text.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l'),
      (text) => `“${text}”`,
      (text) => `\u200b${text.replaceAll('-', ' – ')}. `,
      (text) => text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
    ];
    for (const one of disguises) {
      for (const other of disguises) {
        for (const between of ['', ' ', '\n', ' + ', ', ', ' / ']) {
          const text = one(told) + between + other(mailed);
          const turned = other(mailed) + between + one(told);
          for (const typed of [text, turned]) {
            expect(parseTemporaryPassword(typed), typed).toBe(sample.canonical);
            expect(hasTypo(typed)).toBe(false);
            expect(judge(typed)).toEqual(['temporary-password']);
          }
        }
      }
    }
  });

  it('rejects one part alone, a part too much, and a sign within a part', () => {
    const wrong = [told, mailed, `${told}${mailed}${told}`, `${told}0${mailed}`];
    for (const text of [...wrong, `${told.slice(0, 4)}.${told.slice(4)}${mailed}`]) {
      expect(parseTemporaryPassword(text), text).toBeUndefined();
      expect(hasTypo(text)).toBe(false);
    }
  });

  it('detects every single wrong symbol and every swap within a part', () => {
    fc.assert(
      fc.property(issued, (split) => {
        for (const wrong of [...slips(split.told), ...swaps(split.told)]) {
          expect(parseTemporaryPassword(wrong + split.mailed)).toBeUndefined();
          expect(parseTemporaryPassword(split.mailed + wrong)).toBeUndefined();
          expect(hasTypo(wrong + split.mailed)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('judging two fields', () => {
  it('finds every single wrong symbol and every swap in the part that has it', () => {
    fc.assert(
      fc.property(issued, (split) => {
        for (const wrong of [...slips(split.told), ...swaps(split.told)]) {
          const here = { isInOneField: false };
          const [one, other] = [groupPart(wrong), groupPart(split.mailed)];
          expect(judgeTypedParts(one, other)).toEqual({ ...here, first: 'wrong' });
          expect(judgeTypedParts(other, one)).toEqual({ ...here, second: 'wrong' });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('finds the part with a wrong symbol where both were typed into one field', () => {
    const wrong = groupPart(slips(sample.mailed)[0] ?? '');
    const here = { isInOneField: true };
    const both = `${told} ${wrong}`;
    expect(judgeTypedParts(both, '')).toEqual({ ...here, second: 'wrong' });
    expect(judgeTypedParts('', both)).toEqual({ ...here, second: 'wrong' });
    expect(judgeTypedParts(`${wrong} ${told}`, ' ')).toEqual({ ...here, first: 'wrong' });
    expect(judgeTypedParts(`${wrong} ${wrong}`, '')).toEqual({
      ...here,
      first: 'wrong',
      second: 'wrong',
    });
    expect(judgeTypedParts(`${told} ${told}`, '')).toEqual({ ...here, second: 'same' });
  });

  it('returns a text that signs in, wherever the parts were typed', () => {
    for (const [first, second] of [
      [told, mailed],
      [mailed, told],
      [`“${told}”`, `${mailed.toLowerCase()}.`],
      [`${told}${mailed}`, ''],
      [' ', `${mailed}, ${told}`],
    ] as const) {
      const judged = judgeTypedParts(first, second);
      expect('password' in judged && parseTemporaryPassword(judged.password)).toBe(
        sample.canonical,
      );
    }
  });

  it('reports one part alone, the same part twice, and parts of a wrong length', () => {
    const judged = (first: string, second: string) => judgeTypedParts(first, second);
    expect(judged(told, '')).toEqual({ isInOneField: false, second: 'missing' });
    expect(judged('', told)).toEqual({ isInOneField: false, first: 'missing' });
    expect(judged('', ' - ')).toEqual({
      isInOneField: false,
      first: 'missing',
      second: 'missing',
    });
    expect(judged(told, told.toLowerCase())).toEqual({ isInOneField: false, second: 'same' });
    expect(judged(told.slice(1), `${mailed}0`)).toEqual({
      isInOneField: false,
      first: 'short',
      second: 'long',
    });
    expect(judged(`${told}é`, mailed)).toEqual({ isInOneField: false, first: 'unreadable' });
  });

  it('accepts a whole password in one field, and finds its wrong symbol', () => {
    const whole = groupTemporaryPassword(generateTemporaryPassword(randomBytes));
    const wrong = whole.slice(0, -1) + (whole.endsWith('7') ? '8' : '7');
    expect(judgeTypedParts('', whole)).toEqual({ password: whole });
    expect(judgeTypedParts(wrong, '')).toEqual({ isInOneField: true, whole: 'wrong' });
    expect(judgeTypedParts(whole, told)).toEqual({ isInOneField: false, first: 'long' });
  });
});
