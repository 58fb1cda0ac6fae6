import { html, type TemplateResult } from 'lit-html';
import type { UpdateUserBody, User } from '../../../client/index.ts';
import { button } from '../../component/button.ts';
import { focusFirstInvalid, textField } from '../../component/field.ts';
import { localeField, localeName } from '../../component/locale-field.ts';
import { noticeBar } from '../../component/notice.ts';
import { FormState } from '../../form-state.ts';
import { displayNameFault } from '../../name.ts';
import { fill } from '../../text.ts';
import { patchUser, type UserContext } from './context.ts';

const MEMBERS = ['displayName', 'email', 'secondEmail', 'locale'] as const;
type Member = (typeof MEMBERS)[number];

/** The typed value, beside the one that was saved when the typing began. */
interface Typed {
  readonly value: string;
  readonly over: string;
}

/** Display name, both addresses and language. What is typed outlives a newer version. */
export class ProfileForm {
  readonly #screen: UserContext;
  readonly #formState: FormState;
  #typed: Partial<Record<Member, Typed>> = {};

  constructor(screen: UserContext) {
    this.#screen = screen;
    const { app, remedy } = screen;
    this.#formState = new FormState(app, { isChange: true, remedy });
  }

  isDirty(user: User): boolean {
    return Object.keys(this.#changes(user)).length > 0;
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
    const { notice } = this.#formState;
    const submit = this.#formState.button(
      { label: text.user.saveProfile, type: 'submit' },
      text.action.saving,
    );
    const localeOptions = this.#field(user, 'locale', text.addUser.locale);
    return html`<form
      method="post"
      action="/"
      novalidate
      @submit=${(event: SubmitEvent) => this.#onSubmit(event, user)}
    >
      ${textField({
        ...this.#field(user, 'displayName', text.user.displayName),
        isRequired: true,
      })}
      ${textField({ ...this.#field(user, 'email', text.addUser.email), type: 'email' })}
      ${textField({
        hint: text.addUser.secondEmailHint,
        ...this.#field(user, 'secondEmail', text.addUser.secondEmail),
        type: 'email',
      })}
      ${localeField(app.translator, { ...localeOptions, onChange: localeOptions.onInput })}
      ${noticeBar(notice)}
      <div class="form-actions">${button(submit)}</div>
    </form>`;
  }

  #field(user: User, id: Member, label: string) {
    const { text } = this.#screen.app.translator;
    const saved = user[id] ?? '';
    const typed = this.#typed[id];
    const isOvertaken = typed !== undefined && typed.over !== saved && typed.value !== saved;
    return {
      id,
      label,
      value: typed?.value ?? saved,
      error: this.#formState.fields[id],
      ...(isOvertaken && {
        hint: fill(text.user.savedMeanwhile, { value: saved || text.user.notGiven }),
      }),
      onInput: (value: string) => {
        this.#typed = { ...this.#typed, [id]: { value, over: typed?.over ?? saved } };
        this.#formState.touch();
      },
    };
  }

  #facts(user: User): TemplateResult {
    const { app } = this.#screen;
    const { text } = app.translator;
    const locale = user.locale === undefined ? undefined : localeName(app.translator, user.locale);
    const facts = [
      [text.user.displayName, user.displayName],
      [text.user.email, user.email ?? text.user.notGiven],
      ...(user.secondEmail === undefined ? [] : [[text.user.secondEmail, user.secondEmail]]),
      [text.user.locale, locale ?? text.user.notGiven],
    ];
    return html`<dl class="facts">
        ${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
      </dl>
      <p class="quiet">${text.user.readOnly}</p>`;
  }

  /** The members that differ from what is saved; what was left empty is cleared. */
  #changes(user: User): UpdateUserBody {
    const changed = (member: Member) => {
      const value = this.#typed[member]?.value.trim();
      return value === (user[member] ?? '') ? undefined : value;
    };
    const [displayName, email, secondEmail, locale] = MEMBERS.map(changed);
    return {
      ...(displayName !== undefined && { displayName }),
      ...(email !== undefined && { email: email || null }),
      ...(secondEmail !== undefined && { secondEmail: secondEmail || null }),
      ...(locale !== undefined && { locale: locale || null }),
    };
  }

  async #onSubmit(event: SubmitEvent, user: User): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { text } = this.#screen.app.translator;
    const displayName = this.#typed.displayName?.value ?? user.displayName;
    const fault = displayNameFault(displayName.trim(), text.addUser);
    if (fault !== undefined) {
      this.#formState.refuse({ displayName: fault });
    } else {
      const isDone = await this.#formState.run(() => patchUser(this.#screen, this.#changes(user)));
      if (isDone) {
        this.#typed = {};
        this.#formState.say({ intent: 'success', title: text.user.saved });
      }
    }
    focusFirstInvalid(form);
  }
}
