import { html, type TemplateResult } from 'lit-html';
import { button } from '../../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../../component/field.ts';
import { localeField, localeName } from '../../component/locale-field.ts';
import { noticeBar } from '../../component/notice.ts';
import type { User } from '../../contract.ts';
import { FormState } from '../../form-state.ts';
import { patchUser, type UserContext } from './context.ts';

/** Display name, email address and language. */
export class ProfileForm {
  readonly #screen: UserContext;
  readonly #formState: FormState;

  constructor(screen: UserContext) {
    this.#screen = screen;
    const { app, remedy } = screen;
    this.#formState = new FormState(app, { isChange: true, remedy });
  }

  view(user: User): TemplateResult {
    const { text } = this.#screen.app.translator;
    return html`<section class="panel" aria-labelledby="profile-title">
      <h2 id="profile-title">${text.user.profile}</h2>
      ${user.allowed.edit ? this.#form(user) : this.#facts(user)}
    </section>`;
  }

  #form(user: User): TemplateResult {
    const { app } = this.#screen;
    const { text } = app.translator;
    const { fields, notice } = this.#formState;
    const submit = this.#formState.button(
      { label: text.user.saveProfile, type: 'submit' },
      text.action.saving,
    );
    return html`<form method="post" action="/" novalidate @submit=${this.#onSubmit}>
      ${textField({
        id: 'displayName',
        label: text.user.displayName,
        value: user.displayName,
        error: fields.displayName,
        isRequired: true,
      })}
      ${textField({
        id: 'email',
        label: text.addUser.email,
        type: 'email',
        value: user.email ?? '',
        error: fields.email,
      })}
      ${localeField(app.translator, {
        id: 'locale',
        label: text.addUser.locale,
        error: fields.locale,
        value: user.locale ?? '',
      })}
      ${noticeBar(notice)}
      <div class="form-actions">${button(submit)}</div>
    </form>`;
  }

  #facts(user: User): TemplateResult {
    const { app } = this.#screen;
    const { text } = app.translator;
    const locale = user.locale === undefined ? undefined : localeName(app.translator, user.locale);
    const facts = [
      [text.user.displayName, user.displayName],
      [text.user.email, user.email ?? text.user.notGiven],
      [text.user.locale, locale ?? text.user.notGiven],
    ];
    return html`<dl class="facts">
        ${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
      </dl>
      <p class="quiet">${text.user.readOnly}</p>`;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { text } = this.#screen.app.translator;
    const given = (name: string) => textOf(form, name).trim();
    const displayName = given('displayName');
    if (displayName === '') {
      this.#formState.refuse({ displayName: text.addUser.displayNameMissing });
    } else {
      const patch = {
        displayName,
        email: given('email') || null,
        locale: given('locale') || null,
      };
      const isDone = await this.#formState.run(() => patchUser(this.#screen, patch));
      if (isDone) this.#formState.say({ intent: 'success', title: text.user.saved });
    }
    focusFirstInvalid(form);
  };
}
