import { html, nothing, type TemplateResult } from 'lit-html';
import type { AccountEvent, Problem, User } from '../../../client/index.ts';
import { isGoingOn } from '../../attempts.ts';
import { avatar, disabledBadge, frozenBadge, stateBadge, stateNow } from '../../component/badge.ts';
import { emptyState } from '../../component/empty-state.ts';
import { eventList } from '../../component/event-list.ts';
import { icon } from '../../component/icon.ts';
import { nextInList } from '../../component/next-in-list.ts';
import { messageBar, type Notice, noticeBar } from '../../component/notice.ts';
import { skeletonRows } from '../../component/skeleton.ts';
import { FormState } from '../../form-state.ts';
import { shownName } from '../../name.ts';
import { Paged } from '../../paged.ts';
import { fill } from '../../text.ts';
import type { Screen } from '../screen.ts';
import { setStatus, userActions, userReset } from './actions.ts';
import type { UserApp, UserContext } from './context.ts';
import { userFacts } from './facts.ts';
import { ProfileForm } from './profile.ts';
import { askReset } from './reset/index.ts';
import { Resets } from './resets.ts';
import { RolesForm } from './roles.ts';

/** The shown events are few, so that the reset at the bottom is not far away. */
const EVENTS_SHOWN = 5;

/** One user: details, what may be done, events, and at the bottom the reset. */
export class UserScreen implements Screen, UserContext {
  readonly app: UserApp;
  readonly userId: string;
  readonly #events: Paged<AccountEvent>;
  readonly #resets: Resets;
  readonly #loading: FormState;
  readonly #enabling: FormState;
  readonly #profileForm: ProfileForm;
  readonly #rolesForm: RolesForm;
  #isGone = false;
  user: User | undefined;
  etag: string | undefined;

