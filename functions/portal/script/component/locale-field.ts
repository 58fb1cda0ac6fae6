import type { TemplateResult } from 'lit-html';
import { LANGUAGES, type Translator } from '../text.ts';
import { type FieldOptions, selectField } from './field.ts';

/** The languages that the service speaks, and whatever else a user has already. */
export function localeField(
  translator: Translator,
  options: FieldOptions & {
    readonly value: string;
    readonly onChange?: (value: string) => void;
  },
): TemplateResult {
  const { value } = options;
  const known: readonly (readonly [string, string])[] = Object.entries(LANGUAGES);
  const isKnown = value === '' || value in LANGUAGES;
  const choices = [...known, ...(isKnown ? [] : [[value, localeName(translator, value)] as const])];
  return selectField({
    ...options,
    choices: [
      { value: '', label: translator.text.addUser.localeNone },
      ...choices.map(([tag, label]) => ({ value: tag, label })),
    ],
  });
}

/** A tag may carry more than a language has a name for; then it stands for itself. */
export function localeName(translator: Translator, tag: string): string {
  const names = new Intl.DisplayNames(translator.language, { type: 'language' });
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
