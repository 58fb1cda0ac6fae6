import { odata, type TransactionAction } from '@azure/data-tables';
import type { SentMinute } from '../../credential/mail-share.ts';
import type { Tenant } from '../../credential/name.ts';
import type { Notice } from '../../credential/notice.ts';
import {
  type Announcement,
  type DeadLetter,
  type LaneState,
  NOTICES_AT_ONCE,
  type Outbox,
  type OutboxReport,
  type Queue,
  type QueueContent,
  type QueuedNotice,
  SETTLED_AT_ONCE,
  type Settlement,
  type StoredPace,
  type WaitingLane,
} from '../../port/notice.ts';
import { pages } from '../../port/pages.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { isPaceKey, outboxKey, outboxRange } from './account-key.ts';
import { changeActions } from './account-transaction.ts';
import { eventRows } from './event-row.ts';
import {
  ANNOUNCEMENT_RANGE,
  DEAD_RANGE,
  deadBefore,
  deadKey,
  deadRow,
  parseDeadRow,
  parseStateRow,
  pausedRow,
  STATE_PARTITION,
  sentRow,
  stoppedRow,
} from './lane-row.ts';
import {
  announcementRow,
  laneRange,
  laterPartition,
  noticeRow,
  paceRow,
  parseAnnouncementRow,
  parseNoticeRow,
  parsePaceRow,
  queueOf,
  rankPrefix,
} from './outbox-row.ts';
import { RowReader, toInt64 } from './row.ts';
import { PAGE_ROW_LIMIT, type Table } from './table-client.ts';

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
      const { isBulk = false } = first;
      await put(table, { id, queue: queueOf(first), sequence, ...times, isBulk });
    }),
  );
}

async function put(table: Table, announcement: Announcement): Promise<void> {
  await write(table, ['upsert', announcementRow(announcement), 'Replace']);
}

async function write(table: Table, action: TransactionAction): Promise<void> {
  if ((await table.transact([action])) === 'committed') return;
  throw new Unavailable('tables', 'Table Storage refused a write without a condition');
}

function paceAction(queue: Queue, { value, etag }: StoredPace): TransactionAction {
  const row = paceRow(queue, value);
  return etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag }];
}

/**
 * The notices beside the accounts, in the partition of their tenant. Their announcements are a
 * table of their own, with the dead letters and the states of lanes.
 */
export class TableOutbox implements Outbox, OutboxReport {
  readonly #accounts: Table;
  readonly #announcements: Table;

  constructor(accounts: Table, announcements: Table) {
    this.#accounts = accounts;
    this.#announcements = announcements;
  }

  async *listDue(
    lane: string,
    nowMs: number,
    isBulk: boolean,
  ): AsyncGenerator<readonly Announcement[], void> {
    const [first, end] = [rankPrefix(lane, isBulk), laterPartition(lane, isBulk, nowMs)];
    const range = odata`PartitionKey ge ${first} and PartitionKey lt ${end}`;
    const filter = `${range} and dueAtMs le ${nowMs}L`;
    const list = (after: string | undefined) =>
      this.#announcements.listRows(filter, { limit: DUE_PAGE_ROWS, after });
    for await (const rows of pages(list)) yield rows.map(parseAnnouncementRow);
  }

  announce(announcement: Announcement): Promise<void> {
    return put(this.#announcements, announcement);
  }

  async withdraw(announcement: Announcement): Promise<void> {
    const { partitionKey, rowKey } = announcementRow(announcement);
    await this.#announcements.remove(partitionKey, rowKey, '*');
  }

  async listNotices(queue: Queue): Promise<QueueContent> {
    const page = { limit: NOTICES_AT_ONCE + 1, after: undefined };
    const { items: rows, next } = await this.#accounts.listRows(outboxRange(queue), page);
    const stored = rows.find(({ rowKey }) => isPaceKey(String(rowKey)));
    const notices = rows
      .filter((row) => row !== stored)
      .slice(0, NOTICES_AT_ONCE)
      .map((row) => parseNoticeRow(row, queue));
    if (notices.length > 0 || next === undefined) {
      const pace = stored ? parsePaceRow(stored) : { value: {}, etag: undefined };
      return { notices, pace };
    }
    // The service may end a query before it finds anything.
    throw new Unavailable('tables', 'a query of one queue was not finished');
  }

  async listUrgent(queue: Queue, afterSequence: number): Promise<readonly QueuedNotice[]> {
    const after = outboxKey(queue, afterSequence);
    const filter = odata`RowKey gt ${after} and isEdit eq false`;
    const page = { limit: SETTLED_AT_ONCE, after: undefined };
    const { items: rows } = await this.#accounts.listRows(
      `${outboxRange(queue)} and ${filter}`,
      page,
    );
    return rows.map((row) => parseNoticeRow(row, queue));
  }

  async lease(oldest: QueuedNotice, untilMs: number): Promise<QueuedNotice | undefined> {
    const { tenant, event, etag } = oldest;
    const key = { partitionKey: tenant, rowKey: outboxKey(queueOf(oldest), event.sequence) };
    const outcome = await this.#accounts.merge({ ...key, leasedUntilMs: toInt64(untilMs) }, etag);
    if (outcome.kind !== 'written') return undefined;
    return { ...oldest, leasedUntilMs: untilMs, etag: outcome.etag };
  }

