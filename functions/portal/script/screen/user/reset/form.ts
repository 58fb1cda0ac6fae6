import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem, ResetTerms, User } from '../../../../client/index.ts';
import type {
  Browsing,
  ConfirmationForm,
  Drawing,
  FieldErrors,
  FormView,
  Localized,
} from '../../../app.ts';
import { selectField, textField } from '../../../component/field.ts';
import { messageBar, type Notice } from '../../../component/notice.ts';
import { IdempotencyKey } from '../../../idempotency-key.ts';
import { shownName } from '../../../name.ts';
import { fill } from '../../../text.ts';
import {
  hasCodeLength,
  isTicket,
  LIFETIMES_SECONDS,
  partAddress,
  type TermName,
  type TypedTerms,
  termsOf,
} from './terms.ts';
import { verificationField } from './verification.ts';

type ResetFormApp = Localized & Drawing & Browsing;

/** The subjects of the form, in the order in which an admin works. */
const PARTS = ['verification', 'reason', 'ticket', 'lifetime', 'delivery'] as const;
type Part = (typeof PARTS)[number];

/** The requirements that no field of the form can meet. */
const SPLIT_BLOCKS = ['address-missing', 'address-too-new', 'mail-missing'] as const;
const BLOCKS = ['another-admin', ...SPLIT_BLOCKS] as const;
type Block = (typeof BLOCKS)[number];

/** The form for what the tenant requires of a reset of this user; the rest is folded away. */
export class ResetForm implements ConfirmationForm {
  readonly #app: ResetFormApp;
  readonly #user: User;
  readonly #key: IdempotencyKey;
  #requirements: readonly string[];
  #typed: TypedTerms;
  /** The code of the last refusal, and the field that it is about. */
  #refusal = '';
  #isMoreOpen = false;

  constructor(app: ResetFormApp, user: User) {
    this.#app = app;
    this.#user = user;
    this.#key = new IdempotencyKey(app.window);
    this.#requirements = user.resetRequirements;
    this.#typed = {
      ...{ verification: '', code: '', reference: '', reason: '', ticket: '' },
      ...{ expiresInSeconds: '', delivery: '' },
    };
    if (this.#isAsked('verification'))
      this.#typed = { ...this.#typed, verification: 'supportCode' };
  }

