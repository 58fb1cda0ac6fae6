import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { ConfirmationOptions, FormApp, Remedy, Subject } from '../app.ts';
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
    const { remedy } = options;
    const closing: Remedy = (problem) => {
      const action = remedy?.(problem);
      return action && { label: action.label, run: () => this.#closeThen(action.run) };
    };
    const formState = new FormState(this.#app, { isChange: true, remedy: closing });
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
    return html`<dialog
      class="dialog"
      aria-labelledby="confirmation-title"
      aria-describedby="confirmation-text"
      ${ref(this.#show)}
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
    >
      <form method="post" action="/" novalidate @submit=${this.#onSubmit}>
        <h2 class="dialog-title" id="confirmation-title">${options.title()}</h2>
        <div class="dialog-body">${this.#body(options)} ${noticeBar(notice)}</div>
        <div class="dialog-actions">
          ${isOver ? nothing : button(act)}
          ${button({
            label: text.action.cancel,
            // What cannot be undone must not hang on a key that was pressed once too often.
            hasFirstFocus: options.isDanger && options.typed === undefined,
            run: () => this.close(),
          })}
        </div>
      </form>
    </dialog>`;
  }

  #body({ subject, text, effects, typed }: ConfirmationOptions): TemplateResult {
    const { confirm } = this.#app.translator.text;
    return html`<div id="confirmation-text">
        ${subject === undefined ? nothing : subjectLine(subject)}
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
              error: this.#asked?.formState.fields.typed,
            })
      }`;
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
    const { typed } = asked.options;
    if (typed !== undefined && textOf(form, 'typed').trim().toLowerCase() !== typed) {
      asked.formState.refuse({ typed: this.#app.translator.text.confirm.typedWrong });
      focusFirstInvalid(form);
      return;
    }
    const isDone = await asked.formState.run(asked.options.work);
    if (isDone && this.#asked === asked) this.close();
  };

  #closeThen(run: () => void): void {
    this.close();
    run();
  }
}
