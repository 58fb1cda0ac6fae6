import { odata, type TransactionAction } from '@azure/data-tables';
import type { Notice } from '../../credential/notice.ts';
import {
  type Announcement,
  NOTICES_AT_ONCE,
  type Outbox,
  type Queue,
  type QueuedNotice,
  type Settlement,
} from '../../port/notice.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { outboxKey, outboxRange } from './account-key.ts';
import { changeActions } from './account-transaction.ts';
import { eventRows } from './event-row.ts';
import {
  announcementRow,
  laterPartition,
  noticeRow,
  parseAnnouncementRow,
  parseNoticeRow,
  queueOf,
} from './outbox-row.ts';
import { toInt64 } from './row.ts';
import type { Table } from './table-client.ts';

/** The rows of one page of a run. */
const DUE_PAGE_ROWS = 200;

/** Announces the notices of a change: one row for each lane, written before the change. */
export async function announceNotices(
  table: Table,
  { notices, operationId: id }: { notices: readonly Notice[]; operationId: string },
): Promise<void> {
  const byLane = Map.groupBy(notices, ({ lane }) => lane);
  await Promise.all(
    [...byLane.values()].map(async ([first]) => {
      if (first === undefined) return;
      const { sequence, atMs } = first.event;
      const times = { announcedAtMs: atMs, dueAtMs: atMs };
      await put(table, { id, queue: queueOf(first), sequence, ...times });
    }),
  );
}

async function put(table: Table, announcement: Announcement): Promise<void> {
  const action: TransactionAction = ['upsert', announcementRow(announcement), 'Replace'];
  if ((await table.transact([action])) === 'committed') return;
  throw new Unavailable('tables', 'Table Storage refused a write without a condition');
}

/** The notices beside the accounts, in the partition of their tenant, and their announcements. */
export class TableOutbox implements Outbox {
  readonly #accounts: Table;
  readonly #announcements: Table;

  constructor(accounts: Table, announcements: Table) {
    this.#accounts = accounts;
    this.#announcements = announcements;
  }

  async *listDue(lane: string, nowMs: number): AsyncGenerator<readonly Announcement[], void> {
    const [first, end] = [`${lane}-`, laterPartition(lane, nowMs)];
    const range = odata`PartitionKey ge ${first} and PartitionKey lt ${end}`;
    const filter = `${range} and dueAtMs le ${nowMs}L`;
    let after: string | undefined;
    do {
      const page = await this.#announcements.listRows(filter, { limit: DUE_PAGE_ROWS, after });
      if (page.rows.length > 0) yield page.rows.map((row) => parseAnnouncementRow(row, lane));
      after = page.next;
    } while (after !== undefined);
  }

  announce(announcement: Announcement): Promise<void> {
    return put(this.#announcements, announcement);
  }

  async withdraw(announcement: Announcement): Promise<void> {
    const { partitionKey, rowKey } = announcementRow(announcement);
    await this.#announcements.remove(partitionKey, rowKey, '*');
  }

  async listNotices(queue: Queue): Promise<readonly QueuedNotice[]> {
    const page = { limit: NOTICES_AT_ONCE, after: undefined };
    const { rows, next } = await this.#accounts.listRows(outboxRange(queue), page);
    if (rows.length > 0 || next === undefined) return rows.map((row) => parseNoticeRow(row, queue));
    // The service may end a query before it finds anything.
    throw new Unavailable('tables', 'a query of one queue was not finished');
  }

  async lease(oldest: QueuedNotice, untilMs: number): Promise<QueuedNotice | undefined> {
    const { tenant, event, etag } = oldest;
    const key = { partitionKey: tenant, rowKey: outboxKey(queueOf(oldest), event.sequence) };
    const outcome = await this.#accounts.merge({ ...key, leasedUntilMs: toInt64(untilMs) }, etag);
    if (outcome.kind !== 'written') return undefined;
    return { ...oldest, leasedUntilMs: untilMs, etag: outcome.etag };
  }

  async settle(settlement: Settlement): Promise<'committed' | 'conflict'> {
    const { queue, done, changed, changes, orphans } = settlement;
    for (const change of [...changes, ...orphans]) {
      await announceNotices(this.#announcements, change);
    }
    const { tenant } = queue;
    const keyOf = (notice: QueuedNotice) => outboxKey(queue, notice.event.sequence);
    return this.#accounts.transact([
      ...done.map((notice): TransactionAction => {
        return ['delete', { partitionKey: tenant, rowKey: keyOf(notice) }];
      }),
      ...changed.map((notice): TransactionAction => {
        return ['update', noticeRow(notice), 'Replace', { etag: notice.etag }];
      }),
      ...changes.flatMap((change) => changeActions(change, change.before?.etag)),
      ...orphans.flatMap(({ events, notices, operationId }) => {
        const rows = events.flatMap((event) => eventRows(tenant, event, operationId));
        return [...rows, ...notices.map(noticeRow)].map(
          (row): TransactionAction => ['create', row],
        );
      }),
    ]);
  }
}