  async settle(settlement: Settlement): Promise<'committed' | 'conflict'> {
    const { queue, done, changed, pace, changes, orphans, dead } = settlement;
    // Before the notice is gone: a crash between the two leaves both.
    for (const letter of dead) {
      await write(this.#announcements, ['upsert', deadRow(letter), 'Replace']);
    }
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
      ...(pace === undefined ? [] : [paceAction(queue, pace)]),
      ...changes.flatMap((change) => changeActions(change, change.before?.etag)),
      ...orphans.flatMap(({ events, notices, operationId }) => {
        const rows = events.flatMap((event) => eventRows(tenant, event, operationId));
        return [...rows, ...notices.map(noticeRow)].map(
          (row): TransactionAction => ['create', row],
        );
      }),
    ]);
  }

  async findLaneState(lane: string): Promise<LaneState> {
    return parseStateRow(await this.#announcements.findRow(STATE_PARTITION, lane));
  }

  // Merged: of a stop and a pause at once neither takes the other away.
  stopLane(lane: string, atMs: number): Promise<void> {
    return write(this.#announcements, ['upsert', stoppedRow(lane, atMs), 'Merge']);
  }

  pauseLane(lane: string, untilMs: number): Promise<void> {
    return write(this.#announcements, ['upsert', pausedRow(lane, untilMs), 'Merge']);
  }

  noteSent(lane: string, sent: readonly SentMinute[]): Promise<void> {
    return write(this.#announcements, ['upsert', sentRow(lane, sent), 'Merge']);
  }

  async resumeLane(lane: string): Promise<void> {
    await this.#announcements.remove(STATE_PARTITION, lane, '*');
  }

  async *#list(filter: string, table = this.#announcements) {
    const list = (after: string | undefined) =>
      table.listRows(filter, { limit: PAGE_ROW_LIMIT, after });
    yield* pages(list);
  }

  async *listDead(): AsyncGenerator<readonly DeadLetter[], void> {
    for await (const rows of this.#list(DEAD_RANGE)) yield rows.map(parseDeadRow);
  }

  async #removeDead(letter: DeadLetter): Promise<void> {
    const { partitionKey, rowKey } = deadKey(letter);
    await this.#announcements.remove(partitionKey, rowKey, '*');
  }

  async forgetDead(lane: string, beforeMs: number): Promise<void> {
    for await (const rows of this.#list(deadBefore(lane, beforeMs))) {
      for (const row of rows) await this.#removeDead(parseDeadRow(row));
    }
  }

  async forgetLane(lane: string): Promise<void> {
    for await (const rows of this.#list(laneRange(lane))) {
      for (const announcement of rows.map(parseAnnouncementRow)) {
        // Before what leads to it: a crash between the two leaves a lane that can be dropped again.
        await this.#forgetQueue(announcement.queue);
        await this.withdraw(announcement);
      }
    }
    await this.forgetDead(lane, Number.MAX_SAFE_INTEGER);
    await this.resumeLane(lane);
  }

  async #forgetQueue(queue: Queue): Promise<void> {
    for await (const rows of this.#list(outboxRange(queue), this.#accounts)) {
      for (const { rowKey } of rows) {
        // The mails that were sent count on, should mail be set again.
        if (isPaceKey(String(rowKey))) continue;
        await this.#accounts.remove(queue.tenant, String(rowKey), '*');
      }
    }
  }

  async forgetTenant(tenant: Tenant): Promise<void> {
    for await (const rows of this.#list(odata`tenant eq ${tenant}`)) {
      for (const row of rows) {
        const reader = new RowReader('announcement', row);
        const [partition, key] = [reader.string('partitionKey'), reader.string('rowKey')];
        await this.#announcements.remove(partition, key, '*');
      }
    }
  }

  async resend(letter: DeadLetter, nowMs: number): Promise<void> {
    const { notice } = letter;
    const { eventId: id, sequence } = notice.event;
    const times = { announcedAtMs: nowMs, dueAtMs: nowMs };
    await this.announce({ id, queue: queueOf(notice), sequence, ...times });
    // One that is there already was put back by a command that was killed.
    await this.#accounts.insert(noticeRow(notice));
    await this.#removeDead(letter);
  }

  async countWaiting(): Promise<readonly WaitingLane[]> {
    const lanes = new Map<string, { oldestAtMs: number; readonly queues: Set<string> }>();
    for await (const rows of this.#list(ANNOUNCEMENT_RANGE)) {
      for (const row of rows) {
        const { queue, announcedAtMs } = parseAnnouncementRow(row);
        const { lane, tenant, subject } = queue;
        const known = lanes.get(lane) ?? { oldestAtMs: announcedAtMs, queues: new Set() };
        known.queues.add(`${tenant} ${subject}`);
        known.oldestAtMs = Math.min(known.oldestAtMs, announcedAtMs);
        lanes.set(lane, known);
      }
    }
    return [...lanes].map(([lane, { oldestAtMs, queues }]) => {
      return { lane, oldestAtMs, queues: queues.size };
    });
  }
}
