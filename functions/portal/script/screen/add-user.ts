import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem, Role, User } from '../../client/index.ts';
import type { Browsing, Issuing, ListApp, Navigating, Person, Placing } from '../app.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../component/field.ts';
import { icon } from '../component/icon.ts';
import { localeField } from '../component/locale-field.ts';
import { noticeBar } from '../component/notice.ts';
import { chosenRoles, roleChoice } from '../component/role-choice.ts';
import { FormState } from '../form-state.ts';
import { IdempotencyKey } from '../idempotency-key.ts';
import { displayNameFault } from '../name.ts';
import { address } from '../route.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type AddUserApp = ListApp & Browsing & Issuing & Navigating & Person & Placing;

interface Wanted {
  readonly userName: string;
  readonly displayName: string;
  readonly email: string;
  readonly locale: string;
  readonly roles: readonly Role[];
}

/** Ends on the screen that shows the temporary password. */
export class AddUser implements Screen {
  readonly #app: AddUserApp;
  readonly #formState: FormState;
  readonly #key: IdempotencyKey;
  /** The name is taken, perhaps by the attempt before. */
  #isMaybeOwn = false;
  #roles: readonly Role[] = [];
  isUnsaved = false;

  constructor(app: AddUserApp) {
    this.#app = app;
    this.#key = new IdempotencyKey(app.window);
    this.#formState = new FormState(app, {
      isChange: true,
      onProblem: (problem) => this.#onProblem(problem),
    });
  }

  title(): string {
    return this.#app.translator.text.addUser.title;
  }

  view(): TemplateResult {
    const { translator, session } = this.#app;
    const { addUser, action, users } = translator.text;
    const { fields, notice } = this.#formState;
    const tenant = session?.user.tenant ?? '';
    const submit = this.#formState.button(
      { label: addUser.submit, type: 'submit', kind: 'primary' },
      addUser.working,
    );
    return html`<a class="back" href=${this.#app.listAddress}>${icon('left')}${users.title}</a>
      <div class="page-head">
        <div>
          <h1 tabindex="-1">${addUser.title}</h1>
          <p class="lead">${addUser.lead}</p>
        </div>
      </div>
      <form
        class="panel"
        method="post"
        action="/"
        novalidate
        @submit=${this.#onSubmit}
        @input=${this.#onInput}
      >
        <div class="columns">
          ${textField({
            id: 'userName',
            label: addUser.userName,
            hint: fill(addUser.userNameHint, { tenant }),
            error: fields.userName,
            suffix: `@${tenant}`,
            isRequired: true,
          })}
          ${textField({
            id: 'displayName',
            label: addUser.displayName,
            error: fields.displayName,
            isRequired: true,
          })}
          ${textField({
            id: 'email',
            label: addUser.email,
            type: 'email',
            error: fields.email,
          })}
          ${localeField(translator, {
            id: 'locale',
            label: addUser.locale,
            hint: addUser.localeHint,
            error: fields.locale,
            value: '',
          })}
        </div>
        ${roleChoice({
          translator,
          isGlobalAdmin: this.#app.isGlobalAdmin,
          legend: addUser.roles,
          hint: addUser.rolesHint,
          chosen: this.#roles,
          error: fields.roles,
        })}
        ${noticeBar(notice)}
        ${this.#isMaybeOwn ? html`<p class="hint-line">${addUser.maybeAdded}</p>` : nothing}
        <div class="form-actions">
          ${button(submit)}
          <a class="button plain" href=${this.#app.listAddress}>${action.cancel}</a>
        </div>
      </form>`;
  }

  #onProblem({ code, body }: Problem): boolean {
    if (code === 'already-done') return this.#sayAdded(body.user);
    if (code !== 'user-name-taken') return false;
    this.#isMaybeOwn = this.#formState.isUncertain;
    this.#formState.fields = { userName: `${body.title}. ${body.detail}` };
    return true;
  }

  /** The lost answer was a yes: the user is there, and a reset gives a password to pass on. */
  #sayAdded(user: Pick<User, 'userId'> | undefined): boolean {
    const { addUser, temporaryPassword } = this.#app.translator.text;
    if (user === undefined) return false;
    this.isUnsaved = false;
    this.#app.listPlace.clear();
    const run = () => this.#app.go(address.user(user.userId));
    const action = { label: temporaryPassword.toUser, run };
    this.#formState.say({
      intent: 'warning',
      title: addUser.doneTitle,
      detail: addUser.done,
      action,
    });
    return true;
  }

  #read(form: HTMLFormElement): Wanted {
    const tenant = this.#app.session?.user.tenant ?? '';
    const local = textOf(form, 'userName').trim();
    // Who types the whole name gets what was typed; the service judges its domain.
    const userName = local === '' || local.includes('@') ? local : `${local}@${tenant}`;
    return {
      userName,
      displayName: textOf(form, 'displayName').trim(),
      email: textOf(form, 'email').trim(),
      locale: textOf(form, 'locale'),
      roles: chosenRoles(form),
    };
  }

  #refusedHere({ userName, displayName, roles }: Wanted): Record<string, string> {
    const { addUser } = this.#app.translator.text;
    const fault = displayNameFault(displayName, addUser);
    return {
      ...(userName === '' && { userName: addUser.userNameMissing }),
      ...(fault && { displayName: fault }),
      ...(roles.length === 0 && { roles: addUser.rolesMissing }),
    };
  }

  readonly #onInput = (event: Event): void => {
    const form = event.currentTarget as HTMLFormElement;
    const { locale: _, roles, ...typed } = this.#read(form);
    this.#roles = roles;
    this.isUnsaved = roles.length > 0 || Object.values(typed).some((value) => value !== '');
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const wanted = this.#read(form);
    const refused = this.#refusedHere(wanted);
    this.#isMaybeOwn = false;
    if (Object.keys(refused).length > 0) this.#formState.refuse(refused);
    else await this.#formState.run(() => this.#add(wanted));
    focusFirstInvalid(form);
  };

  async #add({ email, locale, ...rest }: Wanted): Promise<void> {
    const body = { ...rest, ...(email !== '' && { email }), ...(locale !== '' && { locale }) };
    const idempotencyKey = this.#key.of(body);
    const answer = await this.#app.api.call('POST /api/users', { body, idempotencyKey });
    this.isUnsaved = false;
    // The list has a row more now.
    this.#app.listPlace.clear();
    this.#app.showTemporaryPassword({ ...answer.body, context: 'created' });
  }
}
