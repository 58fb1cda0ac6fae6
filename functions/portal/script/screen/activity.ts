import { html, nothing, type TemplateResult } from 'lit-html';
import { type AccountEvent, EVENT_TYPES } from '../../client/index.ts';
import type { Browsing, ListApp, Naming, Navigating, Person } from '../app.ts';
import { button } from '../component/button.ts';
import { eventList } from '../component/event-list.ts';
import { type Choice, selectField } from '../component/field.ts';
import { refreshButton } from '../component/refresh-button.ts';
import { saveCsv } from '../csv.ts';
import {
  type EventFilter,
  type EventFilterName,
  eventAddressQuery,
  eventApiQuery,
  readEventFilter,
} from '../event-filter.ts';
import { eventRows } from '../event-text.ts';
import { Paged } from '../paged.ts';
import { address, type Route } from '../route.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type ActivityApp = ListApp & Browsing & Naming & Navigating & Person;

const PAGE_LIMIT = 50;
const ADMIN_ROLES = ['globalAdmin', 'userManagementAdmin'] as const;

/** The events of the whole organisation. */
export class Activity implements Screen {
  readonly #app: ActivityApp;
  readonly #events: Paged<AccountEvent>;
  #filter: EventFilter;
  /** The ids of the people who can have done something to others. */
  #admins: readonly string[] = [];

  constructor(app: ActivityApp, query: URLSearchParams) {
    this.#app = app;
    this.#events = new Paged(app);
    this.#filter = readEventFilter(query);
    this.reload();
    void this.#loadAdmins();
  }

  title(): string {
    return this.#app.translator.text.activity.title;
  }

  onRoute(route: Route): void {
    if (route.screen !== 'activity') return;
    this.#filter = readEventFilter(route.query);
    this.reload();
  }

  reload(): void {
    const query = eventApiQuery(this.#filter, PAGE_LIMIT);
    void this.#events.load(`${query}`, async (after) => {
      const given = Object.fromEntries(query);
      const { body } = await this.#app.api.call('GET /api/events', { query: { ...given, after } });
      return body;
    });
  }

  view(): TemplateResult {
    const { translator, session } = this.#app;
    const { activity, events } = translator.text;
    const tenant = session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${activity.title}</h1>
          <p class="lead">${fill(activity.lead, { tenant })}</p>
        </div>
        <div class="form-actions">
          ${refreshButton(this.#app, this)}
          ${button({
            label: events.download,
            icon: 'download',
            isCompact: true,
            run: this.#download,
          })}
        </div>
      </div>
      ${this.#filters()} ${eventList(this.#app, this.#events, true)}`;
  }

  #filters(): TemplateResult {
    const { activity, events, users } = this.#app.translator.text;
    const types = EVENT_TYPES.map((value) => ({
      value,
      label: fill(events.type[value], { members: '…' }),
    }));
    const select = (id: 'type' | 'actor', label: string, any: string, choices: readonly Choice[]) =>
      selectField({
        id,
        label,
        value: this.#filter[id],
        choices: [{ value: '', label: any }, ...choices],
        onChange: (value) => this.#change({ [id]: value }),
      });
    const isFiltered = `${eventAddressQuery(this.#filter)}` !== '';
    return html`<form class="filters" @submit=${(event: Event) => event.preventDefault()}>
      ${select('type', events.what, events.any, types)}
      ${select('actor', events.who, users.any, this.#actors())}
      ${this.#day('from', activity.from)} ${this.#day('to', activity.to)}
      ${isFiltered ? button({ label: users.clear, kind: 'subtle', run: this.#clear }) : nothing}
    </form>`;
  }

  /** Returns the reader, the other admins, and the person of the current filter. */
  #actors(): readonly Choice[] {
    const { session, userNames, translator } = this.#app;
    const own = session?.user.userId;
    const { actor } = this.#filter;
    const ids = new Set([...(own ? [own] : []), ...this.#admins, ...(actor ? [actor] : [])]);
    return [...ids].map((userId) => {
      if (userId === own) return { value: userId, label: translator.text.events.you };
      const userName = userNames.userNameOf(userId);
      const name = userNames.nameOf(userId);
      return { value: userId, label: userName === undefined ? name : `${name} (${userName})` };
    });
  }

  #day(id: 'from' | 'to', label: string): TemplateResult {
    const onChange = (event: Event) =>
      this.#change({ [id]: (event.target as HTMLInputElement).value });
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} type="date" .value=${this.#filter[id]} @change=${onChange} />
    </div>`;
  }

  readonly #clear = (): void => {
    this.#change({ type: '', actor: '', from: '', to: '' });
    this.#app.window.document.getElementById('type')?.focus();
  };

  #change(filter: Partial<Record<EventFilterName, string>>): void {
    this.#filter = { ...this.#filter, ...filter };
    const query = eventAddressQuery(this.#filter).toString();
    this.#app.replaceAddress(query === '' ? address.activity : `${address.activity}?${query}`);
    this.reload();
    this.#app.update();
  }

  /** Saves the shown events as a file. */
  readonly #download = (): void => {
    const rows = eventRows(this.#app, this.#events.items ?? []);
    const day = new Date(this.#app.now()).toISOString().slice(0, 10);
    saveCsv(this.#app.window, `activity-${day}.csv`, rows);
  };

  async #loadAdmins(): Promise<void> {
    try {
      const pages = await Promise.all(
        ADMIN_ROLES.map((role) =>
          this.#app.api.call('GET /api/users', { query: { role, limit: 200 } }),
        ),
      );
      const users = pages.flatMap(({ body }) => body.items);
      for (const user of users) this.#app.userNames.remember(user);
      this.#admins = users.map(({ userId }) => userId);
      this.#app.update();
    } catch {
      // The list says what is wrong.
    }
  }
}