  get hasFields(): boolean {
    return (['verification', 'reason', 'ticket'] as const).some((part) => this.#isAsked(part));
  }

  get isSplit(): boolean {
    return this.#isAsked('delivery') || this.#typed.delivery === 'split';
  }

  get isBlocked(): boolean {
    return this.#block !== undefined;
  }

  get terms(): ResetTerms {
    const delivery = this.isSplit ? 'split' : '';
    return termsOf({ ...this.#typed, delivery });
  }

  /** The same for the same terms until the admin decides anew. */
  get idempotencyKey(): string {
    return this.#key.of(this.terms);
  }

  waitsFor(): string {
    return `${this.#typed.verification} ${this.isSplit}`;
  }

  asked(state: FormView): TemplateResult {
    const block = this.#block;
    if (block !== undefined) return this.#blockedBy(block);
    const parts = PARTS.filter((part) => this.#isAsked(part));
    return html`${parts.map((part) => this.#part(part, state))}`;
  }

  more(state: FormView): TemplateResult {
    if (this.isBlocked) return html``;
    const parts = PARTS.filter((part) => !this.#isAsked(part) && this.#isOffered(part));
    const onToggle = ({ target }: Event) => {
      this.#isMoreOpen = (target as HTMLDetailsElement).open;
    };
    return html`<details class="more" .open=${this.#isMoreOpen} @toggle=${onToggle}>
      <summary>${this.#app.translator.text.reset.more}</summary>
      <div class="more-body">${parts.map((part) => this.#part(part, state))}</div>
    </details>`;
  }

  missing(): FieldErrors {
    const { reset } = this.#app.translator.text;
    const { verification, code, reason, ticket } = this.#typed;
    const isCode = verification === 'supportCode';
    const needs = (part: Part, value: string) => this.#isAsked(part) && value.trim() === '';
    this.#refusal = '';
    // What is wrong must not be folded away.
    this.#isMoreOpen ||= isCode && !this.#isAsked('verification');
    this.#isMoreOpen ||= ticket !== '' && !this.#isAsked('ticket');
    return {
      ...(needs('verification', verification) && { verification: reset.verifyMissing }),
      ...(isCode && !hasCodeLength(code) && { code: reset.codeMissing }),
      ...(needs('reason', reason) && { reason: reset.reasonMissing }),
      ...(needs('ticket', ticket)
        ? { ticket: reset.ticketMissing }
        : ticket.trim() !== '' && !isTicket(ticket) && { ticket: reset.ticketWrong }),
    };
  }

  refused({ code, body }: Problem): { fields?: FieldErrors; notice?: Notice } | undefined {
    const { reset } = this.#app.translator.text;
    this.#refusal = code;
    if (code === 'verification-failed') return { fields: { code: reset.codeWrong } };
    if (code === 'already-done') {
      this.#key.renew();
      // It is spent.
      this.#typed = { ...this.#typed, code: '' };
      return { notice: { intent: 'warning', title: reset.doneTitle, detail: reset.done } };
    }
    if (body.parts?.includes('mail')) {
      return { notice: { intent: 'warning', title: reset.mailDownTitle, detail: reset.mailDown } };
    }
    this.#isMoreOpen ||= code === 'validation';
    return code === 'reset-requirements-unmet' ? this.#unmet(body.requirements ?? []) : undefined;
  }

  /** The rules became stricter meanwhile, or the chosen delivery is not possible. */
  #unmet(found: readonly { readonly code: string; readonly text: string }[]) {
    const { fault } = this.#app.translator.text;
    const codes = [...this.#requirements, ...found.map(({ code }) => code)];
    const isChosen = !codes.includes('split-required');
    const isSplitBlock = (code: string) => SPLIT_BLOCKS.some((block) => block === code);
    const blocks = isChosen ? found.filter(({ code }) => isSplitBlock(code)) : [];
    this.#requirements = codes.filter((code) => !(isChosen && isSplitBlock(code)));
    const delivery = blocks.map(({ text }) => text).join(' ');
    return {
      fields: { ...(!this.isBlocked && this.missing()), ...(delivery !== '' && { delivery }) },
      notice: {
        intent: 'warning',
        title: fault.requirementsTitle,
        more: found.map(({ text }) => text),
      } as const,
    };
  }

  get #block(): Block | undefined {
    const hasSplitRule = this.#requirements.includes('split-required');
    const blocks = hasSplitRule ? BLOCKS : (['another-admin'] as const);
    return blocks.find((block) => this.#requirements.includes(block));
  }

  #blockedBy(block: Block): TemplateResult {
    const { title, next } = this.#app.translator.text.reset.block[block];
    const name = shownName(this.#user);
    return messageBar({
      intent: 'warning',
      title: fill(title, { name }),
      detail: fill(next, { name }),
    });
  }

  #isAsked(part: Part): boolean {
    const codes = {
      verification: 'verification-required',
      reason: 'reason-required',
      ticket: 'ticket-required',
      delivery: 'split-required',
      lifetime: undefined,
    } as const;
    return this.#requirements.some((code) => code === codes[part]);
  }

  /** A split password is offered where it can be sent. */
  #isOffered(part: Part): boolean {
    if (part !== 'delivery') return true;
    const isPossible = SPLIT_BLOCKS.every((block) => !this.#requirements.includes(block));
    return isPossible && partAddress(this.#user) !== undefined;
  }

  #part(part: Part, state: FormView): TemplateResult {
    if (part === 'verification') return this.#verification(state);
    if (part === 'lifetime') return this.#lifetime(state);
    if (part === 'delivery') return this.#delivery(state);
    const { reset } = this.#app.translator.text;
    const isRequired = this.#isAsked(part);
    const isFirst = PARTS.find((one) => this.#isAsked(one)) === part;
    return textField({
      id: part,
      label: isRequired ? reset[part] : reset[`${part}Optional`],
      hint: reset[`${part}Hint`],
      value: this.#typed[part],
      error: state.fields[part],
      maxLength: part === 'reason' ? 200 : 64,
      isRequired,
      hasFirstFocus: isFirst,
      onInput: (value) => this.set(part, value),
    });
  }

  #verification(state: FormView): TemplateResult {
    const { reset } = this.#app.translator.text;
    const isOver = this.#mustWait(state) && this.#typed.verification === 'supportCode';
    const { code = isOver ? reset.codeWait : undefined } = state.fields;
    return verificationField({
      app: this.#app,
      name: shownName(this.#user),
      typed: this.#typed,
      errors: { ...state.fields, ...(code !== undefined && { code }) },
      isRequired: this.#isAsked('verification'),
      onKind: (kind) => {
        this.#typed = { ...this.#typed, verification: kind };
        this.#refusal = '';
        state.clear();
        this.#app.update();
      },
      onInput: (term, value) => this.set(term, value),
    });
  }

  /** Judges whether a wait is left, after wrong codes or many mailed parts. */
  #mustWait({ waitMs }: FormView): boolean {
    return this.#refusal === 'too-many-attempts' && waitMs > 0;
  }

  #lifetime({ fields }: FormView): TemplateResult {
    const { text } = this.#app.translator;
    const choices = LIFETIMES_SECONDS.map((seconds) => ({
      value: `${seconds}`,
      label: this.#app.translator.duration(seconds * 1000),
    }));
    return selectField({
      id: 'expiresInSeconds',
      label: text.reset.lifetime,
      value: this.#typed.expiresInSeconds,
      choices: [{ value: '', label: text.reset.lifetimeUsual }, ...choices],
      error: fields.expiresInSeconds,
      onChange: (value) => this.set('expiresInSeconds', value),
    });
  }

  #delivery(state: FormView): TemplateResult {
    const { fields } = state;
    const { reset } = this.#app.translator.text;
    const address = partAddress(this.#user) ?? '';
    const hint = this.isSplit ? fill(reset.splitHint, { address }) : undefined;
    const isByCode = this.#typed.verification === 'supportCode';
    const isOver = this.#mustWait(state) && this.isSplit && !isByCode;
    return html`${
      this.#isAsked('delivery')
        ? html`<p><strong>${reset.split}</strong></p><p class="field-hint">${hint}</p>`
        : selectField({
            id: 'delivery',
            label: reset.delivery,
            hint,
            value: this.#typed.delivery,
            error: fields.delivery,
            choices: [
              { value: '', label: reset.shown },
              { value: 'split', label: reset.split },
            ],
            onChange: (value) => this.set('delivery', value),
          })
    }
    ${isOver ? messageBar({ intent: 'warning', title: reset.partsWait }) : nothing}`;
  }

  set(term: TermName, value: string): void {
    this.#typed = { ...this.#typed, [term]: value };
    this.#app.update();
  }
}
