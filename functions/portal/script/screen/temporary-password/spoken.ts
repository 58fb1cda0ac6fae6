import { html, type TemplateResult } from 'lit-html';
import { icon } from '../../component/icon.ts';
import type { Translator } from '../../text.ts';

/** A text to read out, and its words, one a symbol. */
export interface Spoken {
  readonly value: string;
  readonly spoken: readonly string[];
}

/** Returns the groups of a value, each with its words. */
function spokenGroups({ value, spoken }: Spoken): readonly (readonly [string, string])[] {
  let from = 0;
  return value.split('-').map((group) => {
    const words = spoken.slice(from, from + group.length);
    from += group.length;
    return [group, words.join(' · ')] as const;
  });
}

/**
 * The words to read out on the phone.
 * @param language that in which the words came
 */
export function spokenForm(
  { text: { temporaryPassword } }: Translator,
  secret: Spoken,
  language: string,
): TemplateResult {
  return html`<section class="spoken">
    <h2>${icon('phone')}${temporaryPassword.spokenTitle}</h2>
    <p class="quiet">${temporaryPassword.spokenHint}</p>
    <ol translate="no" lang=${language}>
      ${spokenGroups(secret).map(
        ([group, words]) => html`<li>
          <span class="spoken-group">${group}</span><span>${words}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}
