import { html, type TemplateResult } from 'lit-html';
import type { Me, Problem } from '../../client/index.ts';
import type { ListApp, SigningIn } from '../app.ts';
import { FormState } from '../form-state.ts';
import { button } from './button.ts';
import { focusFirstInvalid, textField, textOf } from './field.ts';
import { NewPassword } from './new-password.ts';
import { noticeBar } from './notice.ts';
import { passwordField } from './password-field.ts';

/** The change of a password in a session: instructions, the current one and the new one. */
export class ChangePassword {
  readonly #app: ListApp & Pick<SigningIn, 'takeSession'>;
  readonly #formState: FormState;
  #newPassword = new NewPassword();
  #isCurrentShown = false;
  #reasons: readonly string[] = [];

  constructor(app: ListApp & Pick<SigningIn, 'takeSession'>) {
    this.#app = app;
    this.#formState = new FormState(app, {
      isChange: true,
      onProblem: (problem) => this.#onProblem(problem),
    });
  }

  view(me: Me): TemplateResult {
    const app = this.#app;
    const { title, steps } = me.passwordInstructions;
    return html`<section class="panel" id="change-password" aria-labelledby="change-title">
      <h2 id="change-title">${app.translator.text.profile.change}</h2>
      <div class="change-columns">
        ${this.#form(me)}
        <div class="beside">
          ${this.#newPassword.rules(app.translator, me.policy, this.#reasons.length > 0)}
        </div>
        <section aria-labelledby="steps-title">
          <h3 id="steps-title">${title}</h3>
          <ol class="steps">
            ${steps.map((step) => html`<li>${step}</li>`)}
          </ol>
        </section>
      </div>
    </section>`;
  }

  #form(me: Me): TemplateResult {
    const app = this.#app;
    const { text } = app.translator;
    const { fields } = this.#formState;
    const submit = this.#formState.button(
      { label: text.profile.submit, type: 'submit', kind: 'primary' },
      text.profile.working,
    );
    return html`<form
      method="post"
      action="/"
      novalidate
      @submit=${this.#onSubmit}
    >
      ${textField({
        id: 'userName',
        label: text.signIn.userName,
        value: me.userName,
        autocomplete: 'username',
        isReadOnly: true,
      })}
      ${passwordField({
        id: 'currentPassword',
        label: text.password.current,
        error: fields.currentPassword,
        autocomplete: 'current-password',
        text,
        isShown: this.#isCurrentShown,
        onShow: (isShown) => {
          this.#isCurrentShown = isShown;
          app.update();
        },
      })}
      ${this.#newPassword.field({
        app,
        policy: me.policy,
        error: fields.newPassword,
        reasons: this.#reasons,
        onInput: () => {
          this.#reasons = [];
          this.#formState.clear();
        },
      })}
      ${noticeBar(this.#formState.notice)}
      <div class="form-actions">${button(submit)}</div>
    </form>`;
  }

  #onProblem(problem: Problem): boolean {
    const { text } = this.#app.translator;
    if (problem.code === 'invalid-credentials') {
      this.#formState.fields = { currentPassword: text.password.currentWrong };
      return true;
    }
    if (problem.code !== 'password-rejected') return false;
    this.#reasons = (problem.body.reasons ?? []).map(({ detail }) => detail);
    return true;
  }

  #refusedHere(currentPassword: string, newPassword: string): Record<string, string> {
    const { password } = this.#app.translator.text;
    if (currentPassword === '' || newPassword === '') {
      return {
        ...(currentPassword === '' && { currentPassword: password.currentMissing }),
        ...(newPassword === '' && { newPassword: password.nextMissing }),
      };
    }
    const isSame = currentPassword.normalize('NFC') === newPassword.normalize('NFC');
    return isSame ? { newPassword: password.same } : {};
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const currentPassword = textOf(form, 'currentPassword');
    const newPassword = textOf(form, 'newPassword');
    const refused = this.#refusedHere(currentPassword, newPassword);
    this.#reasons = [];
    this.#newPassword.hide();
    this.#isCurrentShown = false;
    if (Object.keys(refused).length > 0) {
      this.#formState.refuse(refused);
    } else {
      const isDone = await this.#formState.run(() => this.#change(currentPassword, newPassword));
      if (isDone) this.#afterChange(form);
    }
    focusFirstInvalid(form);
  };

  async #change(currentPassword: string, newPassword: string): Promise<void> {
    const { body } = await this.#app.api.call('POST /api/me/password', {
      body: { currentPassword, newPassword },
    });
    this.#app.takeSession(body);
  }

  #afterChange(form: HTMLFormElement): void {
    form.reset();
    this.#newPassword = new NewPassword();
    const title = this.#app.translator.text.profile.changed;
    this.#formState.say({ intent: 'success', title });
  }
}
