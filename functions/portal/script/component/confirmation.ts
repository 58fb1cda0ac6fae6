import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { ConfirmationOptions, FormApp, Remedy } from '../app.ts';
import { FormState } from '../form-state.ts';
import { button } from './button.ts';
import { noticeBar } from './notice.ts';

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
      {
        label: options.action(),
        kind: options.isDanger ? 'danger' : 'primary',
        run: () => void this.#act(),
      },
      text.action.working,
    );
    return html`<dialog
      class="dialog"
      aria-labelledby="confirmation-title"
      aria-describedby="confirmation-text"
      ${ref(this.#show)}
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
    >
      <h2 class="dialog-title" id="confirmation-title">${options.title()}</h2>
      <div id="confirmation-text">
        <p>${options.text()}</p>
        ${
          options.effects === undefined
            ? nothing
            : html`<ul>
              ${options.effects().map((effect) => html`<li>${effect}</li>`)}
            </ul>`
        }
      </div>
      ${noticeBar(formState.notice)}
      <div class="dialog-actions">
        ${button(act)}
        ${button({
          label: text.action.cancel,
          // What cannot be undone must not hang on a key that was pressed once too often.
          hasFirstFocus: options.isDanger,
          run: () => this.close(),
        })}
      </div>
    </dialog>`;
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

  async #act(): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined) return;
    const isDone = await asked.formState.run(asked.options.work);
    if (isDone && this.#asked === asked) this.close();
  }

  #closeThen(run: () => void): void {
    this.close();
    run();
  }
}
