import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWordRowKey, wordRowKey } from '../../shared/azure/table/account-key.ts';
import { parseUserName, type UserName } from '../../shared/credential/name.ts';
import {
  INDEXED_WORDS_MAX,
  indexedWords,
  Search,
  wordKey,
  wordsIn,
} from '../../shared/credential/search-word.ts';

function nameOf(text: string): UserName {
  const userName = parseUserName(text);
  if (userName === undefined) throw new Error(`not a user name: ${text}`);
  return userName;
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('words', () => {
  it.each([
    ['Ana María ÜNAL', 'ana maria unal'],
    ['O’Neil-Smith, Jr.', 'o neil smith jr'],
    ['Cœur STRAẞE Straße Øre Łukasz Æsir', 'coeur strasse strasse ore lukasz aesir'],
    ['ＷＩＤＥ ﬁne e\u0301le\u0300ve ıstanbul İzmir', 'wide fine eleve istanbul izmir'],
    ['山田 太郎 Ελένη Наталья', '山田 太郎 ελενη наталья'],
    ['ana.silva_42+x@mail.example', 'ana silva 42 x mail example'],
    ['soft\u00adhyphen zero\u200bwidth', 'softhyphen zerowidth'],
    ['!! -- \u202e 🙂', ''],
    ['', ''],
  ])('of %j are %j', (text, words) => {
    expect(wordsIn(text).join(' ')).toBe(words);
  });

  it('of a user are 12 of the display name and 4 of the user name and of each address', () => {
    const letters = [...'abcdefghijklmnop'];
    const user = {
      displayName: letters.join(' '),
      userName: nameOf(`${letters.map((letter) => `u${letter}`).join('.')}@contoso.example`),
      email: `${letters.map((letter) => `m${letter}`).join('.')}@mail.example`,
      secondEmail: `${letters.map((letter) => `s${letter}`).join('.')}@mail.example`,
    };
    const others = ['u', 'm', 's'].flatMap((from) => ['a', 'b', 'c', 'd'].map((to) => from + to));
    const expected = [...letters.slice(0, 12), ...others];
    expect(indexedWords(user)).toEqual(expected.sort());
    expect(expected).toHaveLength(INDEXED_WORDS_MAX);
  });

  it('of a user leave the domain of the user name out, and have each word once', () => {
    const user = { displayName: 'Ana Ana', userName: nameOf('ana@contoso.example') };
    expect(indexedWords({ ...user, email: undefined })).toEqual(['ana']);
    expect(indexedWords({ ...user, email: 'ana@mail.example' })).toEqual([
      'ana',
      'example',
      'mail',
    ]);
  });
});

describe('the key of a word', () => {
  it('is the key of a row that a table takes, and is read back', () => {
    const local = `${'#'.repeat(63)}a`;
    const domain = `${`${'d'.repeat(60)}.`.repeat(3)}example`;
    const userName = nameOf(`${local}@${domain}`.slice(0, 254));
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constant('𠀀'.repeat(120))), (text) => {
        for (const word of wordsIn(text)) {
          const key = wordKey(word);
          const rowKey = wordRowKey(key, userName);
          expect(rowKey).toMatch(/^word:[0-9a-z~]+\.[!-~]+$/);
          expect(rowKey).not.toMatch(/[/\\#?]/);
          expect(rowKey.length).toBeLessThanOrEqual(512);
          expect(parseWordRowKey(rowKey)).toEqual({ key, userName });
        }
      }),
    );
    expect(wordKey('𠀀'.repeat(51))).toBe(wordKey('𠀀'.repeat(50)));
    expect(wordKey('a'.repeat(50))).not.toBe(wordKey('a'.repeat(49)));
  });

  it('begins with the key of what the word begins with, and orders by code points', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(10), (text, other, length) => {
        const [one = '', two = ''] = [...wordsIn(text), ...wordsIn(other)];
        const begin = Array.from(one).slice(0, length).join('');
        expect(wordKey(one).startsWith(wordKey(begin))).toBe(true);
        const points = (word: string) => Array.from(word, (point) => point.codePointAt(0) ?? 0);
        const [left, right] = [points(one).slice(0, 50), points(two).slice(0, 50)];
        const at = left.findIndex((point, index) => point !== right[index]);
        const isLess = at < 0 ? left.length < right.length : (left[at] ?? 0) < (right[at] ?? -1);
        expect(wordKey(one) < wordKey(two)).toBe(isLess);
      }),
    );
  });

  it.each(['word:', 'word:.a@x.example', 'word:a', 'word:A.a@x.example', 'word:a.b', 'user:a.b'])(
    'returns no word of the row key %s',
    (text) => {
      expect(parseWordRowKey(text)).toBeUndefined();
    },
  );
});

describe('a search', () => {
  const words = ['alvarez', 'ana', 'anabel', 'silva'];
  const metAt = (text: string) => words.filter((word) => new Search(text).isMetAt(word, words));

  it.each([
    ['a', ['alvarez']],
    ['an', ['ana']],
    ['ANA', ['ana']],
    ['anab', ['anabel']],
    ['silva an', ['silva']],
    ['an silv', ['silva']],
    ['ana ana', ['ana']],
    ['x', []],
    ['ana x', []],
    ['', []],
    ['¿?', []],
  ])('for %j is met at %j, once', (text, expected) => {
    expect(metAt(text)).toEqual(expected);
  });

  it('is led by the longest word, of equals the first', () => {
    expect(new Search('a bcd efg').lead).toBe('bcd');
    expect(new Search('-').lead).toBeUndefined();
  });

  it('compares what is beyond the length of a key', () => {
    const long = 'a'.repeat(60);
    expect(new Search(long).isMetAt(wordKey(long), [long])).toBe(true);
    expect(new Search(`${long}b`).isMetAt(wordKey(long), [long])).toBe(false);
    const both = [`${long}b`, `${long}c`];
    expect(new Search(`${long}c`).isMetAt(wordKey(long), both)).toBe(true);
  });
});
