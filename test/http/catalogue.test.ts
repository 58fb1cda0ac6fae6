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

/** What is written alike in both languages. */
const ALIKE: readonly string[] = [
  'page.codeLabel',
  'portal.titlePattern',
  'portal.shell.menu',
  'portal.shell.organisation',
  'portal.duration.minutes',
  'portal.duration.hours',
  'portal.duration.seconds',
  'portal.profile.organisation',
  'portal.profile.sessions',
];

describe('the French catalogue', () => {
  it('says everything that the English one says', () => {
    expect(ENGLISH.length).toBeGreaterThan(300);
    expect([...FRENCH.keys()]).toEqual(ENGLISH.map(([path]) => path));
  });

  it('says nothing in English: what is alike is on a short list', () => {
    const alike = ENGLISH.filter(([path, sentence]) => FRENCH.get(path) === sentence);
    expect(alike.map(([path]) => path)).toEqual(ALIKE);
    // Words and patterns at most; a sentence has more.
    expect(alike.filter(([, sentence]) => sentence.split(' ').length > 3)).toEqual([]);
  });
});
