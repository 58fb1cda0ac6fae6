import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { ConfirmationOptions, FieldErrors, FormApp, Remedy, Subject } from '../app.ts';
import { FormState } from '../form-state.ts';
import { fill } from '../text.ts';
import { button } from './button.ts';
import { focusFirstInvalid, textField, textOf } from './field.ts';
import { noticeBar } from './notice.ts';

/** The name, and the user name, which alone is unique. */
export function subjectLine({ name, userName }: Subject): TemplateResult {
  return html`<p class="subject" translate="no">
    <strong>${name}</strong>${name === userName ? nothing : html` <span>${userName}</span>`}
  </p>`;
}

/** Returns true if a field has the first focus. */
function isFilledIn({ typed, form }: ConfirmationOptions): boolean {
  return typed !== undefined || (form?.hasFields === true && !form.isBlocked);
}

/** The one question at a time that comes before something that cannot be taken back. */
export class Confirmation {
  readonly #app: FormApp;
  #asked: { options: ConfirmationOptions; formState: FormState } | undefined;
  #element: HTMLDialogElement | undefined;

  constructor(app: FormApp) {
    this.#app = app;
  }

  get isOpen(): boolean {
    return this.#asked !== undefined;
  }

  ask(options: ConfirmationOptions): void {
    const { remedy, form } = options;
    const closing: Remedy = (problem) => {
      const action = remedy?.(problem);
      return action && { label: action.label, run: () => this.#closeThen(action.run) };
    };
    const formState: FormState = new FormState(this.#app, {
      ...{ isChange: true, remedy: closing },
      ...(form && {
        waitsFor: () => form.waitsFor(),
        onProblem: (problem) => {
          const said = form.refused(problem);
          formState.fields = said?.fields ?? {};
          if (said?.notice !== undefined) formState.say(said.notice);
          return said !== undefined;
        },
      }),
    });
    this.#asked = { options, formState };
    this.#app.update();
    // The element may still be there from a question that was closed a moment ago.
    queueMicrotask(this.#open);
  }

  /** Closes natively first: that gives the focus back to where it was. */
  close(): void {
    this.#element?.close();
    this.#asked = undefined;
    this.#app.update();
  }

  view(): TemplateResult | typeof nothing {
    if (this.#asked === undefined) return nothing;
    const { options, formState } = this.#asked;
    const { text } = this.#app.translator;
    const act = formState.button(
      { label: options.action(), kind: options.isDanger ? 'danger' : 'primary', type: 'submit' },
      text.action.working,
    );
    const { notice } = formState;
    // What the service refused for good is not offered once more.
    const isOver = formState.hasFault && notice?.action !== undefined;
    const isBlocked = options.form?.isBlocked === true;
    const about = isBlocked ? 'confirmation-asked' : 'confirmation-text';
    return html`<dialog
      class="dialog"
      aria-labelledby="confirmation-title"
      aria-describedby="confirmation-subject ${about}"
      ${ref(this.#show)}
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
    >
      <form method="post" action="/" novalidate @submit=${this.#onSubmit}>
        <h2 class="dialog-title" id="confirmation-title">${options.title()}</h2>
        <div class="dialog-body">${this.#body(options, formState)}</div>
        <div class="dialog-notice">${noticeBar(notice)}</div>
        <div class="dialog-actions">
          ${isOver || isBlocked ? nothing : button(act)}
          ${button({
            label: text.action.cancel,
            // What cannot be undone must not hang on a key that was pressed once too often.
            hasFirstFocus: options.isDanger && !isFilledIn(options),
            run: () => this.close(),
          })}
        </div>
      </form>
    </dialog>`;
  }

  #body(options: ConfirmationOptions, formState: FormState): TemplateResult {
    const { subject, text, effects, typed, form } = options;
    const { confirm } = this.#app.translator.text;
    return html`<div id="confirmation-subject">
        ${subject === undefined ? nothing : subjectLine(subject)}
      </div>
      <div id="confirmation-asked">${form?.asked(formState)}</div>
      <div id="confirmation-text" ?hidden=${form?.isBlocked === true}>
        <p>${text()}</p>
        ${
          effects === undefined
            ? nothing
            : html`<ul>
              ${effects().map((effect) => html`<li>${effect}</li>`)}
            </ul>`
        }
      </div>
      ${
        typed === undefined
          ? nothing
          : textField({
              id: 'typed',
              label: fill(confirm.typeUserName, { userName: typed }),
              error: formState.fields.typed,
            })
      }
      ${form?.more(formState)}`;
  }

  readonly #show = (element: Element | undefined): void => {
    this.#element = element as HTMLDialogElement | undefined;
    // The template is filled before it is in the document.
    queueMicrotask(this.#open);
  };

  readonly #open = (): void => {
    if (this.#asked === undefined || !this.#element?.isConnected || this.#element.open) return;
    this.#element.showModal();
  };

  readonly #onCancel = (event: Event): void => {
    if (this.#asked?.formState.isBusy) event.preventDefault();
  };

  /** Comes some time after the closing: by then another question may be open. */
  readonly #onClose = ({ target }: Event): void => {
    if (this.#asked === undefined || target !== this.#element || this.#element?.open) return;
    this.close();
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const asked = this.#asked;
    const form = event.target as HTMLFormElement;
    if (asked === undefined) return;
    const missing = this.#missing(asked.options, form);
    if (Object.keys(missing).length > 0) {
      asked.formState.refuse(missing);
      focusFirstInvalid(form);
      return;
    }
    const isDone = await asked.formState.run(asked.options.work);
    if (isDone && this.#asked === asked) this.close();
    else focusFirstInvalid(form);
  };

  #missing({ typed, form }: ConfirmationOptions, element: HTMLFormElement): FieldErrors {
    if (form !== undefined) return form.missing();
    const isRight = typed === undefined || textOf(element, 'typed').trim().toLowerCase() === typed;
    return isRight ? {} : { typed: this.#app.translator.text.confirm.typedWrong };
  }

  #closeThen(run: () => void): void {
    this.close();
    run();
  }
}
