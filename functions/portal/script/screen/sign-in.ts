import { html, type TemplateResult } from 'lit-html';
import { hasSlip } from '../../../../shared/credential/temporary-password-form.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../component/field.ts';
import { icon } from '../component/icon.ts';
import { type Notice, noticeBar } from '../component/notice.ts';
import { passwordField } from '../component/password-field.ts';
import type { PasswordChangeRequired, SignedIn } from '../contract.ts';
import { deviceTokenOf, forgetDeviceToken } from '../device.ts';
import type { Portal } from '../portal.ts';
import { Submission } from '../submission.ts';
import type { Screen } from './screen.ts';

export class SignIn implements Screen {
  readonly #portal: Portal;
  readonly #submission: Submission;
  #isShown = false;
  #isExpired = false;
  #isWaiting = false;
  /** What was asked about once is sent the next time. */
  #hasAsked = false;

  constructor(portal: Portal) {
    this.#portal = portal;
    this.#submission = new Submission(portal, {
      isChange: true,
      onProblem: ({ code }) => {
        this.#isExpired = code === 'temporary-password-expired';
        this.#isWaiting = code === 'too-many-attempts';
        return false;
      },
    });
  }

  title(): string {
    return this.#portal.wording.text.signIn.title;
  }

  onShown(): void {
    const { document } = this.#portal.window;
    const id = this.#portal.lastUserName === '' ? 'userName' : 'password';
    document.getElementById(id)?.focus();
  }

  view(): TemplateResult {
    const { wording, lastUserName } = this.#portal;
    const { signIn } = wording.text;
    const { fields } = this.#submission;
    const notice = this.#notice();
    // The field that has the focus tells it too: a reader may miss what is there already.
    const toldBy = notice && 'sign-in-notice';
    const submit = this.#submission.button(
      { label: signIn.submit, type: 'submit', kind: 'primary' },
      signIn.working,
    );
    return html`<div class="card">
      <h1 tabindex="-1">${signIn.title}</h1>
      <p class="lead">${signIn.lead}</p>
      ${noticeBar(notice, 'sign-in-notice')}
      <form method="post" action="/" novalidate @submit=${this.#onSubmit}>
        ${textField({
          id: 'userName',
          label: signIn.userName,
          hint: signIn.userNameHint,
          error: fields.userName,
          value: lastUserName,
          autocomplete: 'username',
          isRequired: true,
          toldBy,
        })}
        ${passwordField({
          id: 'password',
          label: signIn.password,
          error: fields.password,
          autocomplete: 'current-password',
          text: wording.text,
          isShown: this.#isShown,
          toldBy,
          onShow: (isShown) => {
            this.#isShown = isShown;
            this.#portal.update();
          },
          onInput: () => {
            this.#hasAsked = false;
          },
        })}
        ${this.#sharedComputer()} ${button(submit)}
      </form>
      <section class="forgot">
        <h2>${icon('key')}${signIn.forgotTitle}</h2>
        <p>${signIn.forgot}</p>
      </section>
    </div>`;
  }

  #sharedComputer(): TemplateResult {
    const { shared, sharedHint } = this.#portal.wording.text.signIn;
    return html`<div class="role">
      <input
        type="checkbox"
        id="sharedComputer"
        ?checked=${this.#portal.isShared}
        aria-describedby="sharedComputer-text"
        @change=${(event: Event) => {
          this.#portal.isShared = (event.target as HTMLInputElement).checked;
        }}
      />
      <label for="sharedComputer">${shared}</label>
      <p id="sharedComputer-text" class="quiet">${sharedHint}</p>
    </div>`;
  }

  #notice(): Notice | undefined {
    const { signInReason: reason, wording } = this.#portal;
    const { signIn } = wording.text;
    const { notice } = this.#submission;
    if (notice !== undefined) {
      if (this.#isExpired) return { ...notice, more: [signIn.expiredNext] };
      const isWaiting = this.#isWaiting && this.#submission.waitMs > 0;
      return isWaiting ? { ...notice, more: [signIn.waitNext] } : notice;
    }
    if (reason === undefined) return undefined;
    const isAsked = reason === 'signedOut' || reason === 'everywhere';
    return { intent: isAsked ? 'success' : 'info', title: signIn.reason[reason] };
  }

  #refusedHere(userName: string, password: string): Record<string, string> | undefined {
    const { signIn } = this.#portal.wording.text;
    const fields = {
      ...(userName === '' && { userName: signIn.userNameMissing }),
      ...(password === '' && { password: signIn.passwordMissing }),
    };
    if (Object.keys(fields).length > 0) return fields;
    if (this.#hasAsked || !hasSlip(password)) return undefined;
    this.#hasAsked = true;
    return { password: signIn.typo };
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const userName = textOf(form, 'userName').trim();
    const password = textOf(form, 'password');
    const refused = this.#refusedHere(userName, password);
    this.#isExpired = false;
    // Browsers keep what was typed into a field of text.
    this.#isShown = false;
    if (refused !== undefined) {
      this.#submission.refuse(refused);
      focusFirstInvalid(form);
      return;
    }
    const isDone = await this.#submission.run(() => this.#signIn(userName, password));
    if (isDone) return;
    const { body } = form.ownerDocument;
    if (Object.keys(this.#submission.fields).length > 0) focusFirstInvalid(form);
    else if (form.ownerDocument.activeElement === body) form.querySelector('input')?.focus();
  };

  async #signIn(userName: string, password: string): Promise<void> {
    const { window, isShared } = this.#portal;
    const deviceToken = deviceTokenOf(window, userName);
    if (isShared) forgetDeviceToken(window, userName.toLowerCase());
    const { body } = await this.#portal.api.call<SignedIn | PasswordChangeRequired>(
      'POST',
      '/api/sign-in',
      { isAnonymous: true, body: { userName, password, deviceToken } },
    );
    if (body.status === 'signedIn') this.#portal.signedIn(body);
    else this.#portal.changeRequired({ ...body, userName: userName.toLowerCase() });
  }
}
