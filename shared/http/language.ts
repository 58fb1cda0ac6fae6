import { type Catalogue, en } from './text/en.ts';
import { fr } from './text/fr.ts';

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, fr };

export function catalogue(language: Language): Catalogue {
  return CATALOGUES[language];
}

function toLanguage(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split('-')[0];
  return LANGUAGES.find((language) => language === primary);
}

/**
 * Lists the ranges of RFC 9110 section 12.5.4 by their weights, best first, equal ones as given.
 */
function acceptedRanges(header: string): readonly string[] {
  return header
    .split(',')
    .map((item) => {
      const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0 && weight <= 1)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}

/** Chooses the language by `Accept-Language`, then the user's locale, then English. */
export function negotiateLanguage(header: string | null, locale: string | undefined): Language {
  for (const range of acceptedRanges(header ?? '')) {
    const language = toLanguage(range);
    if (language !== undefined) return language;
  }
  return (locale === undefined ? undefined : toLanguage(locale)) ?? 'en';
}
