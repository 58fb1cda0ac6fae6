import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { VERIFICATION_KINDS, type VerificationKind } from '../../../../client/index.ts';
import type { FieldErrors, Localized } from '../../../app.ts';
import { fieldError, textField } from '../../../component/field.ts';
import { fill } from '../../../text.ts';
import type { TypedTerms } from './terms.ts';

export interface VerificationOptions {
  readonly app: Localized;
  readonly name: string;
  readonly typed: TypedTerms;
  readonly errors: FieldErrors;
  readonly isRequired: boolean;
  readonly onKind: (kind: VerificationKind | '') => void;
  readonly onInput: (term: 'code' | 'reference', value: string) => void;
}

/**
 * Returns the ways to verify the caller. The chosen way says what it proves, and how it is done
 * so that a liar does not pass.
 */
export function verificationField(options: VerificationOptions): TemplateResult {
  const { app, name, errors, isRequired } = options;
  const { reset } = app.translator.text;
  const kinds = isRequired ? VERIFICATION_KINDS : (['', ...VERIFICATION_KINDS] as const);
  const error = errors.verification;
  const describedBy = `verification-hint${error === undefined ? '' : ' verification-error'}`;
  return html`<fieldset class="roles" aria-describedby=${describedBy}>
    <legend>${fill(isRequired ? reset.verify : reset.verifyOptional, { name })}</legend>
    <p class="field-hint" id="verification-hint">${reset.verifyHint}</p>
    ${fieldError({ id: 'verification', label: reset.verify, error })}
    <div class="choices">${kinds.map((kind) => choice(options, kind))}</div>
  </fieldset>`;
}

function choice(options: VerificationOptions, kind: VerificationKind | ''): TemplateResult {
  const { reset } = options.app.translator.text;
  const id = `verification-${kind === '' ? 'none' : kind}`;
  const { typed, errors, isRequired } = options;
  const isChosen = typed.verification === kind;
  // With nothing chosen, the focus goes to the first.
  const isAsked = isChosen || (isRequired && typed.verification === '' && kind === 'supportCode');
  return html`<div class="role">
    <input
      type="radio"
      id=${id}
      name="verification"
      value=${kind}
      .checked=${live(isChosen)}
      aria-invalid=${errors.verification !== undefined && isAsked ? 'true' : nothing}
      aria-describedby=${isChosen && kind !== '' ? `${id}-text` : nothing}
      @change=${() => options.onKind(kind)}
    />
    <label for=${id}>${kind === '' ? reset.kindNone : reset.kind[kind].name}</label>
    ${
      isChosen && kind !== ''
        ? html`<div class="choice-detail">
          <p id="${id}-text">${reset.kind[kind].how}</p>
          ${kind === 'supportCode' ? codeField(options) : referenceField(options)}
        </div>`
        : nothing
    }
  </div>`;
}

function codeField({ app, typed, errors, isRequired, onInput }: VerificationOptions) {
  const { reset } = app.translator.text;
  return textField({
    id: 'code',
    label: reset.code,
    hint: reset.codeHint,
    value: typed.code,
    error: errors.code,
    isRequired: true,
    hasFirstFocus: isRequired,
    onInput: (value) => onInput('code', value),
  });
}

function referenceField({ app, typed, errors, onInput }: VerificationOptions): TemplateResult {
  const { reset } = app.translator.text;
  return textField({
    id: 'reference',
    label: reset.reference,
    hint: reset.referenceHint,
    value: typed.reference,
    error: errors.reference,
    maxLength: 200,
    onInput: (value) => onInput('reference', value),
  });
}
