import { html, nothing, type TemplateResult } from 'lit-html';
import type { Browsing, FieldErrors, ListApp, SigningIn } from '../app.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../component/field.ts';
import { icon } from '../component/icon.ts';
import { type Notice, noticeBar } from '../component/notice.ts';
import { passwordField } from '../component/password-field.ts';
import { deviceTokenOf, forgetDeviceToken } from '../device.ts';
import { FormState } from '../form-state.ts';
import { isOnePart, judgeParts, judgePassword } from '../typed-password.ts';
import type { Screen } from './screen.ts';

/** Returns the user name as the service compares it. */
function nameIn(form: HTMLFormElement): string {
  return textOf(form, 'userName').trim().toLowerCase();
}

type SignInApp = ListApp & Browsing & SigningIn;

export class SignIn implements Screen {
  readonly #app: SignInApp;
  readonly #formState: FormState;
  #isShown = false;
  /** True if there are two fields, one for each part of a temporary password. */
  #hasParts = false;
  #isExpired = false;
  #isWaiting = false;
  /** The user name in the field, and the one that was tried last. */
  #typedName = '';
  #triedName = '';
  /** True if the question was shown once: the next time the password is sent. */
  #hasAsked = false;

  constructor(app: SignInApp) {
    this.#app = app;
    this.#formState = new FormState(app, {
      isChange: true,
      waitsFor: () => this.#typedName,
      onProblem: ({ code }) => {
        this.#isExpired = code === 'temporary-password-expired';
        this.#isWaiting = code === 'too-many-attempts';
        return false;
      },
    });
  }

  title(): string {
    return this.#app.translator.text.signIn.title;
  }

  onShown(): void {
    const { document } = this.#app.window;
    const id = this.#app.lastUserName === '' ? 'userName' : 'password';
    document.getElementById(id)?.focus();
  }

  view(): TemplateResult {
    const { translator, lastUserName } = this.#app;
    const { signIn } = translator.text;
    const { fields } = this.#formState;
    const notice = this.#notice();
    // The field that has the focus names it too: a screen reader may miss what is there already.
    const describedBy = notice && 'sign-in-notice';
    const submit = this.#formState.button(
      { label: signIn.submit, type: 'submit', kind: 'primary' },
      signIn.working,
    );
    return html`<div class="card">
      <h1 tabindex="-1">${signIn.title}</h1>
      <p class="lead">${signIn.lead}</p>
      ${noticeBar(notice, 'sign-in-notice')}
      <form
        method="post"
        action="/"
        novalidate
        @submit=${this.#onSubmit}
        @input=${this.#onInput}
      >
        ${textField({
          id: 'userName',
          label: signIn.userName,
          hint: signIn.userNameHint,
          error: fields.userName,
          value: lastUserName,
          autocomplete: 'username',
          isRequired: true,
          inputMode: 'email',
          enterKeyHint: 'next',
          describedBy,
        })}
        ${this.#passwordField('password', describedBy)}
        ${this.#hasParts ? this.#passwordField('otherPart', 'parts-hint') : nothing}
        ${this.#partsChoice()} ${this.#sharedComputer()} ${button(submit)}
      </form>
      <section class="forgot">
        <h2>${icon('key')}${signIn.forgotTitle}</h2>
        <p>${signIn.forgot}</p>
      </section>
    </div>`;
  }

  #passwordField(id: 'password' | 'otherPart', describedBy: string | undefined): TemplateResult {
    const { text } = this.#app.translator;
    const { signIn } = text;
    const label = this.#hasParts ? signIn.onePart : signIn.password;
    return passwordField({
      id,
      label: id === 'otherPart' ? signIn.otherPart : label,
      error: this.#formState.fields[id],
      autocomplete: this.#hasParts ? 'off' : 'current-password',
      text,
      isShown: this.#isShown,
      describedBy,
      onShow: (isShown) => {
        this.#isShown = isShown;
        this.#app.update();
      },
      onInput: (value) => {
        this.#hasAsked = false;
        // A manager fills in whole passwords; a part is typed.
        if (id === 'password' && isOnePart(value)) this.#showParts(true);
      },
    });
  }

  /** Explains the two fields, or offers them. */
  #partsChoice(): TemplateResult {
    const { signIn } = this.#app.translator.text;
    const hasParts = this.#hasParts;
    return html`<div class="parts-choice">
      ${hasParts ? html`<p id="parts-hint" class="field-hint">${signIn.partsHint}</p>` : nothing}
      ${button({
        label: hasParts ? signIn.hasWhole : signIn.hasParts,
        kind: 'subtle',
        run: () => this.#showParts(!hasParts),
      })}
    </div>`;
  }

  #showParts(hasParts: boolean): void {
    if (this.#hasParts === hasParts) return;
    this.#hasParts = hasParts;
    this.#formState.fields = {};
    this.#app.update();
  }

  #sharedComputer(): TemplateResult {
    const { shared, sharedHint } = this.#app.translator.text.signIn;
    return html`<div class="role">
      <input
        type="checkbox"
        id="sharedComputer"
        ?checked=${this.#app.isShared}
        aria-describedby="sharedComputer-text"
        @change=${(event: Event) => {
          this.#app.isShared = (event.target as HTMLInputElement).checked;
        }}
      />
      <label for="sharedComputer">${shared}</label>
      <p id="sharedComputer-text" class="quiet">${sharedHint}</p>
    </div>`;
  }

  #notice(): Notice | undefined {
    const { signInReason: reason, translator } = this.#app;
    const { signIn } = translator.text;
    const { notice } = this.#formState;
    // A wait is that of the name that was tried, not of another one.
    if (this.#isWaiting && this.#typedName !== this.#triedName) return undefined;
    if (notice !== undefined) {
      if (this.#isExpired) return { ...notice, more: [signIn.expiredNext] };
      const isWaiting = this.#isWaiting && this.#formState.waitMs > 0;
      return isWaiting ? { ...notice, more: [signIn.waitNext] } : notice;
    }
    if (reason === undefined) return undefined;
    const isAsked = reason === 'signedOut' || reason === 'everywhere';
    return { intent: isAsked ? 'success' : 'info', title: signIn.reason[reason] };
  }

  /** Returns the password to send, or what is wrong with what was typed. */
  #judge(userName: string, form: HTMLFormElement): string | FieldErrors {
    const { signIn } = this.#app.translator.text;
    const typed = textOf(form, 'password');
    const judged = this.#hasParts
      ? judgeParts(typed, textOf(form, 'otherPart'), signIn)
      : judgePassword(typed, signIn, this.#hasAsked);
    if (typeof judged === 'string' && userName !== '') return judged;
    // What looks like a slip may be the person's own password.
    this.#hasAsked ||= !this.#hasParts && typed !== '' && typeof judged !== 'string';
    return {
      ...(userName === '' && { userName: signIn.userNameMissing }),
      ...(typeof judged !== 'string' && judged),
    };
  }

  readonly #onInput = (event: Event): void => {
    const typedName = nameIn(event.currentTarget as HTMLFormElement);
    if (typedName === this.#typedName) return;
    this.#typedName = typedName;
    this.#app.update();
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const userName = textOf(form, 'userName').trim();
    const judged = this.#judge(userName, form);
    this.#typedName = nameIn(form);
    this.#triedName = this.#typedName;
    this.#isExpired = false;
    // Not while the name still waits: its notice stays then.
    if (this.#formState.waitMs === 0) this.#isWaiting = false;
    // Browsers keep what was typed into a field of text.
    this.#isShown = false;
    if (typeof judged !== 'string') {
      this.#formState.refuse(judged);
      focusFirstInvalid(form);
      return;
    }
    const isDone = await this.#formState.run(() => this.#signIn(userName, judged));
    if (isDone) return;
    const { body } = form.ownerDocument;
    if (Object.keys(this.#formState.fields).length > 0) focusFirstInvalid(form);
    else if (form.ownerDocument.activeElement === body) form.querySelector('input')?.focus();
  };

  async #signIn(userName: string, password: string): Promise<void> {
    const { window, isShared } = this.#app;
    const deviceToken = deviceTokenOf(window, userName);
    if (isShared) forgetDeviceToken(window, userName.toLowerCase());
    const { body } = await this.#app.api.call('POST /api/sign-in', {
      token: null,
      body: { userName, password, deviceToken },
    });
    if (body.status === 'signedIn') this.#app.signedIn(body);
    else this.#app.changeRequired({ ...body, userName: userName.toLowerCase() });
  }
}
