import { html, nothing, type TemplateResult } from 'lit-html';
import type { User, UserSummary } from '../../../client/index.ts';
import type { Browsing } from '../../app.ts';
import { button } from '../../component/button.ts';
import { type Choice, selectField } from '../../component/field.ts';
import { icon } from '../../component/icon.ts';
import { messageBar, noticeBar } from '../../component/notice.ts';
import { refreshButton } from '../../component/refresh-button.ts';
import { skeletonRows } from '../../component/skeleton.ts';
import { saveCsv } from '../../csv.ts';
import { Paged, type ReadPage } from '../../paged.ts';
import { address, type Route } from '../../route.ts';
import { fill } from '../../text.ts';
import type { Screen } from '../screen.ts';
import type { UserApp } from '../user/context.ts';
import { soonestFirst } from './expiry-order.ts';
import { addressQuery, apiQuery, CHOICES, type Filter, NO_FILTER, readFilter } from './filter.ts';
import { RowMenu } from './row-menu.ts';
import { userRows, userTable } from './table.ts';
import { shownText, userTabs } from './tabs.ts';

type UserListApp = UserApp & Browsing;

/** A word that is typed gets one call, not one for each letter. */
const SEARCH_PAUSE_MS = 300;
const PAGE_LIMIT = 50;
/** The queue of what expires is read in large pages, because it is sorted here. */
const QUEUE_LIMIT = 200;
/** Code points; the contract's own limit. */
const SEARCH_MAX = 100;

/** All users of the organisation, and the ones whose password needs something. */
export class UserList implements Screen {
  readonly #app: UserListApp;
  readonly #users: Paged<User>;
  readonly #menu: RowMenu;
  #filter: Filter;
  #summary: UserSummary | undefined;
  #searchTimer = 0;

  constructor(app: UserListApp, query: URLSearchParams) {
    this.#app = app;
    this.#users = new Paged<User>(app);
    this.#menu = new RowMenu(app, this.#onChanged);
    this.#filter = readFilter(query);
    app.keepListAddress();
    const place = app.listPlace.find(app.listAddress, app.now());
    if (place !== undefined) {
      this.#users.restore(place.kept, this.#reader(new URLSearchParams(place.kept.key)));
    }
    // One page is read anew behind what is shown; of more, the place would be lost.
    if (place === undefined || place.kept.items.length <= PAGE_LIMIT) void this.#load();
    void this.#loadSummary();
  }

  title(): string {
    return this.#app.translator.text.users.title;
  }

  onRoute(route: Route): void {
    if (route.screen !== 'users') return;
    this.#filter = readFilter(route.query);
    this.#app.keepListAddress();
    void this.#load();
  }

  /** Back where the list was left, with the focus on the user who was opened. */
  onShown(): void {
    const { listPlace, listAddress, window, now } = this.#app;
    const place = listPlace.find(listAddress, now());
    if (place === undefined) return;
    const link = window.document.querySelector<HTMLElement>(`a[href="${place.focusedHref}"]`);
    window.scrollTo(0, place.scrollY);
    link?.focus({ preventScroll: true });
  }

