import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Reset } from '../../../client/index.ts';
import { button } from '../../component/button.ts';
import { noticeBar } from '../../component/notice.ts';
import { saveCsv } from '../../csv.ts';
import { byWhom } from '../../event-text.ts';
import { Paged } from '../../paged.ts';
import { resetRows } from '../../reset-rows.ts';
import { fill } from '../../text.ts';
import { verificationText } from '../../verification-text.ts';
import type { UserApp } from './context.ts';

const RESETS_SHOWN = 5;

/** The resets of one user, newest first, and what became of each. */
export class Resets {
  readonly #app: UserApp;
  readonly #userId: string;
  readonly #resets: Paged<Reset>;

  constructor(app: UserApp, userId: string) {
    this.#app = app;
    this.#userId = userId;
    this.#resets = new Paged(app);
  }

  load(): Promise<void> {
    return this.#resets.load('resets', async (after) => {
      const { body } = await this.#app.api.call('GET /api/users/{userId}/resets', {
        path: { userId: this.#userId },
        query: { limit: RESETS_SHOWN, after },
      });
      return body;
    });
  }

  /** Returns nothing for a user who was never reset. */
  view(): TemplateResult {
    const { items, hasMore, formState } = this.#resets;
    const { text } = this.#app.translator;
    const { resets, events } = text;
    if (items === undefined || items.length === 0) return noticeBar(formState.notice);
    const more = formState.button(
      { label: text.action.showMore, run: () => void this.#resets.loadMore() },
      text.shell.loading,
    );
    return html`<section class="panel" aria-labelledby="resets-title">
      <div class="panel-head">
        <h2 id="resets-title">${resets.title}</h2>
        ${button({
          label: events.download,
          icon: 'download',
          kind: 'subtle',
          isCompact: true,
          run: this.#download,
        })}
      </div>
      ${noticeBar(formState.notice)} ${this.#table(items, formState.isBusy)}
      ${hasMore ? html`<div class="table-foot">${button(more)}</div>` : nothing}
    </section>`;
  }

  #table(items: readonly Reset[], isBusy: boolean): TemplateResult {
    const { resets, events } = this.#app.translator.text;
    const heads = [resets.outcomeAndWhy, events.who, events.when];
    return html`<div class="table-frame ${isBusy ? 'busy' : ''}">
      <table class="table events" role="table" aria-label=${resets.tableLabel}>
        <thead role="rowgroup">
          <tr role="row">
            ${heads.map((label) => html`<th role="columnheader" scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            items,
            ({ eventId }) => eventId,
            (item) => this.#row(item),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(item: Reset): TemplateResult {
    const { translator } = this.#app;
    const { resets, events } = translator.text;
    const subject = { userId: this.#userId };
    return html`<tr role="row">
      <td role="cell">
        <span class="event-what">${resets.outcome[item.outcome]}</span>
        ${this.#lines(item).map((line) => html`<p class="event-detail">${line}</p>`)}
      </td>
      <td role="cell" data-label=${events.who} translate="no">
        ${byWhom(this.#app, { actor: item.actor, subject })}
      </td>
      <td role="cell" data-label=${events.when} class="quiet">
        <time datetime=${item.at}>${translator.exactTime(item.at)}</time>
      </td>
    </tr>`;
  }

  #lines({ verification, reason, ticket, ...item }: Reset): readonly string[] {
    const { translator } = this.#app;
    const { resets, events } = translator.text;
    const said = (label: string, value: string) => fill(events.line, { label, value });
    const at = (pattern: string, instant: string | undefined) =>
      instant === undefined ? [] : [fill(pattern, { date: translator.dateTime(instant) })];
    return [
      ...(item.outcome === 'open'
        ? at(resets.until, item.expiresAt)
        : at(resets.since, item.outcomeAt)),
      ...(verification === undefined
        ? // Version 1.0 did not record it.
          item.delivery === undefined
          ? []
          : [resets.notVerified]
        : [verificationText(translator, verification)]),
      ...(reason === undefined ? [] : [said(events.detail.reason, reason)]),
      ...(ticket === undefined ? [] : [said(events.detail.ticket, ticket)]),
      ...(item.delivery === 'split' ? [resets.delivery.split] : []),
    ];
  }

  readonly #download = (): void => {
    const { window, now, userNames } = this.#app;
    const userId = this.#userId;
    const userName = userNames.userNameOf(userId) ?? '';
    const user = { userId, userName, name: userNames.nameOf(userId) };
    const rows = resetRows(this.#app, user, this.#resets.items ?? []);
    const day = new Date(now()).toISOString().slice(0, 10);
    const [name] = userName.split('@');
    saveCsv(window, `resets-${name || userId}-${day}.csv`, rows);
  };
}
