import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { Browsing, ListApp, Person, Reauthenticating, SigningIn } from '../app.ts';
import { deviceTokenOf } from '../device.ts';
import { FormState } from '../form-state.ts';
import { button } from './button.ts';
import { focusFirstInvalid, textField, textOf } from './field.ts';
import { messageBar, noticeBar } from './notice.ts';
import { passwordField } from './password-field.ts';

type ReauthenticationApp = ListApp & Browsing & Person & SigningIn & Reauthenticating;

/** `soon`: the session still lives, and the person may put it off. */
export type ReauthenticationReason = 'soon' | 'expired' | 'ended';

/** The password dialog over the screen, so that nothing that was typed there is lost. */
export class Reauthentication {
  readonly #app: ReauthenticationApp;
  #formState: FormState;
  #reason: ReauthenticationReason | undefined;
  #isShown = false;
  #element: HTMLDialogElement | undefined;

  constructor(app: ReauthenticationApp) {
    this.#app = app;
    this.#formState = new FormState(app, { isChange: true });
  }

  get isOpen(): boolean {
    return this.#reason !== undefined;
  }

  /** True if nothing else can be done before the password is proven. */
  get isRequired(): boolean {
    return this.#reason === 'expired' || this.#reason === 'ended';
  }

  ask(reason: ReauthenticationReason): void {
    if (this.isRequired) return;
    if (!this.isOpen) this.#formState = new FormState(this.#app, { isChange: true });
    this.#reason = reason;
    this.#app.update();
    queueMicrotask(this.#open);
  }

  close(): void {
    if (!this.isOpen) return;
    this.#element?.close();
    this.#reason = undefined;
    this.#isShown = false;
    this.#app.update();
  }

  view(): TemplateResult | typeof nothing {
    const { session, translator } = this.#app;
    const { text } = translator;
    if (this.#reason === undefined || session === undefined) return nothing;
    const { fields, notice } = this.#formState;
    const submit = this.#formState.button(
      { label: text.signIn.submit, type: 'submit', kind: 'primary' },
      text.signIn.working,
    );
    return html`<dialog
      class="dialog ${this.isRequired ? 'over' : ''}"
      aria-labelledby="reauthentication-title"
      aria-describedby="reauthentication-reason"
      ${ref(this.#show)}
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
    >
      <form method="post" action="/" novalidate @submit=${this.#onSubmit}>
        <h2 class="dialog-title" id="reauthentication-title">${text.signIn.again}</h2>
        <div class="dialog-body">
          <div id="reauthentication-reason">
            ${messageBar({ intent: 'info', title: text.signIn.reason[this.#reason] })}
          </div>
          ${textField({
            id: 'reauthentication-userName',
            label: text.signIn.userName,
            value: session.user.userName,
            autocomplete: 'username',
            isReadOnly: true,
          })}
          ${passwordField({
            id: 'password',
            label: text.signIn.password,
            error: fields.password,
            autocomplete: 'current-password',
            text,
            isShown: this.#isShown,
            hasFirstFocus: true,
            onShow: (isShown) => {
              this.#isShown = isShown;
              this.#app.update();
            },
          })}
          ${noticeBar(notice)}
        </div>
        <div class="dialog-actions">
          ${button(submit)}
          ${
            this.isRequired
              ? button({
                  label: text.shell.signOut,
                  run: () => this.#app.endSession('signedOut'),
                })
              : button({ label: text.action.cancel, run: () => this.close() })
          }
        </div>
      </form>
    </dialog>`;
  }

  readonly #show = (element: Element | undefined): void => {
    this.#element = element as HTMLDialogElement | undefined;
    queueMicrotask(this.#open);
  };

  readonly #open = (): void => {
    if (this.isOpen && this.#element?.isConnected && !this.#element.open) {
      this.#element.showModal();
    }
  };

  readonly #onCancel = (event: Event): void => {
    if (this.isRequired || this.#formState.isBusy) event.preventDefault();
  };

  /** A browser closes it all the same at the second Escape; then it opens again. */
  readonly #onClose = ({ target }: Event): void => {
    if (!this.isOpen || target !== this.#element || this.#element?.open) return;
    if (this.isRequired) this.#open();
    else this.close();
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const password = textOf(form, 'password');
    const { passwordMissing } = this.#app.translator.text.signIn;
    this.#isShown = false;
    if (password === '') this.#formState.refuse({ password: passwordMissing });
    else await this.#formState.run(() => this.#signIn(password));
    focusFirstInvalid(form);
  };

  async #signIn(password: string): Promise<void> {
    const { session, window } = this.#app;
    if (session === undefined) return;
    const { userName } = session.user;
    const deviceToken = deviceTokenOf(window, userName);
    const { body } = await this.#app.api.call('POST /api/sign-in', {
      token: null,
      body: { userName, password, deviceToken },
    });
    if (body.status === 'signedIn') this.#app.reauthenticated(body);
    else this.#app.changeRequired({ ...body, userName });
  }
}
