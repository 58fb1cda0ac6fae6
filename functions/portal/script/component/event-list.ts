import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { AccountEvent } from '../../client/index.ts';
import { byWhom, detailLines, type EventApp, learnNames, whatHappened } from '../event-text.ts';
import type { Paged } from '../paged.ts';
import { address } from '../route.ts';
import { fill } from '../text.ts';
import { button } from './button.ts';
import { noticeBar } from './notice.ts';
import { skeletonRows } from './skeleton.ts';

/** The user that it happened to, by the user name too: display names are not unique. */
function subjectCell(app: EventApp, { subject }: AccountEvent): TemplateResult {
  const { events } = app.translator.text;
  if ('tenant' in subject) {
    return html`<td role="cell" data-label=${events.whom}>${events.organisation}</td>`;
  }
  const userName = app.userNames.userNameOf(subject.userId);
  return html`<td role="cell" data-label=${events.whom} translate="no">
    <div>
      <a href=${address.user(subject.userId)}>${app.userNames.nameOf(subject.userId)}</a>
      ${userName === undefined ? nothing : html`<div class="person-id">${userName}</div>`}
    </div>
  </td>`;
}

function actorCell(app: EventApp, event: AccountEvent): TemplateResult {
  const { actor } = event;
  const isOther = 'userId' in actor && actor.userId !== app.session?.user.userId;
  const userName = isOther ? app.userNames.userNameOf(actor.userId) : undefined;
  return html`<td role="cell" data-label=${app.translator.text.events.who} translate="no">
    <div>
      ${byWhom(app, event)}
      ${userName === undefined ? nothing : html`<div class="person-id">${userName}</div>`}
    </div>
  </td>`;
}

function actionCell(app: EventApp, event: AccountEvent): TemplateResult {
  const { translator } = app;
  const { events } = translator.text;
  return html`<td role="cell">
    <span class="event-what">${whatHappened(event, translator.text)}</span>
    ${detailLines(app, event).map((line) => html`<p class="event-detail">${line}</p>`)}
    <details class="event-more" translate="no">
      <summary>${events.more}</summary>
      <p>${fill(events.line, { label: events.requestId, value: event.requestId })}</p>
      <p>${fill(events.line, { label: events.eventType, value: event.type })}</p>
    </details>
  </td>`;
}

function timeCell({ translator }: EventApp, { at }: AccountEvent): TemplateResult {
  return html`<td role="cell" data-label=${translator.text.events.when} class="quiet">
    <time datetime=${at}>
      ${translator.exactTime(at)} <span class="event-utc">${translator.utcTime(at)}</span>
    </time>
  </td>`;
}

/** Returns the events, newest first; `hasSubject` adds the user concerned. */
export function eventList(
  app: EventApp,
  paged: Paged<AccountEvent>,
  hasSubject: boolean,
): TemplateResult {
  const { events, shell, action } = app.translator.text;
  const { items, hasMore, formState } = paged;
  learnNames(app, items ?? []);
  const row = (event: AccountEvent) => html`<tr role="row">
    ${actionCell(app, event)} ${hasSubject ? subjectCell(app, event) : nothing}
    ${actorCell(app, event)} ${timeCell(app, event)}
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
        : html`<div class="table-frame ${formState.isBusy ? 'busy' : ''}">
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
