import { parseAccepted } from './accept.ts';
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

/** Lists the ranges (RFC 9110 section 12.5.4) by their weights, best first, equal ones as given. */
function acceptedRanges(header: string): readonly string[] {
  return parseAccepted(header)
    .filter(({ weight }) => weight > 0 && weight <= 1)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ name }) => name);
}

/** Chooses the language by `Accept-Language`, then the user's locale, then English. */
export function negotiateLanguage(header: string | null, locale: string | undefined): Language {
  for (const range of acceptedRanges(header ?? '')) {
    const language = toLanguage(range);
    if (language !== undefined) return language;
  }
  return (locale === undefined ? undefined : toLanguage(locale)) ?? 'en';
}