  leave(): void {
    const { window, listPlace, listAddress, now } = this.#app;
    window.clearTimeout(this.#searchTimer);
    const { kept } = this.#users;
    if (kept === undefined) return;
    const { activeElement } = window.document;
    const link = activeElement?.closest('tr')?.querySelector('a') ?? activeElement;
    const focusedHref = link?.getAttribute('href') ?? undefined;
    const { scrollY } = window;
    listPlace.keep({ address: listAddress, kept, scrollY, focusedHref, atMs: now() });
  }

  reload(): void {
    void this.#load();
    void this.#loadSummary();
  }

  view(): TemplateResult {
    const { translator, session } = this.#app;
    const { users, events } = translator.text;
    const tenant = session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${users.title}</h1>
          <p class="lead">${fill(users.lead, { tenant })}</p>
        </div>
        <div class="form-actions">
          ${refreshButton(this.#app, this)}
          ${button({
            label: events.download,
            icon: 'download',
            isCompact: true,
            run: this.#download,
          })}
          <a class="button primary" href=${address.addUser}>
            ${icon('add')}<span>${users.add}</span>
          </a>
        </div>
      </div>
      ${userTabs(translator, this.#summary, this.#filter)}
      ${this.#filters()} ${noticeBar(this.#users.formState.notice)} ${this.#table()}
      ${this.#foot()} ${this.#onlyAdmin()} ${this.#menu.view()}`;
  }

  /**
   * Warns of a single admin, whose forgotten password locks out all of them. It is below the rows,
   * because it arrives after them and must not move one away under a click.
   */
  #onlyAdmin(): TemplateResult | typeof nothing {
    const { translator, isGlobalAdmin } = this.#app;
    const isOnly = this.#summary?.isComplete === true && this.#summary.globalAdminsWhoCount === 1;
    if (!isOnly || !isGlobalAdmin) return nothing;
    return messageBar({ intent: 'info', title: translator.text.users.onlyAdmin });
  }

  #filters(): TemplateResult {
    const { text } = this.#app.translator;
    const { users } = text;
    const any: Choice = { value: '', label: users.any };
    const select = (id: keyof typeof CHOICES, label: string, nameOf: (id: string) => string) =>
      selectField({
        id,
        label,
        value: this.#filter[id],
        choices: [any, ...CHOICES[id].map((value) => ({ value, label: nameOf(value) }))],
        onChange: (value) => this.#change({ [id]: value }, 0),
      });
    const named = (names: Readonly<Record<string, string>>) => (id: string) => names[id] ?? id;
    const roleNames = Object.fromEntries(CHOICES.role.map((id) => [id, text.role[id].name]));
    const isFiltered = `${addressQuery(this.#filter)}` !== '';
    return html`<form class="filters" role="search" @submit=${this.#onSearch}>
      ${this.#searchField()} ${select('role', users.role, named(roleNames))}
      ${select('credentialState', users.state, named(text.state))}
      ${select('status', users.status, named(text.status))}
      ${isFiltered ? button({ label: users.clear, kind: 'subtle', run: this.#clear }) : nothing}
    </form>`;
  }

  #searchField(): TemplateResult {
    const { users } = this.#app.translator.text;
    const { fields } = this.#users.formState;
    return html`<div class="field search">
      <label for="search">${users.search}</label>
      <div class="affixed">
        ${icon('search')}
        <input
          id="search"
          type="search"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          enterkeyhint="search"
          maxlength=${SEARCH_MAX}
          placeholder=${users.searchHint}
          aria-invalid=${fields.search === undefined ? nothing : 'true'}
          .value=${this.#filter.search}
          @input=${this.#onSearchInput}
        />
      </div>
    </div>`;
  }

  #table(): TemplateResult {
    const { text } = this.#app.translator;
    const { items, formState } = this.#users;
    if (items === undefined) {
      return formState.isBusy ? skeletonRows(text.shell.loading) : html``;
    }
    if (items.length > 0)
      return userTable(this.#app, items, { isBusy: formState.isBusy, menu: this.#menu });
    return html`<div class="empty">
      ${icon('people')}
      <p><strong>${text.users.none}</strong></p>
      <p>${text.users.noneHint}</p>
    </div>`;
  }

  #foot(): TemplateResult {
    const { translator } = this.#app;
    const { items, hasMore, formState } = this.#users;
    const isAll = `${addressQuery(this.#filter)}` === '';
    const total = isAll && this.#summary?.isComplete ? this.#summary.total : undefined;
    const n = items?.length ?? 0;
    const more = formState.button(
      { label: translator.text.action.showMore, run: () => void this.#showMore() },
      translator.text.shell.loading,
    );
    return html`<div class="table-foot ${items === undefined ? 'waiting' : ''}">
      <p class=${n === 0 ? 'visually-hidden' : 'quiet'} role="status" translate="no">
        ${items === undefined ? nothing : shownText(translator, { n, hasMore, total })}
      </p>
      ${hasMore ? button(more) : nothing}
    </div>`;
  }

  readonly #onSearch = (event: Event): void => {
    event.preventDefault();
    this.#app.window.clearTimeout(this.#searchTimer);
    void this.#findFirst();
  };

  /** Enter leads to the first match, past all that stands between. */
  async #findFirst(): Promise<void> {
    await this.#apply();
    this.#focusRow(0);
  }

  readonly #onSearchInput = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    this.#change({ search: value.trim() }, SEARCH_PAUSE_MS);
  };

  readonly #clear = (): void => {
    this.#change(NO_FILTER, 0);
    this.#app.window.document.getElementById('search')?.focus();
  };

  #change(filter: Partial<Filter>, pauseMs: number): void {
    const { window } = this.#app;
    this.#filter = { ...this.#filter, ...filter };
    this.#app.update();
    window.clearTimeout(this.#searchTimer);
    this.#searchTimer = window.setTimeout(() => void this.#apply(), pauseMs);
  }

  #apply(): Promise<void> {
    const query = addressQuery(this.#filter).toString();
    this.#app.replaceAddress(query === '' ? address.users : `${address.users}?${query}`);
    this.#app.keepListAddress();
    return this.#load();
  }

  #focusRow(index: number): void {
    const links = this.#app.window.document.querySelectorAll<HTMLElement>('.person-name a');
    links[index]?.focus();
  }

  /** The focus goes to the first of the new ones: the button may be gone. */
  async #showMore(): Promise<void> {
    const before = this.#users.items?.length ?? 0;
    await this.#users.loadMore();
    this.#focusRow(before);
  }

  readonly #onChanged = (user: User): void => {
    this.#users.change((item) => (item.userId === user.userId ? user : item));
    this.#app.update();
  };

  readonly #download = (): void => {
    const rows = userRows(this.#app.translator, this.#users.items ?? []);
    const day = new Date(this.#app.now()).toISOString().slice(0, 10);
    saveCsv(this.#app.window, `users-${day}.csv`, rows);
  };

  #reader(query: URLSearchParams): ReadPage<User> {
    const given = Object.fromEntries(query);
    const read = async (after: string | undefined) => {
      const { body } = await this.#app.api.call('GET /api/users', { query: { ...given, after } });
      return body;
    };
    return query.has('expiresBefore') ? soonestFirst(read) : read;
  }

  #load(): Promise<void> {
    const limit = this.#filter.expiring === '' ? PAGE_LIMIT : QUEUE_LIMIT;
    const query = apiQuery(this.#filter, limit, this.#app.api.serverNow());
    return this.#users.load(`${query}`, this.#reader(query));
  }

  /** Counts are beside the list: without them it is as useful. */
  async #loadSummary(): Promise<void> {
    try {
      const { body } = await this.#app.api.call('GET /api/users/summary');
      this.#summary = body;
      this.#app.update();
    } catch {
      // The list says what is wrong.
    }
  }
}
