import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { icon } from './icon.ts';

export interface FieldOptions {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

export interface TextFieldOptions extends FieldOptions {
  readonly type?: 'text' | 'email' | 'search';
  readonly value?: string;
  readonly autocomplete?: string;
  readonly suffix?: string;
  readonly isReadOnly?: boolean;
  readonly isRequired?: boolean;
  readonly hasFirstFocus?: boolean;
  readonly maxLength?: number;
  /** The keyboard that a phone offers. */
  readonly inputMode?: 'email';
  readonly enterKeyHint?: 'next' | 'go';
  /** The id of an element elsewhere that describes the field too. */
  readonly describedBy?: string | undefined;
  readonly onInput?: (value: string) => void;
}

/** Returns the ids of what describes a field, for `aria-describedby`. */
export function descriptionIds({ id, hint, error }: FieldOptions, extra?: string) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`, extra].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : nothing;
}

export function fieldError({ id, error }: FieldOptions): TemplateResult | typeof nothing {
  return error === undefined
    ? nothing
    : html`<p class="field-error" id="${id}-error">
    ${icon('error')}<span>${error}</span>
  </p>`;
}

export function fieldHint({ id, hint }: FieldOptions): TemplateResult | typeof nothing {
  return hint === undefined ? nothing : html`<p class="field-hint" id="${id}-hint">${hint}</p>`;
}

export function textField(options: TextFieldOptions): TemplateResult {
  const { id, label, error, suffix, onInput } = options;
  const onInputEvent = (event: Event) => onInput?.((event.target as HTMLInputElement).value);
  const input = html`<input
    id=${id}
    name=${id}
    type=${options.type ?? 'text'}
    value=${options.isReadOnly ? (options.value ?? '') : nothing}
    .value=${onInput === undefined ? (options.value ?? '') : live(options.value ?? '')}
    autocomplete=${options.autocomplete ?? 'off'}
    autocapitalize="none"
    spellcheck="false"
    maxlength=${options.maxLength ?? nothing}
    inputmode=${options.inputMode ?? nothing}
    enterkeyhint=${options.enterKeyHint ?? nothing}
    ?readonly=${options.isReadOnly ?? false}
    ?autofocus=${options.hasFirstFocus ?? false}
    aria-required=${options.isRequired ? 'true' : nothing}
    aria-invalid=${error === undefined ? nothing : 'true'}
    aria-describedby=${descriptionIds(options, options.describedBy)}
    @input=${onInputEvent}
  />`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${
      suffix === undefined
        ? input
        : html`<div class="affixed">${input}<span class="suffix">${suffix}</span></div>`
    }
    ${fieldHint(options)} ${fieldError(options)}
  </div>`;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One whose value the screen holds follows it, also after a person chose another. */
function option({ value, label }: Choice, isChosen: boolean, isHeld: boolean): TemplateResult {
  return isHeld
    ? html`<option value=${value} ?selected=${isChosen} .selected=${live(isChosen)}>
        ${label}
      </option>`
    : html`<option value=${value} ?selected=${isChosen}>${label}</option>`;
}

export function selectField(
  options: FieldOptions & {
    readonly value: string;
    readonly choices: readonly Choice[];
    readonly onChange?: (value: string) => void;
  },
): TemplateResult {
  const { id, label, value, choices, error, onChange } = options;
  const onChangeEvent = (event: Event) => onChange?.((event.target as HTMLSelectElement).value);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select
      id=${id}
      name=${id}
      aria-invalid=${error === undefined ? nothing : 'true'}
      aria-describedby=${descriptionIds(options)}
      @change=${onChangeEvent}
    >
      ${choices.map((choice) => option(choice, choice.value === value, onChange !== undefined))}
    </select>
    ${fieldHint(options)} ${fieldError(options)}
  </div>`;
}

/** The text of a form's field as it stands. */
export function textOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}

/** Takes the person to the first thing that is wrong. */
export function focusFirstInvalid(form: ParentNode): void {
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
