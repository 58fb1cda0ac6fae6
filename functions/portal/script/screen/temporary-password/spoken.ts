import { html, type TemplateResult } from 'lit-html';
import type { TemporaryPassword } from '../../../client/index.ts';
import { icon } from '../../component/icon.ts';
import type { Translator } from '../../text.ts';

const GROUP_LENGTH = 4;

/**
 * The words to read out on the phone.
 * @param language that in which the words came
 */
export function spokenForm(
  { text: { temporaryPassword } }: Translator,
  secret: TemporaryPassword,
  language: string,
): TemplateResult {
  const groups = secret.value.split('-');
  return html`<section class="spoken">
    <h2>${icon('phone')}${temporaryPassword.spokenTitle}</h2>
    <p class="quiet">${temporaryPassword.spokenHint}</p>
    <ol translate="no" lang=${language}>
      ${groups.map((group, index) => {
        const words = secret.spoken.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH);
        return html`<li>
          <span class="spoken-group">${group}</span><span>${words.join(' · ')}</span>
        </li>`;
      })}
    </ol>
  </section>`;
}
