import { describe, expect, it } from 'vitest';
import {
  isBuiltAroundContext,
  type PasswordContext,
} from '../../shared/credential/policy/context-word.ts';
import { fold } from '../../shared/credential/policy/folding.ts';

const ZOE: PasswordContext = {
  userName: 'zoe.muller-lukacs@my-shop.contoso.example',
  displayName: 'Zoë Müller Łukács',
  tenant: 'my-shop.contoso.example',
};

function isBuilt(
  password: string,
  context = ZOE,
  isCommon: (word: string) => boolean = () => false,
): boolean {
  return isBuiltAroundContext(fold(password), context, isCommon);
}

describe('isBuiltAroundContext', () => {
  const of = (userName: string, displayName: string): PasswordContext => ({
    userName,
    displayName,
    tenant: userName.slice(userName.indexOf('@') + 1),
  });

  it('counts context words from 4 letters on', () => {
    expect(isBuilt('rosa-2024-08-31-', of('rosa@ab.cd', 'R'))).toBe(true);
    expect(isBuilt('ros-2024-08-31--', of('ros@ab.cd', 'R'))).toBe(false);
    // What stands before the @, and each label of the domain, is a word of its own.
    const short = of('jo.an.na@big-co-in.ab.example', 'R');
    expect(isBuilt('joanna 1985-02-17', short)).toBe(true);
    expect(isBuilt('bigcoin 1985-02-17', short)).toBe(true);
    // Short parts are one word together, as people write them.
    expect(isBuilt('Li Wei 1985-02-17', of('x1@ab.cd', 'Li Wei'))).toBe(true);
  });

  it('accepts a password with 8 code points besides the context words', () => {
    expect(isBuilt('contoso vqzkhtb 24')).toBe(true);
    expect(isBuilt('contoso vqzkhtbm 24')).toBe(false);
    expect(isBuilt('contoso 🐶🍕🎸🚗🏠📚🌵 2')).toBe(true);
    expect(isBuilt('contoso 🐶🍕🎸🚗🏠📚🌵🎲 2')).toBe(false);
  });

  it.each([...['0o', '3e', '4a', '5s', '7t', '@a', '$s'], ...['1i', '!i', '1l', '!l']])(
    'reads context words through lookalikes: %s',
    (pair) => {
      const [symbol, letter] = [...pair];
      const context = of('x1@ab.cd', `kv${letter}xz`);
      expect(isBuilt(`kv${symbol}xz 1985-02-17`, context)).toBe(true);
      expect(isBuilt('kv-xz 1985-02-17', context)).toBe(false);
    },
  );

  it('counts a repeated rest once', () => {
    expect(isBuilt('contoso vqzkh 24 contoso vqzkh 24')).toBe(true);
    expect(isBuilt('contoso vqzkhtbm contoso vqzkhtbm')).toBe(false);
  });

  it('does not count a common rest as the user’s own', () => {
    const isCommon = (word: string) => word === 'vqzkhtbm';
    expect(isBuilt('contoso vqzkhtbm 24', ZOE, isCommon)).toBe(true);
    expect(isBuilt('contoso vqzkhtbn 24', ZOE, isCommon)).toBe(false);
  });

  it.each([
    ['Straße Grüße', 'STRASSE-GRUSSE-2024'],
    ['Søren Ærø', 'soren aero 2024 !'],
    ['Σωκράτης', 'ΣΩΚΡΑΤΗΣ-2024-08'],
    ['Иван Фёдоров', 'федоров-2024-08-31'],
    ['김민준이야', '김민준이야 2024-08-31'],
    ['ＡＮＮＡＭＡＲＩＡ', 'annamaria-2024-08'],
  ])('finds context words of %s in %s', (displayName, password) => {
    expect(isBuilt(password, of('x1@ab.cd', displayName))).toBe(true);
  });

  it('matches a display name that has no word in it', () => {
    const context = of('x1@ab.cd', '1 2-3 5/8 13 21+34');
    expect(isBuilt('1 2-3 5/8 13 21+34', context)).toBe(true);
    expect(isBuilt('1 2-3 5/8 13 21+55', context)).toBe(false);
  });
});