  constructor(app: UserApp, userId: string) {
    this.app = app;
    this.userId = userId;
    this.#events = new Paged(app);
    this.#resets = new Resets(app, userId);
    this.#loading = new FormState(app, {
      isChange: false,
      onProblem: ({ code }) => {
        this.#isGone = code === 'not-found';
        return this.#isGone;
      },
    });
    this.#enabling = new FormState(app, { isChange: true, remedy: this.remedy });
    this.#profileForm = new ProfileForm(this);
    this.#rolesForm = new RolesForm(this);
    void this.load();
  }

  title(): string {
    return this.#name ?? this.app.translator.text.users.title;
  }

  get #name(): string | undefined {
    if (this.user !== undefined) return shownName(this.user);
    return this.app.userNames.knownNameOf(this.userId);
  }

  get isSelf(): boolean {
    return this.userId === this.app.session?.user.userId;
  }

  /** Reads user and events anew; what was typed stays. */
  readonly load = async (): Promise<void> => {
    await Promise.all([
      this.#loading.run(async () => {
        const { body, etag } = await this.app.api.call('GET /api/users/{userId}', {
          path: { userId: this.userId },
        });
        this.#take(body, etag);
      }),
      this.#loadEvents(),
      this.#resets.load(),
    ]);
  };

  get isUnsaved(): boolean {
    const { user } = this;
    return user !== undefined && (this.#profileForm.isDirty(user) || this.#rolesForm.isDirty(user));
  }

  reload(): void {
    void this.load();
  }

  changed(body: User, etag: string | undefined, notice: Notice | undefined): void {
    // Only the answer about one user says what is counted.
    const attempts = this.user?.attempts;
    this.#take({ ...(attempts && { attempts }), ...body }, etag);
    this.app.notice = notice;
    if (this.isSelf) void this.app.refreshMe().catch(() => {});
    void this.#loadEvents();
    this.app.update();
  }

  /** Returns the act that helps after another admin was faster. */
  readonly remedy = ({ code }: Problem): Notice['action'] | undefined => {
    const { action, user } = this.app.translator.text;
    if (code === 'precondition-failed' || code === 'forbidden') {
      return { label: action.reload, run: () => void this.load() };
    }
    if (code === 'not-found') {
      return { label: user.back, run: () => this.app.go(this.app.listAddress) };
    }
    return undefined;
  };

  view(): TemplateResult {
    const { text } = this.app.translator;
    if (this.#isGone) return this.#gone();
    return html`<div class="back-line">
        <a class="back" href=${this.app.listAddress}>${icon('left')}${text.user.back}</a>
        ${nextInList(this.app, this.userId)}
      </div>
      ${this.#head()} ${noticeBar(this.#loading.notice)}
      ${this.user === undefined ? this.#waiting() : this.#details(this.user)}`;
  }

  /** Returns the events of a deleted user, which outlive it. */
  #gone(): TemplateResult {
    const { text } = this.app.translator;
    const hasEvents = (this.#events.items?.length ?? 0) > 0;
    return html`${emptyState({
      icon: 'person',
      title: text.fault.goneTitle,
      text: text.fault.gone,
      link: { address: this.app.listAddress, label: text.user.back },
    })}
    ${hasEvents ? this.#activity() : nothing} ${this.#resets.view()}`;
  }

  #activity(): TemplateResult {
    const { text } = this.app.translator;
    return html`<section class="panel" aria-labelledby="events-title">
      <h2 id="events-title">${text.user.events}</h2>
      ${eventList(this.app, this.#events, false)}
    </section>`;
  }

  /** The name may be known from the list before the user is read. */
  #head(): TemplateResult {
    const { translator } = this.app;
    const { user } = this;
    const { shell, users } = translator.text;
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
    const { translator, api } = this.app;
    const { you } = translator.text.users;
    const names = translator.text.stateNamed;
    return html`${stateBadge(user, translator, api.serverNow(), names)}
      ${disabledBadge(user, translator)} ${frozenBadge(user, translator)}
      ${this.isSelf ? html`<span class="badge quiet">${you}</span>` : nothing}`;
  }

  #waiting(): TemplateResult {
    const { shell } = this.app.translator.text;
    return this.#loading.isBusy ? skeletonRows(shell.loading) : html``;
  }

  #details(user: User): TemplateResult {
    return html`${this.#frozenNote(user)} ${this.#stateNote(user)} ${userActions(this, user)}
      <div class="panels">
        ${this.#profileForm.view(user)} ${userFacts(this.app, user)}
      </div>
      ${this.#rolesForm.view(user)}
      ${this.#activity()} ${this.#resets.view()} ${userReset(this, user)}`;
  }

  #resetAction(user: User): Pick<Notice, 'action'> {
    const label = this.app.translator.text.user.reset;
    return user.allowed.resetPassword ? { action: { label, run: () => askReset(this, user) } } : {};
  }

  #frozenNote(user: User): TemplateResult | typeof nothing {
    if (!user.credential.isFrozen) return nothing;
    const title = fill(this.app.translator.text.user.frozenText, { name: shownName(user) });
    return messageBar({ intent: 'warning', title, ...this.#resetAction(user) });
  }

  #stateNote(user: User): TemplateResult | typeof nothing {
    const { text } = this.app.translator;
    const state = stateNow(user, this.app.api.serverNow());
    const name = shownName(user);
    const action = this.#resetAction(user);
    if (state === 'locked') {
      const title = fill(text.user.lockedText, { name });
      return messageBar({ intent: 'warning', title, ...action });
    }
    if (isGoingOn(user.attempts, this.app.now())) {
      const title = fill(text.user.goesOnTitle, { name });
      const detail = fill(text.user.goesOn, { name });
      return messageBar({ intent: 'warning', title, detail, ...action });
    }
    if (user.status === 'disabled') return this.#disabledNote(user);
    // The note of a frozen account has the same action.
    if (state === 'expired' && !user.credential.isFrozen) {
      return messageBar({ intent: 'warning', title: text.user.expiredText, ...action });
    }
    if (state === 'none') {
      return messageBar({ intent: 'info', title: fill(text.user.noneText, { name }), ...action });
    }
    return nothing;
  }

  #disabledNote(user: User): TemplateResult {
    const { text } = this.app.translator;
    const run = () => void this.#enabling.run(() => setStatus(this, user, 'active'));
    const label = text.user.enableNow;
    const action = this.#enabling.button({ label }, text.action.working);
    return html`${messageBar({
      intent: 'warning',
      title: fill(text.user.disabledText, { name: shownName(user) }),
      ...(user.allowed.edit && { action: { ...action, run } }),
    })}
    ${noticeBar(this.#enabling.notice)}`;
  }

  #take(user: User, etag: string | undefined): void {
    this.user = user;
    this.etag = etag;
    this.app.userNames.remember(user);
    this.app.listPlace.note(user);
  }

  async #loadEvents(): Promise<void> {
    await this.#events.load('events', async (after) => {
      const { body } = await this.app.api.call('GET /api/users/{userId}/events', {
        path: { userId: this.userId },
        query: { limit: EVENTS_SHOWN, after },
      });
      return body;
    });
  }
}
