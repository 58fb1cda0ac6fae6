import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Localized, Naming, Person } from '../app.ts';
import type { AccountEvent } from '../contract.ts';
import type { Paged } from '../paged.ts';
import { address } from '../route.ts';
import { fill, type PortalCatalogue } from '../text.ts';
import { button } from './button.ts';
import { noticeBar } from './notice.ts';
import { skeletonRows } from './skeleton.ts';

/** The names of the people in the events, and which of them is the reader. */
export type EventApp = Localized & Naming & Pick<Person, 'session'>;

type Member = keyof PortalCatalogue['events']['member'];

function whatHappened({ type, details }: AccountEvent, text: PortalCatalogue): string {
  const { events } = text;
  const members = (details.changed ?? []).map((name) => events.member[name as Member] ?? name);
  // The service may be newer than this page.
  return fill(events.type[type] ?? type, { members: members.join(', ') });
}

function byWhom(app: EventApp, { actor, subject }: AccountEvent): string {
  const { events } = app.translator.text;
  if ('system' in actor) return events[actor.system];
  if (actor.userId === app.session?.user.userId) return events.you;
  if (actor.userId === subject.userId) return events.theUser;
  return app.userNames.nameOf(actor.userId);
}

/** What happened, newest first; `hasSubject`: to whom is said too. */
export function eventList(
  app: EventApp,
  paged: Paged<AccountEvent>,
  hasSubject: boolean,
): TemplateResult {
  const { translator } = app;
  const { events, shell, action } = translator.text;
  const { items, hasMore, formState } = paged;
  const row = (event: AccountEvent) => html`<tr role="row">
    <td role="cell">${whatHappened(event, translator.text)}</td>
    ${
      hasSubject
        ? html`<td role="cell" data-label=${events.whom}>
          <a href=${address.user(event.subject.userId)} translate="no">
            ${app.userNames.nameOf(event.subject.userId)}
          </a>
        </td>`
        : nothing
    }
    <td role="cell" data-label=${events.who} translate="no">${byWhom(app, event)}</td>
    <td role="cell" data-label=${events.when} class="quiet">
      <time datetime=${event.at}>${translator.dateTime(event.at)}</time>
    </td>
  </tr>`;
  const heads = [events.what, ...(hasSubject ? [events.whom] : []), events.who, events.when];
  const more = formState.button(
    { label: action.showMore, run: () => void paged.loadMore() },
    shell.loading,
  );
  return html`${noticeBar(formState.notice)}
    ${items === undefined && formState.isBusy ? skeletonRows(shell.loading, 3) : nothing}
    ${items?.length === 0 ? html`<p class="quiet">${events.none}</p>` : nothing}
    ${
      items === undefined || items.length === 0
        ? nothing
        : html`<div class="table-frame">
          <table class="table events" role="table" aria-label=${events.tableLabel}>
            <thead role="rowgroup">
              <tr role="row">
                ${heads.map((label) => html`<th role="columnheader" scope="col">${label}</th>`)}
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${repeat(items, ({ eventId }) => eventId, row)}
            </tbody>
          </table>
        </div>`
    }
    ${hasMore ? html`<div class="table-foot">${button(more)}</div>` : nothing}`;
}
