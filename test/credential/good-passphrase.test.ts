import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { judgePassword } from '../../shared/credential/policy/password-policy.ts';
import { openPackagedList } from '../fixture/common-passwords.ts';

/** Checks diceware passphrases, always the same ones, which the policy must not refuse. */

const COMMON = openPackagedList();
const { resolve } = createRequire(import.meta.url);
const french: readonly string[] = JSON.parse(
  readFileSync(resolve('@zxcvbn-ts/language-fr/src/commonWords.json'), 'utf8'),
);

/** The EFF's long list, and French words of a length that dice lists have, by frequency. */
const LISTS = {
  English: dictionary['diceware-common'],
  French: french.filter((word) => /^\p{Letter}{4,9}$/u.test(word)).slice(0, 7776),
};
const WAYS: readonly (readonly [string, (words: readonly string[]) => string])[] = [
  ['with spaces', (words) => words.join(' ')],
  ['with hyphens', (words) => words.join('-')],
  ['joined', (words) => words.join('')],
  ['with capitals and a digit', (words) => `${words.map(capitalized).join('')}7`],
];
const ROUNDS = 400;

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Numbers as random as a hash, of a name. */
function wordsOf(list: readonly string[], count: number, name: string): string[] {
  const random = hash('sha512', name, 'buffer');
  return Array.from({ length: count }, (_, index) => {
    const word = list[random.readUInt32LE(4 * index) % list.length];
    if (word === undefined) throw new Error('the list is empty');
    return word;
  });
}

function judge(password: string) {
  return judgePassword({
    policy: { minLength: 15, maxLength: 256, history: 5 },
    password,
    context: {
      userName: 'camille.moreau@contoso.example',
      displayName: 'Camille Moreau',
      tenant: 'contoso.example',
    },
    isCommon: COMMON.has,
  });
}

describe.each(Object.entries(LISTS))('diceware passphrases of %s words', (language, list) => {
  it('come from a complete list of 7776 words', () => {
    expect(list).toHaveLength(7776);
  });

  it.each([4, 5, 6])('are all accepted with %i words', (count) => {
    const refused: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const words = wordsOf(list, count, `${language} ${count} ${round}`);
      for (const [, way] of WAYS) {
        const passphrase = way(words);
        const reasons = judge(passphrase);
        if (reasons.length > 0) refused.push(`${passphrase}: ${reasons}`);
      }
    }
    expect(refused).toEqual([]);
  });
});
