import { html, nothing, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import type { Problem } from '../../api.ts';
import { isGoingOn } from '../../attempts.ts';
import { avatar, disabledBadge, stateBadge, stateNow } from '../../component/badge.ts';
import { emptyState } from '../../component/empty-state.ts';
import { eventList } from '../../component/event-list.ts';
import { icon } from '../../component/icon.ts';
import { messageBar, type Notice, noticeBar } from '../../component/notice.ts';
import { skeletonRows } from '../../component/skeleton.ts';
import { userFacts } from '../../component/user-facts.ts';
import type { AccountEvent, User } from '../../contract.ts';
import { shownName } from '../../name.ts';
import { Paged } from '../../paged.ts';
import type { Portal } from '../../portal.ts';
import { Submission } from '../../submission.ts';
import { fill } from '../../text.ts';
import type { Screen } from '../screen.ts';
import { askReset, userActions, userReset } from './actions.ts';
import { ProfileForm, RolesForm } from './forms.ts';

/** One user: details, what may be done, events, and at the bottom the reset. */
export class UserScreen implements Screen {
  readonly portal: Portal;
  readonly userId: string;
  readonly #events: Paged<AccountEvent>;
  readonly #loading: Submission;
  readonly #profileForm: ProfileForm;
  readonly #rolesForm: RolesForm;
  /** Raised when the forms must show what was read, not what was typed. */
  #version = 0;
  #isGone = false;
  user: User | undefined;
  /** Of the version that is shown; a change is meant for it. */
  etag: string | undefined;

  constructor(portal: Portal, userId: string) {
    this.portal = portal;
    this.userId = userId;
    this.#events = new Paged(portal);
    this.#loading = new Submission(portal, {
      isChange: false,
      onProblem: ({ code }) => {
        this.#isGone = code === 'not-found';
        return this.#isGone;
      },
    });
    this.#profileForm = new ProfileForm(this);
    this.#rolesForm = new RolesForm(this);
    void this.load();
  }

  title(): string {
    return this.#name ?? this.portal.wording.text.users.title;
  }

  get #name(): string | undefined {
    if (this.user !== undefined) return shownName(this.user);
    return this.portal.directory.knownNameOf(this.userId);
  }

  get isSelf(): boolean {
    return this.userId === this.portal.session?.user.userId;
  }

  /** Reads user and events anew; what was typed is dropped. */
  readonly load = async (): Promise<void> => {
    await Promise.all([
      this.#loading.run(async () => {
        const { body, etag } = await this.portal.api.call<User>('GET', this.path());
        this.#version += 1;
        this.#take(body, etag);
      }),
      this.#loadEvents(),
    ]);
  };

  path(action = ''): string {
    return `/api/users/${this.userId}${action}`;
  }

  /** Takes over what a change answered. */
  changed(body: User, etag: string | undefined, notice: Notice | undefined): void {
    // Only the answer about one user says what is counted.
    const attempts = this.user?.attempts;
    this.#take({ ...(attempts && { attempts }), ...body }, etag);
    this.portal.notice = notice;
    if (this.isSelf) void this.portal.refreshMe().catch(() => {});
    void this.#loadEvents();
    this.portal.update();
  }

  /** What helps when somebody else was faster. */
  readonly remedy = ({ code }: Problem): Notice['action'] | undefined => {
    const { action, user } = this.portal.wording.text;
    if (code === 'precondition-failed' || code === 'forbidden') {
      return { label: action.reload, run: () => void this.load() };
    }
    if (code === 'not-found') {
      return { label: user.back, run: () => this.portal.go(this.portal.listAddress) };
    }
    return undefined;
  };

  view(): TemplateResult {
    const { text } = this.portal.wording;
    if (this.#isGone) {
      return emptyState({
        icon: 'person',
        title: text.fault.goneTitle,
        text: text.fault.gone,
        link: { address: this.portal.listAddress, label: text.user.back },
      });
    }
    return html`<a class="back" href=${this.portal.listAddress}>${icon('left')}${text.user.back}</a>
      ${this.#head()} ${noticeBar(this.#loading.notice)}
      ${this.user === undefined ? this.#waiting() : this.#details(this.user)}`;
  }

  /** The name may be known from the list before the user is read. */
  #head(): TemplateResult {
    const { wording } = this.portal;
    const { user } = this;
    const { shell, users } = wording.text;
    const name = this.#name ?? (this.#loading.isBusy ? shell.loading : users.title);
    return html`<div class="page-head user-head">
      ${avatar(this.#name ?? '')}
      <div>
        <h1 tabindex="-1" translate="no">${name}</h1>
        <p class="lead" translate="no">${user?.userName ?? '\u00a0'}</p>
        <p class="badges">${user === undefined ? '\u00a0' : this.#badges(user)}</p>
      </div>
    </div>`;
  }

  #badges(user: User): TemplateResult {
    const { wording, api } = this.portal;
    const { you } = wording.text.users;
    return html`${stateBadge(user, wording, api.serverNow())} ${disabledBadge(user, wording)}
      ${this.isSelf ? html`<span class="badge quiet">${you}</span>` : nothing}`;
  }

  #waiting(): TemplateResult {
    const { shell } = this.portal.wording.text;
    return this.#loading.isBusy ? skeletonRows(shell.loading) : html``;
  }

  #details(user: User): TemplateResult {
    const { text } = this.portal.wording;
    return html`${this.#stateNote(user)} ${userActions(this, user)}
      <div class="panels">
        ${keyed(`profile ${this.#version}`, this.#profileForm.view(user))}
        ${userFacts(this.portal, user)}
      </div>
      ${keyed(`roles ${this.#version}`, this.#rolesForm.view(user))}
      <section class="panel" aria-labelledby="events-title">
        <h2 id="events-title">${text.user.events}</h2>
        ${eventList(this.portal, this.#events, false)}
      </section>
      ${userReset(this, user)}`;
  }

  #stateNote(user: User): TemplateResult | typeof nothing {
    const { text } = this.portal.wording;
    const state = stateNow(user, this.portal.api.serverNow());
    const name = shownName(user);
    const reset = { label: text.user.reset, run: () => askReset(this, user) };
    const action = user.allowed.resetPassword ? { action: reset } : {};
    if (state === 'locked') {
      const title = fill(text.user.lockedText, { name });
      return messageBar({ intent: 'warning', title, ...action });
    }
    if (isGoingOn(user.attempts, this.portal.now())) {
      const title = fill(text.user.goesOnTitle, { name });
      const detail = fill(text.user.goesOn, { name });
      return messageBar({ intent: 'warning', title, detail, ...action });
    }
    if (state === 'expired') return messageBar({ intent: 'warning', title: text.user.expiredText });
    return nothing;
  }

  #take(user: User, etag: string | undefined): void {
    this.user = user;
    this.etag = etag;
    this.portal.directory.note(user);
  }

  async #loadEvents(): Promise<void> {
    await this.#events.load(this.path('/events?limit=20'));
  }
}
