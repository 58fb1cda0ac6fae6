import { describe, expect, it } from 'vitest';
import { portalEn } from '../../functions/portal/text/en.ts';
import { portalFr } from '../../functions/portal/text/fr.ts';
import { en } from '../../shared/http/text/en.ts';
import { fr } from '../../shared/http/text/fr.ts';

/** A text of a catalogue by its path; of one that is filled in, what numbers and a name make. */
function sentencesOf(entry: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof entry === 'string') return [[path, entry]];
  if (typeof entry === 'function') return sentencesOf(entry(15, 256), path);
  if (typeof entry !== 'object' || entry === null) throw new TypeError(`not a text: ${path}`);
  return Object.entries(entry).flatMap(([name, inner]) =>
    sentencesOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

const ENGLISH = sentencesOf({ ...en, portal: portalEn }, '');
const FRENCH = new Map(sentencesOf({ ...fr, portal: portalFr }, ''));

/** The texts that are alike in both languages. */
const ALIKE: readonly string[] = [
  'spokenDigits.6',
  'page.codeLabel',
  'portal.titlePattern',
  'portal.shell.menu',
  'portal.shell.organisation',
  'portal.users.actions',
  'portal.reset.ticket',
  'portal.profile.organisation',
  'portal.profile.sessions',
  'portal.resets.csv.14',
  'portal.organisation.title',
  'portal.events.when',
  'portal.events.what',
  'portal.events.eventType',
  'portal.events.detail.ticket',
  'portal.events.csv.2',
  'portal.events.csv.3',
];

describe('the French catalogue', () => {
  it('has every text of the English one', () => {
    expect(ENGLISH.length).toBeGreaterThan(300);
    expect([...FRENCH.keys()]).toEqual(ENGLISH.map(([path]) => path));
  });

  it('has no English text, except those on a short list', () => {
    const alike = ENGLISH.filter(([path, sentence]) => FRENCH.get(path) === sentence);
    expect(alike.map(([path]) => path)).toEqual(ALIKE);
    // Words and patterns at most; a sentence has more.
    expect(alike.filter(([, sentence]) => sentence.split(' ').length > 3)).toEqual([]);
  });

  /** Paths of French sentences in which `mistake` is found. */
  const withMistake = (mistake: RegExp) =>
    [...FRENCH].filter(([, sentence]) => mistake.test(sentence)).map(([path]) => path);

  it('keeps punctuation and units on one line by a no-break space', () => {
    const loose = / [;:!?]|\{n\} (?:min|h|s|jours?)\b|« | »/;
    expect(withMistake(loose)).toEqual([]);
    expect(loose.test('Supprimer ce compte ?')).toBe(true);
    const unspaced = /[\p{L}\p{N}}][;!?]|[\p{L}}]:(?!\/\/)/u;
    expect(withMistake(unspaced)).toEqual([]);
    expect(unspaced.test('Sessions révoquées: {name}')).toBe(true);
  });

  it('has no participle that agrees with a person of unknown gender', () => {
    const agreeing = /\{name\} (?:est|a été) |vous (?:seul|êtes (?:dé)?connecté)|vous vous êtes/i;
    expect(withMistake(agreeing)).toEqual([]);
    expect(agreeing.test('{name} a été ajouté.')).toBe(true);
  });

  it('has no name behind a word that a vowel would shorten', () => {
    const elided = /\b(?:de|que|le|la) \{(?:name|tenant)\}|[dl]’\{/i;
    expect(withMistake(elided)).toEqual([]);
    expect(elided.test('Mot de passe de {name}')).toBe(true);
  });
});
