import type { Catalogue } from '../../../shared/http/text/en.ts';
import type { PortalText } from '../text/en.ts';
import { isolated } from './name.ts';

/** The texts that the page carries for each language. */
export type PortalCatalogue = PortalText &
  Pick<Catalogue, 'role' | 'temporaryPasswordInstructions'> & {
    /** The word for each symbol of a code that is read out. */
    readonly spoken: Readonly<Record<string, string>>;
  };
export type Catalogues = Readonly<Record<Language, PortalCatalogue>>;

/** Every language by its own name. */
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

export interface Plural {
  readonly one: string;
  readonly other: string;
}

type Values = Readonly<Record<string, string | number>>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Up to here hours say more than days. */
const HOURS_SAID_MS = 48 * HOUR_MS;

export function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && text in LANGUAGES;
}

/** The person's choice, then what the browser prefers, then English. */
export function chooseLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  const primary = preferred.map((tag) => tag.toLowerCase().split('-')[0]);
  return primary.find(isLanguage) ?? 'en';
}

const LANGUAGE_KEY = 'portal-language';

export function readLanguage(window: Window): string | null {
  try {
    return window.localStorage.getItem(LANGUAGE_KEY);
  } catch {
    return null;
  }
}

export function storeLanguage(window: Window, language: Language): void {
  try {
    window.localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // A browser that keeps nothing chooses again next time.
  }
}

/** Fills `{name}` in, whichever way it is written. */
export function fill(pattern: string, values: Values): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) =>
    isolated(`${values[name] ?? whole}`),
  );
}

/** Dates, durations and plurals of one language. */
export class Translator {
  readonly language: Language;
  readonly text: PortalCatalogue;
  readonly #plural: Intl.PluralRules;
  readonly #dateTime: Intl.DateTimeFormat;
  readonly #dateTimeZone: Intl.DateTimeFormat;
  readonly #exact: Intl.DateTimeFormat;
  readonly #utc: Intl.DateTimeFormat;
  readonly #number: Intl.NumberFormat;

  constructor(language: Language, locale: string, text: PortalCatalogue) {
    this.language = language;
    this.text = text;
    this.#plural = new Intl.PluralRules(locale);
    this.#dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    const minute = { hour: 'numeric', minute: '2-digit' } as const;
    const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
    this.#dateTimeZone = new Intl.DateTimeFormat(locale, {
      ...{ ...day, ...minute },
      timeZoneName: 'short',
    });
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
    this.#utc = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: 'UTC' });
    this.#number = new Intl.NumberFormat(locale);
  }

  dateTime(instant: string): string {
    return this.#dateTime.format(new Date(instant));
  }

  /** With the time zone, for a person who may be in another one. */
  dateTimeZone(instant: string): string {
    return this.#dateTimeZone.format(new Date(instant));
  }

  /** To the second, as a log has it. */
  exactTime(instant: string): string {
    return this.#exact.format(new Date(instant));
  }

  /** The time of day in UTC, which stands beside the local one. */
  utcTime(instant: string): string {
    return `${this.#utc.format(new Date(instant))} UTC`;
  }

  number(n: number): string {
    return this.#number.format(n);
  }

  plural(forms: Plural, n: number, values: Values = {}): string {
    const form = this.#plural.select(n) === 'one' ? forms.one : forms.other;
    return fill(form, { n: this.#number.format(n), ...values });
  }

  /** About how long: `3 h`, `12 min`, `5 days`. */
  duration(ms: number): string {
    const { minutes, hours, days } = this.text.duration;
    if (ms < HOUR_MS) return fill(minutes, { n: Math.max(1, Math.ceil(ms / MINUTE_MS)) });
    if (ms < HOURS_SAID_MS) return fill(hours, { n: Math.round(ms / HOUR_MS) });
    return this.plural(days, Math.round(ms / DAY_MS));
  }

  /** `m:ss` from a minute on, else seconds. */
  countdown(ms: number): string {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    if (seconds < 60) return fill(this.text.duration.seconds, { n: seconds });
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}

/** A browser on a bare system gives tags such as `en-US@posix`, which Intl does not take. */
function isUsable(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** The browser's own locale where it speaks the language, for its dates: en-GB is not en-US. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  const spoken = preferred.filter((tag) => tag.toLowerCase().split('-')[0] === language);
  return spoken.find(isUsable) ?? language;
}
