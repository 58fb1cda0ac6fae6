import { describe, expect, it } from 'vitest';
import { portalEn } from '../../functions/portal/text/en.ts';
import { portalFr } from '../../functions/portal/text/fr.ts';
import { fr } from '../../shared/http/text/fr.ts';

/** The rules of the two languages that a machine can hold; the rest is read by people. */

/** Every sentence of a catalogue; those that are functions get numbers. */
function sentencesOf(catalogue: unknown): readonly string[] {
  if (typeof catalogue === 'string') return [catalogue];
  if (typeof catalogue === 'function') return sentencesOf(catalogue(7, 9));
  if (typeof catalogue !== 'object' || catalogue === null) return [];
  return Object.values(catalogue).flatMap(sentencesOf);
}

const FRENCH = [...sentencesOf(portalFr), ...sentencesOf(fr)];

/** The terms of Microsoft's French admin pages, and what they stand against. */
const NOT_SAID: readonly RegExp[] = [
  /(?<!ne )\bchang(?:e|er|ez|é|ée|ement)\b/i,
  /\bréglages?\b/i,
  /(?<!ne |le )\bvoyez\b/i,
  /Agent d’assistance/,
  /Administrateur des utilisateurs/,
  /terminer (?:les|toutes les) sessions/i,
  /\bse connecter comme\b/i,
];
/** A woman, and a name that begins with a vowel, must be right too. */
const AGREEING: readonly RegExp[] = [
  /\{name\} (?:est|a été) \p{L}+/u,
  /\b[Vv]ous (?:êtes|avez été) \p{L}+[ée]\b/u,
  /\bvous seul\b/,
  /\b[dl](?:e|’) ?\{(?:name|tenant)\}/,
];

describe('the French texts', () => {
  it('set the spaces that must not break before : ; ? ! and inside « »', () => {
    const isWrong = (text: string) =>
      /(?<!\u202f)[;?!]/.test(text) || / :/.test(text) || /« |(?<!\u00a0)»/.test(text);
    expect(FRENCH.filter(isWrong)).toEqual([]);
  });

  it('set a space that does not break between a number and its unit', () => {
    expect(Object.values(portalFr.duration).flatMap(sentencesOf).join()).not.toContain('} ');
  });

  it.each(AGREEING)('agree with no person and elide no name: %s', (pattern) => {
    expect(FRENCH.filter((text) => pattern.test(text))).toEqual([]);
  });

  it.each(NOT_SAID)('use the terms of the admin pages, not %s', (pattern) => {
    expect(FRENCH.filter((text) => pattern.test(text))).toEqual([]);
  });
});

describe('both languages', () => {
  it('say what the help page says', () => {
    expect(portalFr.user.reset).toBe('Réinitialiser le mot de passe');
    expect(portalFr.shell.users).toBe('Gestion des utilisateurs');
    expect(portalFr.shell.profile).toBe('Mon profil');
    expect([portalEn.user.reset, portalEn.shell.users]).toEqual([
      'Reset password',
      'User management',
    ]);
  });

  it('fill in the same values', () => {
    const values = (texts: readonly string[]) =>
      texts.map((text) => [...new Set(text.match(/\{\w+\}/g))].toSorted().join());
    const english = values(sentencesOf(portalEn));
    const french = values(sentencesOf(portalFr));
    expect(french.length).toBe(english.length);
  });
});
