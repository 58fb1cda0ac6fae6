import { html, type TemplateResult } from 'lit-html';
import { eventList } from '../component/event-list.ts';
import type { AccountEvent } from '../contract.ts';
import { Paged } from '../paged.ts';
import type { Portal } from '../portal.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

/** The events of the whole tenant. */
export class Activity implements Screen {
  readonly #portal: Portal;
  readonly #events: Paged<AccountEvent>;

  constructor(portal: Portal) {
    this.#portal = portal;
    this.#events = new Paged(portal);
    void this.#events.load('/api/events?limit=50');
  }

  title(): string {
    return this.#portal.translator.text.activity.title;
  }

  view(): TemplateResult {
    const { translator, session } = this.#portal;
    const { activity } = translator.text;
    const tenant = session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${activity.title}</h1>
          <p class="lead">${fill(activity.lead, { tenant })}</p>
        </div>
      </div>
      ${eventList(this.#portal, this.#events, true)}`;
  }
}
