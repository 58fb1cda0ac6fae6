import { html, nothing, type TemplateResult } from 'lit-html';
import { button } from '../../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../../component/field.ts';
import { localeField, localeName } from '../../component/locale-field.ts';
import { noticeBar } from '../../component/notice.ts';
import { chosenRoles, roleChoice } from '../../component/role-choice.ts';
import type { Role, User } from '../../contract.ts';
import { Submission } from '../../submission.ts';
import type { UserScreen } from './index.ts';

/** Sends a merge patch for the version that is shown, and takes over the answer. */
async function patchUser(screen: UserScreen, patch: object): Promise<void> {
  const { body, etag } = await screen.portal.api.call<User>('PATCH', screen.path(), {
    body: patch,
    ifMatch: screen.etag,
  });
  screen.changed(body, etag, undefined);
}

/** Display name, email address and language. */
export class ProfileForm {
  readonly #screen: UserScreen;
  readonly #submission: Submission;

  constructor(screen: UserScreen) {
    this.#screen = screen;
    const { portal, remedy } = screen;
    this.#submission = new Submission(portal, { isChange: true, remedy });
  }

  view(user: User): TemplateResult {
    const { text } = this.#screen.portal.wording;
    return html`<section class="panel" aria-labelledby="profile-title">
      <h2 id="profile-title">${text.user.profile}</h2>
      ${user.allowed.edit ? this.#form(user) : this.#facts(user)}
    </section>`;
  }

  #form(user: User): TemplateResult {
    const { portal } = this.#screen;
    const { text } = portal.wording;
    const { fields, notice } = this.#submission;
    const submit = this.#submission.button(
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
      ${localeField(portal, {
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
    const { portal } = this.#screen;
    const { text } = portal.wording;
    const locale = user.locale === undefined ? undefined : localeName(portal, user.locale);
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
    const { text } = this.#screen.portal.wording;
    const given = (name: string) => textOf(form, name).trim();
    const displayName = given('displayName');
    if (displayName === '') {
      this.#submission.refuse({ displayName: text.addUser.displayNameMissing });
    } else {
      const patch = {
        displayName,
        email: given('email') || null,
        locale: given('locale') || null,
      };
      const isDone = await this.#submission.run(() => patchUser(this.#screen, patch));
      if (isDone) this.#submission.say({ intent: 'success', title: text.user.saved });
    }
    focusFirstInvalid(form);
  };
}

/** What the user may do. */
export class RolesForm {
  readonly #screen: UserScreen;
  readonly #submission: Submission;

  constructor(screen: UserScreen) {
    this.#screen = screen;
    const { portal, remedy } = screen;
    this.#submission = new Submission(portal, { isChange: true, remedy });
  }

  view(user: User): TemplateResult {
    const { portal, isSelf } = this.#screen;
    const { text } = portal.wording;
    const isOwnAndFixed = isSelf && !portal.isGlobalAdmin;
    const isFixed = !user.allowed.edit || isOwnAndFixed;
    const submit = this.#submission.button(
      { label: text.user.saveRoles, type: 'submit' },
      text.action.saving,
    );
    const why = isOwnAndFixed ? text.user.rolesOwn : text.user.readOnly;
    return html`<form
      class="panel"
      method="post"
      action="/"
      novalidate
      @submit=${this.#onSubmit}
    >
      ${roleChoice({
        portal,
        legend: text.user.roles,
        chosen: user.roles,
        error: this.#submission.fields.roles,
        isFixed,
        ...(isFixed && { hint: why }),
      })}
      ${noticeBar(this.#submission.notice)}
      ${isFixed ? nothing : html`<div class="form-actions">${button(submit)}</div>`}
    </form>`;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const roles = chosenRoles(form);
    const { portal, isSelf } = this.#screen;
    if (roles.length === 0) {
      this.#submission.refuse({ roles: portal.wording.text.addUser.rolesMissing });
      focusFirstInvalid(form);
      return;
    }
    if (isSelf) this.#askFirst(roles);
    else await this.#save(roles);
  };

  async #save(roles: readonly Role[]): Promise<void> {
    const isDone = await this.#submission.run(() => patchUser(this.#screen, { roles }));
    if (isDone) this.#saySaved();
  }

  #askFirst(roles: readonly Role[]): void {
    const { portal, remedy } = this.#screen;
    portal.confirmation.ask({
      title: () => portal.wording.text.confirm.rolesTitle,
      text: () => portal.wording.text.confirm.rolesText,
      action: () => portal.wording.text.user.saveRoles,
      isDanger: true,
      remedy,
      work: async () => {
        await patchUser(this.#screen, { roles });
        this.#saySaved();
      },
    });
  }

  #saySaved(): void {
    const title = this.#screen.portal.wording.text.user.rolesSaved;
    this.#submission.say({ intent: 'success', title });
  }
}
