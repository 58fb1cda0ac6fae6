import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { PortalCatalogue } from '../text.ts';
import { descriptionIds, type FieldOptions, fieldError } from './field.ts';
import { icon } from './icon.ts';

export interface PasswordFieldOptions extends FieldOptions {
  readonly autocomplete: 'current-password' | 'new-password' | 'off';
  readonly text: PortalCatalogue;
  readonly isShown: boolean;
  readonly hasFirstFocus?: boolean;
  readonly passwordRules?: string;
  /** The id of an element elsewhere that describes the field too. */
  readonly describedBy?: string | undefined;
  readonly onShow: (isShown: boolean) => void;
  readonly onInput?: (value: string) => void;
}

/** A password input that can be pasted into, filled by a manager, and looked at. */
export function passwordField(options: PasswordFieldOptions): TemplateResult {
  const { id, label, error, text, isShown, passwordRules, onShow, onInput } = options;
  const onInputEvent = (event: Event) => onInput?.((event.target as HTMLInputElement).value);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <div class="affixed">
      <input
        id=${id}
        name=${id}
        type=${live(isShown ? 'text' : 'password')}
        autocomplete=${options.autocomplete}
        enterkeyhint="go"
        ?autofocus=${options.hasFirstFocus ?? false}
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        passwordrules=${passwordRules ?? nothing}
        aria-required="true"
        aria-invalid=${error === undefined ? nothing : 'true'}
        aria-describedby=${descriptionIds(options, options.describedBy)}
        @input=${onInputEvent}
      />
      <button
        type="button"
        class="reveal"
        aria-pressed=${isShown ? 'true' : 'false'}
        aria-label=${`${text.password.show} (${label})`}
        title=${isShown ? text.password.hide : text.password.show}
        @click=${() => onShow(!isShown)}
      >
        ${icon(isShown ? 'eyeOff' : 'eye')}
      </button>
    </div>
    ${fieldError(options)}
  </div>`;
}
