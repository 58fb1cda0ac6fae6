import { html, type TemplateResult } from 'lit-html';
import type { ListApp, Naming, Person } from '../app.ts';
import { eventList } from '../component/event-list.ts';
import type { AccountEvent } from '../contract.ts';
import { Paged } from '../paged.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type ActivityApp = ListApp & Naming & Person;

/** The events of the whole tenant. */
export class Activity implements Screen {
  readonly #app: ActivityApp;
  readonly #events: Paged<AccountEvent>;

  constructor(app: ActivityApp) {
    this.#app = app;
    this.#events = new Paged(app);
    void this.#events.load('/api/events?limit=50');
  }

  title(): string {
    return this.#app.translator.text.activity.title;
  }

  view(): TemplateResult {
    const { translator, session } = this.#app;
    const { activity } = translator.text;
    const tenant = session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${activity.title}</h1>
          <p class="lead">${fill(activity.lead, { tenant })}</p>
        </div>
      </div>
      ${eventList(this.#app, this.#events, true)}`;
  }
}
