import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Browsing, ListApp, Naming, Navigating, Person } from '../app.ts';
import { stateBadge } from '../component/badge.ts';
import { button } from '../component/button.ts';
import { type Choice, selectField } from '../component/field.ts';
import { icon } from '../component/icon.ts';
import { noticeBar } from '../component/notice.ts';
import { skeletonRows } from '../component/skeleton.ts';
import { userCell } from '../component/user-cell.ts';
import { CREDENTIAL_STATES, ROLES, STATUSES, type User } from '../contract.ts';
import { Paged } from '../paged.ts';
import { address, type Route } from '../route.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type UserListApp = ListApp & Browsing & Naming & Navigating & Person;

const FILTERS = ['userName', 'role', 'status', 'credentialState'] as const;
type Filter = (typeof FILTERS)[number];

/** Who types gets one call for a word, not one for each letter. */
const SEARCH_PAUSE_MS = 300;
const PAGE_LIMIT = 50;

export class UserList implements Screen {
  readonly #app: UserListApp;
  readonly #users: Paged<User>;
  #filter: Readonly<Record<Filter, string>>;
  #searchTimer = 0;

  constructor(app: UserListApp, query: URLSearchParams) {
    this.#app = app;
    this.#users = new Paged<User>(app);
    this.#filter = readFilter(query);
    app.keepListAddress();
    void this.#load();
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

  leave(): void {
    this.#app.window.clearTimeout(this.#searchTimer);
  }

  view(): TemplateResult {
    const { translator, session } = this.#app;
    const { users } = translator.text;
    const tenant = session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${users.title}</h1>
          <p class="lead">${fill(users.lead, { tenant })}</p>
        </div>
        <a class="button primary" href=${address.addUser}>
          ${icon('add')}<span>${users.add}</span>
        </a>
      </div>
      ${this.#filters()} ${noticeBar(this.#users.formState.notice)}
      ${this.#table()} ${this.#foot()}`;
  }

  #filters(): TemplateResult {
    const { text } = this.#app.translator;
    const { users } = text;
    const any: Choice = { value: '', label: users.any };
    const select = (id: Filter, label: string, choices: readonly Choice[]) =>
      selectField({
        id,
        label,
        value: this.#filter[id],
        choices: [any, ...choices],
        onChange: (value) => this.#change({ [id]: value }, 0),
      });
    const isFiltered = FILTERS.some((name) => this.#filter[name] !== '');
    return html`<form class="filters" role="search" @submit=${this.#onSearch}>
      <div class="field search">
        <label for="search">${users.search}</label>
        <div class="affixed">
          ${icon('search')}
          <input
            id="search"
            type="search"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            maxlength="254"
            placeholder=${users.searchHint}
            .value=${this.#filter.userName}
            @input=${this.#onSearchInput}
          />
        </div>
      </div>
      ${select(
        'role',
        users.role,
        ROLES.map((id) => ({ value: id, label: text.role[id].name })),
      )}
      ${select(
        'credentialState',
        users.state,
        CREDENTIAL_STATES.map((id) => ({ value: id, label: text.state[id] })),
      )}
      ${select(
        'status',
        users.status,
        STATUSES.map((id) => ({ value: id, label: text.status[id] })),
      )}
      ${isFiltered ? button({ label: users.clear, kind: 'subtle', run: this.#clear }) : nothing}
    </form>`;
  }

  #table(): TemplateResult {
    const { users } = this.#app.translator.text;
    const { items, formState } = this.#users;
    if (items === undefined) {
      return formState.isBusy ? skeletonRows(this.#app.translator.text.shell.loading) : html``;
    }
    if (items.length === 0) {
      return html`<div class="empty">
        ${icon('people')}
        <p><strong>${users.none}</strong></p>
        <p>${users.noneHint}</p>
      </div>`;
    }
    return html`<div class="table-frame ${formState.isBusy ? 'busy' : ''}">
      <table class="table users" role="table" aria-label=${users.tableLabel}>
        <thead role="rowgroup">
          <tr role="row">
            ${[users.name, users.roles, users.state, users.lastSignIn].map(
              (label) => html`<th role="columnheader" scope="col">${label}</th>`,
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            items,
            ({ userId }) => userId,
            (user) => this.#row(user),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(user: User): TemplateResult {
    const { translator, session } = this.#app;
    const { users, role } = translator.text;
    const isSelf = user.userId === session?.user.userId;
    this.#app.userNames.remember(user);
    const { lastSignInAt } = user;
    return html`<tr role="row" class=${user.status === 'disabled' ? 'dimmed' : ''}>
      <td role="cell">${userCell(user, translator, isSelf)}</td>
      <td role="cell" data-label=${users.roles}>
        ${user.roles.map((id) => role[id].name).join(', ')}
      </td>
      <td role="cell" data-label=${users.state}>
        ${stateBadge(user, translator, this.#app.api.serverNow())}
      </td>
      <td role="cell" data-label=${users.lastSignIn} class="quiet">
        ${lastSignInAt === undefined ? users.never : translator.dateTime(lastSignInAt)}
      </td>
    </tr>`;
  }

  #foot(): TemplateResult {
    const { translator } = this.#app;
    const { users, action } = translator.text;
    const { items, hasMore, formState } = this.#users;
    const forms = hasMore ? users.shownMore : users.shown;
    const more = formState.button(
      { label: action.showMore, run: () => void this.#showMore() },
      translator.text.shell.loading,
    );
    return html`<div class="table-foot ${items === undefined ? 'waiting' : ''}">
      <p
        class=${items?.length === 0 ? 'visually-hidden' : 'quiet'}
        role="status"
        translate="no"
      >
        ${items === undefined ? nothing : translator.plural(forms, items.length)}
      </p>
      ${hasMore ? button(more) : nothing}
    </div>`;
  }

  readonly #onSearch = (event: Event): void => {
    event.preventDefault();
    this.#change({}, 0);
  };

  readonly #onSearchInput = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    this.#change({ userName: value.trim() }, SEARCH_PAUSE_MS);
  };

  readonly #clear = (): void => {
    this.#change({ userName: '', role: '', status: '', credentialState: '' }, 0);
    this.#app.window.document.getElementById('search')?.focus();
  };

  #change(filter: Partial<Record<Filter, string>>, pauseMs: number): void {
    const { window } = this.#app;
    this.#filter = { ...this.#filter, ...filter };
    this.#app.update();
    window.clearTimeout(this.#searchTimer);
    this.#searchTimer = window.setTimeout(() => {
      const query = this.#query().toString();
      this.#app.replaceAddress(query === '' ? address.users : `${address.users}?${query}`);
      this.#app.keepListAddress();
      void this.#load();
    }, pauseMs);
  }

  /** The focus goes to the first of the new ones: the button may be gone. */
  async #showMore(): Promise<void> {
    const before = this.#users.items?.length ?? 0;
    await this.#users.loadMore();
    const links = this.#app.window.document.querySelectorAll<HTMLElement>('.person-name a');
    links[before]?.focus();
  }

  #query(): URLSearchParams {
    const given = FILTERS.filter((name) => this.#filter[name] !== '');
    return new URLSearchParams(given.map((name) => [name, this.#filter[name]]));
  }

  #load(): Promise<void> {
    const query = this.#query();
    query.set('limit', `${PAGE_LIMIT}`);
    return this.#users.load(`/api/users?${query}`);
  }
}

function readFilter(query: URLSearchParams): Readonly<Record<Filter, string>> {
  const read = (name: Filter) => query.get(name) ?? '';
  return {
    userName: read('userName'),
    role: read('role'),
    status: read('status'),
    credentialState: read('credentialState'),
  };
}
