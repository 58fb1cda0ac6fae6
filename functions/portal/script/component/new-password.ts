import { html, nothing, type TemplateResult } from 'lit-html';
import type { Policy } from '../../client/index.ts';
import type { Drawing, Localized } from '../app.ts';
import { fill, type Translator } from '../text.ts';
import { icon } from './icon.ts';
import { passwordField } from './password-field.ts';

export interface NewPasswordOptions {
  readonly app: Localized & Pick<Drawing, 'update'>;
  readonly policy: Policy;
  readonly error: string | undefined;
  /** Why the server refused the password before this one. */
  readonly reasons: readonly string[];
  readonly onInput: () => void;
}

const DESCRIBED_BY = 'newPassword-count newPassword-rules';

type Length = 'none' | 'short' | 'good' | 'long';

/**
 * The new password with the rules beside it. While the person types, only the length is judged,
 * because nothing else can be judged here. The service judges the rest and returns its reasons.
 */
export class NewPassword {
  #isShown = false;
  #length = 0;

  /** Before it is sent: browsers keep what was typed into a field of text. */
  hide(): void {
    this.#isShown = false;
  }

  field({ app, policy, error, reasons, onInput }: NewPasswordOptions): TemplateResult {
    const { text } = app.translator;
    const { password } = text;
    const wrong = [error, ...reasons].filter((line) => line !== undefined);
    return html`<div class="new-password">
      ${passwordField({
        id: 'newPassword',
        label: password.next,
        error: wrong.length > 0 ? wrong.join('\n') : undefined,
        autocomplete: 'new-password',
        text,
        isShown: this.#isShown,
        passwordRules: policy.passwordRules,
        describedBy: reasons.length > 0 ? 'newPassword-rules' : DESCRIBED_BY,
        onShow: (isShown) => {
          this.#isShown = isShown;
          app.update();
        },
        onInput: (value) => {
          // Code points after NFC, as the service counts.
          this.#length = Array.from(value.normalize('NFC')).length;
          onInput();
          app.update();
        },
      })}
      ${reasons.length > 0 ? nothing : this.#count(app.translator, policy)}
    </div>`;
  }

  #judge({ minLength, maxLength }: Policy): Length {
    if (this.#length === 0) return 'none';
    if (this.#length < minLength) return 'short';
    return this.#length > maxLength ? 'long' : 'good';
  }

  #count(translator: Translator, policy: Policy): TemplateResult {
    const { password } = translator.text;
    const length = this.#judge(policy);
    const n = this.#length;
    const sentences: Readonly<Record<Length, string>> = {
      none: password.judged,
      short: translator.plural(password.count, n, { min: policy.minLength }),
      good: translator.plural(password.countGood, n),
      long: fill(password.countLong, { max: policy.maxLength, n }),
    };
    const share = Math.min(n, policy.minLength);
    return html`<div class="count ${length}">
      <meter
        aria-hidden="true"
        min="0"
        max=${policy.minLength}
        low=${policy.minLength}
        high=${policy.minLength}
        optimum=${policy.minLength}
        .value=${share}
      ></meter>
      <p id="newPassword-count" translate="no">${sentences[length]}</p>
      <p class="visually-hidden" aria-live="polite">
        ${length === 'good' ? password.longEnough : nothing}
      </p>
    </div>`;
  }

  /**
   * The policy's own sentences and why they are there; wherever the screen has room.
   * @param isRefused the service refused this password, so nothing about it is marked as good
   */
  rules(translator: Translator, policy: Policy, isRefused: boolean): TemplateResult {
    const { password } = translator.text;
    const length = this.#judge(policy);
    return html`<section class="rules" aria-label=${password.rulesTitle}>
      <p><strong>${password.rulesTitle}</strong></p>
      <ul id="newPassword-rules">
        ${policy.rules.map((rule, index) => {
          // The first sentence of the policy is the one about the length.
          const isMet = index === 0 && length === 'good' && !isRefused;
          const status = isMet ? password.ruleMet : password.ruleOpen;
          return html`<li class=${isMet ? 'met' : ''}>
            ${isMet ? icon('check') : html`<span class="dot" aria-hidden="true"></span>`}
            <span>
              ${rule}
              ${
                index === 0 && length !== 'none'
                  ? html`<span class="visually-hidden">(${status})</span>`
                  : nothing
              }
            </span>
          </li>`;
        })}
      </ul>
      <p class="quiet">${password.why}</p>
    </section>`;
  }
}
