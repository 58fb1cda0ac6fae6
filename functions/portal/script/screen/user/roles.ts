import { html, nothing, type TemplateResult } from 'lit-html';
import { ROLES, type Role, type User } from '../../../client/index.ts';
import { button } from '../../component/button.ts';
import { focusFirstInvalid } from '../../component/field.ts';
import { noticeBar } from '../../component/notice.ts';
import { chosenRoles, roleChoice } from '../../component/role-choice.ts';
import { FormState } from '../../form-state.ts';
import { shownName } from '../../name.ts';
import { patchUser, type UserContext } from './context.ts';

function inOrder(roles: readonly Role[]): readonly Role[] {
  return ROLES.filter((id) => roles.includes(id));
}

/** The roles of a user. */
export class RolesForm {
  readonly #screen: UserContext;
  readonly #formState: FormState;
  /** The chosen roles, until then the saved ones. */
  #chosen: readonly Role[] | undefined;

  constructor(screen: UserContext) {
    this.#screen = screen;
    const { app, remedy } = screen;
    this.#formState = new FormState(app, { isChange: true, remedy });
  }

  isDirty(user: User): boolean {
    return this.#chosen !== undefined && `${this.#chosen}` !== `${inOrder(user.roles)}`;
  }

  view(user: User): TemplateResult {
    const { app, isSelf } = this.#screen;
    const { text } = app.translator;
    const isOwnAndFixed = isSelf && !app.isGlobalAdmin;
    const isFixed = !user.allowed.edit || isOwnAndFixed;
    const submit = this.#formState.button(
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
      @change=${this.#onChange}
    >
      ${roleChoice({
        translator: app.translator,
        isGlobalAdmin: app.isGlobalAdmin,
        legend: text.user.roles,
        chosen: this.#chosen ?? user.roles,
        error: this.#formState.fields.roles,
        isFixed,
        ...(isFixed && { hint: why }),
      })}
      ${noticeBar(this.#formState.notice)}
      ${isFixed ? nothing : html`<div class="form-actions">${button(submit)}</div>`}
    </form>`;
  }

  readonly #onChange = (event: Event): void => {
    this.#chosen = chosenRoles(event.currentTarget as HTMLFormElement);
    this.#formState.touch();
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const roles = chosenRoles(form);
    const { app, isSelf } = this.#screen;
    if (roles.length === 0) {
      this.#formState.refuse({ roles: app.translator.text.addUser.rolesMissing });
      focusFirstInvalid(form);
      return;
    }
    if (isSelf) this.#askFirst(roles);
    else await this.#save(roles);
  };

  async #save(roles: readonly Role[]): Promise<void> {
    const isDone = await this.#formState.run(() => patchUser(this.#screen, { roles }));
    if (isDone) this.#saySaved();
  }

  #askFirst(roles: readonly Role[]): void {
    const { app, remedy } = this.#screen;
    const { user } = this.#screen;
    app.confirmation.ask({
      title: () => app.translator.text.confirm.rolesTitle,
      ...(user && { subject: { name: shownName(user), userName: user.userName } }),
      text: () => app.translator.text.confirm.rolesText,
      action: () => app.translator.text.user.saveRoles,
      isDanger: true,
      remedy,
      work: async () => {
        await patchUser(this.#screen, { roles });
        this.#saySaved();
      },
    });
  }

  #saySaved(): void {
    this.#chosen = undefined;
    const title = this.#screen.app.translator.text.user.rolesSaved;
    this.#formState.say({ intent: 'success', title });
  }
}
