import { html, type TemplateResult } from 'lit-html';
import type { Policy, Problem } from '../../client/index.ts';
import type { ListApp, SigningIn } from '../app.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../component/field.ts';
import { NewPassword } from '../component/new-password.ts';
import { noticeBar } from '../component/notice.ts';
import { FormState } from '../form-state.ts';
import type { PendingChange } from '../session.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

/** After a temporary password: the one thing that is open is to replace it. */
export class NewPasswordScreen implements Screen {
  readonly #app: ListApp & SigningIn;
  readonly #change: PendingChange;
  readonly #formState: FormState;
  readonly #newPassword = new NewPassword();
  #policy: Policy;
  #reasons: readonly string[] = [];

  constructor(app: ListApp & SigningIn, change: PendingChange) {
    this.#app = app;
    this.#change = change;
    this.#policy = change.policy;
    this.#formState = new FormState(app, {
      isChange: true,
      onProblem: (problem) => this.#onProblem(problem),
    });
  }

  title(): string {
    return this.#app.translator.text.newPassword.title;
  }

  onShown(): void {
    this.#app.focusHeading();
  }

  onLanguage(): void {
    this.#app.api
      .call('GET /api/password-policy', { token: null })
      .then(({ body }) => {
        this.#policy = body;
        this.#app.update();
      })
      .catch(() => {});
  }

  view(): TemplateResult {
    const { translator } = this.#app;
    const { newPassword, signIn } = translator.text;
    const submit = this.#formState.button(
      { label: newPassword.submit, type: 'submit', kind: 'primary' },
      newPassword.working,
    );
    const leftMs = this.#leftMs;
    const when = fill(translator.text.inTime, { time: translator.duration(leftMs) });
    const expiry = leftMs > 0 ? fill(newPassword.expires, { when }) : newPassword.expired;
    return html`<div class="card wide">
      <h1 tabindex="-1">${newPassword.title}</h1>
      <p class="lead">${newPassword.lead}</p>
      <form method="post" action="/" novalidate @submit=${this.#onSubmit}>
        ${textField({
          id: 'userName',
          label: signIn.userName,
          value: this.#change.userName,
          autocomplete: 'username',
          isReadOnly: true,
        })}
        ${this.#newPassword.field({
          app: this.#app,
          policy: this.#policy,
          error: this.#formState.fields.newPassword,
          reasons: this.#reasons,
          onInput: () => {
            this.#reasons = [];
            this.#formState.clear();
          },
        })}
        ${noticeBar(this.#formState.notice)}
        <div class="form-actions">
          ${button(submit)}
          ${button({
            label: signIn.another,
            kind: 'subtle',
            run: () => this.#app.endSession('another'),
          })}
        </div>
        <p class="quiet" translate="no">${expiry}</p>
      </form>
      ${this.#newPassword.rules(this.#app.translator, this.#policy, this.#reasons.length > 0)}
    </div>`;
  }

  get #leftMs(): number {
    return Date.parse(this.#change.temporaryPasswordExpiresAt) - this.#app.api.serverNow();
  }

  onTick(): void {
    if (this.#leftMs <= 0 && this.#leftMs > -2000) this.#app.update();
  }

  #onProblem(problem: Problem): boolean {
    if (problem.code === 'invalid-token') {
      const { isUncertain } = this.#formState;
      this.#app.endSession(isUncertain ? 'maybeChanged' : 'changeExpired');
      return true;
    }
    if (problem.code !== 'password-rejected') return false;
    this.#reasons = (problem.body.reasons ?? []).map(({ detail }) => detail);
    return true;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const newPassword = textOf(form, 'newPassword');
    this.#reasons = [];
    this.#newPassword.hide();
    if (newPassword === '') {
      const { nextMissing } = this.#app.translator.text.password;
      this.#formState.refuse({ newPassword: nextMissing });
    } else {
      await this.#formState.run(() => this.#set(newPassword));
    }
    focusFirstInvalid(form);
  };

  async #set(newPassword: string): Promise<void> {
    const { changeToken: token } = this.#change;
    const { body } = await this.#app.api.call('POST /api/me/password', {
      token,
      body: { newPassword },
    });
    const title = this.#app.translator.text.newPassword.done;
    this.#app.signedIn(body, { intent: 'success', title });
  }
}
