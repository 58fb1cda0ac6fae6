import { describe, expect, it } from 'vitest';
import { initialsOf, shownName } from '../../functions/portal/script/name.ts';
import { fill } from '../../functions/portal/script/text.ts';

const userName = 'ana@contoso.example';
const shown = (displayName: string) => shownName({ displayName, userName });

describe('a name on the page', () => {
  it('is the display name without characters that reverse the text after it', () => {
    expect(shown('Ana Silva')).toBe('Ana Silva');
    expect(shown('Ann \u202eecilA nimda')).toBe('Ann ecilA nimda');
    expect(shown('\u2066a\u2069b\u202ac\u202c')).toBe('abc');
  });

  it('is the user name if the display name shows nothing', () => {
    for (const blank of [' ', '\u00a0', '\u200b\u200b', '\u202e', '\u0301']) {
      expect(shown(blank)).toBe(userName);
    }
    expect(shown('🦊')).toBe('🦊');
  });

  it('isolates a right-to-left name in a sentence', () => {
    expect(fill('Delete {name}?', { name: 'Ana' })).toBe('Delete Ana?');
    expect(fill('Delete {name}?', { name: 'דנה' })).toBe('Delete \u2068דנה\u2069?');
    expect(fill('{a}{b}', { a: 1 })).toBe('1{b}');
  });

  it('has initials made of letters and digits only', () => {
    expect(initialsOf('Ana María Silva')).toBe('AS');
    expect(initialsOf('(ana) "bo"')).toBe('AB');
    expect(initialsOf('山田太郎')).toBe('山');
    expect(initialsOf('👩‍👧 Família 🏳️‍🌈')).toBe('F');
    expect(initialsOf('🦊')).toBe('');
  });
});
