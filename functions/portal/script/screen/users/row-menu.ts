import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem, User } from '../../../client/index.ts';
import type { Browsing } from '../../app.ts';
import { icon } from '../../component/icon.ts';
import { type Notice, noticeBar } from '../../component/notice.ts';
import { FormState } from '../../form-state.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import { fill } from '../../text.ts';
import { askStatus } from '../user/actions.ts';
import type { UserApp, UserContext } from '../user/context.ts';
import { askReset } from '../user/reset/index.ts';

type RowMenuApp = UserApp & Browsing;

const ID = 'row-menu';

/**
 * The acts of daily work in the list itself: reset, disable and enable. One menu serves all rows.
 * The user is read anew before the question, so that it speaks of the present state.
 */
export class RowMenu {
  readonly #app: RowMenuApp;
  readonly #onChanged: (user: User) => void;
  readonly #reading: FormState;
  #user: User | undefined;
  #done: Notice | undefined;

  constructor(app: RowMenuApp, onChanged: (user: User) => void) {
    this.#app = app;
    this.#onChanged = onChanged;
    this.#reading = new FormState(app, { isChange: false, remedy: () => undefined });
  }

  /** Returns the button of a row; there is none where no act is allowed. */
  button(user: User): TemplateResult | typeof nothing {
    const { translator, session } = this.#app;
    const isSelf = user.userId === session?.user.userId;
    if (isSelf || !(user.allowed.resetPassword || user.allowed.edit)) return nothing;
    const names = { name: shownName(user), userName: user.userName };
    return html`<button
      type="button"
      class="button subtle row-menu-button"
      popovertarget=${ID}
      aria-label=${fill(translator.text.users.actionsFor, names)}
      @click=${(event: Event) => this.#toggle(event, user)}
    >
      ${icon('more')}
    </button>`;
  }

  /** Returns the menu, and what became of its last act. */
  view(): TemplateResult {
    return html`<div id=${ID} class="menu row-menu" popover>${this.#content(this.#user)}</div>
      ${noticeBar(this.#reading.notice, 'row-notice')}
      <p class="visually-hidden" role="status">${this.#done?.title ?? nothing}</p>`;
  }

  #content(user: User | undefined): TemplateResult | typeof nothing {
    if (user === undefined) return nothing;
    const { user: words } = this.#app.translator.text;
    const isActive = user.status === 'active';
    return html`<p class="menu-head" translate="no">
        <strong>${shownName(user)}</strong><span>${user.userName}</span>
      </p>
      ${
        user.allowed.resetPassword
          ? html`<button type="button" class="menu-item" autofocus @click=${this.#press(askReset)}>
            ${icon('key')}${words.reset}
          </button>`
          : nothing
      }
      ${
        user.allowed.edit
          ? html`<button type="button" class="menu-item" @click=${this.#press(askStatus)}>
            ${icon(isActive ? 'pause' : 'check')}${isActive ? words.disable : words.enable}
          </button>`
          : nothing
      }`;
  }

  /** Opens it by hand, because its place is known only when it is there. */
  #toggle(event: Event, user: User): void {
    event.preventDefault();
    const button = event.currentTarget as HTMLElement;
    const menu = this.#element();
    const wasOpen = menu?.matches(':popover-open') ?? false;
    if (wasOpen) menu?.hidePopover();
    if (menu === undefined || (wasOpen && this.#user?.userId === user.userId)) return;
    this.#user = user;
    this.#app.update();
    menu.showPopover({ source: button });
    const { window } = this.#app;
    const { bottom, right, top } = button.getBoundingClientRect();
    const hasRoom = bottom + menu.offsetHeight <= window.innerHeight;
    const y = hasRoom ? bottom : top - menu.offsetHeight;
    menu.style.top = `${y + window.scrollY}px`;
    menu.style.right = `${window.document.documentElement.clientWidth - right}px`;
  }

  #element(): HTMLElement | undefined {
    return this.#app.window.document.getElementById(ID) ?? undefined;
  }

  #press(ask: (context: UserContext, user: User) => void): () => void {
    return () => {
      const id = this.#user?.userId;
      this.#element()?.hidePopover();
      this.#done = undefined;
      if (id !== undefined) void this.#reading.run(() => this.#ask(id, ask));
    };
  }

  async #ask(userId: string, ask: (context: UserContext, user: User) => void): Promise<void> {
    const path = { userId };
    const { body, etag } = await this.#app.api.call('GET /api/users/{userId}', { path });
    this.#onChanged(body);
    ask(this.#context(body, etag), body);
  }

  #context(user: User, etag: string | undefined): UserContext {
    const { userId } = user;
    const toUser = () => this.#app.go(address.user(userId));
    return {
      app: this.#app,
      isSelf: false,
      ...{ user, etag, userId },
      changed: (body, _, notice) => {
        this.#done = notice;
        this.#onChanged(body);
      },
      reload: toUser,
      // Another admin was faster: the page of the user shows what it is now.
      remedy: ({ code }: Problem) =>
        code === 'precondition-failed' || code === 'forbidden' || code === 'not-found'
          ? { label: this.#app.translator.text.action.reload, run: toUser }
          : undefined,
    };
  }
}
