import { odata, type TableEntity } from '@azure/data-tables';
import type { Tenant } from '../../credential/name.ts';
import {
  mailKindOf,
  type Notice,
  type NoticeEvent,
  type NoticePerson,
} from '../../credential/notice.ts';
import type { Pace } from '../../credential/pace.ts';
import type { Announcement, Delivery, Queue, QueuedNotice, StoredPace } from '../../port/notice.ts';
import { outboxKey, paceKey } from './account-key.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';

/** Half of what a column takes, which is 32 Ki UTF-16 units. */
const COLUMN_LENGTH = 16 * 1024;
const HOUR_MS = 3_600_000;
const DUE_DIGITS = 15;

export function queueOf({ tenant, lane, event: { subject } }: Notice): Queue {
  return { tenant, lane, subject: 'userId' in subject ? subject.userId : 'tenant' };
}

/** Splits a text into columns: the addresses of 100 admins are longer than one. */
function textColumns(name: string, text: string): Record<string, string> {
  const count = Math.ceil(text.length / COLUMN_LENGTH);
  const part = (index: number) => text.slice(index * COLUMN_LENGTH, (index + 1) * COLUMN_LENGTH);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name}_${index}`, part(index)]),
  );
}

function joinColumns(row: Row, name: string): string {
  const reader = new RowReader('outbox', row);
  let text = '';
  for (let index = 0; reader.has(`${name}_${index}`); index += 1) {
    text += reader.string(`${name}_${index}`);
  }
  return text;
}

export function noticeRow(
  notice: Notice & Partial<Pick<QueuedNotice, 'deliveries' | 'leasedUntilMs'>>,
): TableEntity {
  const { tenant, event, person, isBulk, deliveries, leasedUntilMs = 0 } = notice;
  return {
    partitionKey: tenant,
    rowKey: outboxKey(queueOf(notice), event.sequence),
    leasedUntilMs: toInt64(leasedUntilMs),
    isEdit: mailKindOf(event) === 'edit',
    ...textColumns('notice', JSON.stringify({ event, person, isBulk })),
    ...(deliveries && textColumns('deliveries', JSON.stringify(deliveries))),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Parses a notice.
 * @throws {Unavailable} the row is not as {@link noticeRow} writes it
 */
export function parseNoticeRow(row: Row, { lane }: Queue): QueuedNotice {
  const reader = new RowReader('outbox', row);
  const notice = parseJson(joinColumns(row, 'notice'));
  if (!isObject(notice) || !isObject(notice.event)) return reader.fail('notice');
  const text = joinColumns(row, 'deliveries');
  const deliveries = text === '' ? undefined : parseJson(text);
  if (text !== '' && !Array.isArray(deliveries)) return reader.fail('deliveries');
  return {
    tenant: reader.string('partitionKey') as Tenant,
    lane,
    event: notice.event as unknown as NoticeEvent,
    person: notice.person as NoticePerson | undefined,
    ...(notice.isBulk === true && { isBulk: true }),
    deliveries: deliveries as readonly Delivery[] | undefined,
    leasedUntilMs: reader.ms('leasedUntilMs'),
    etag: reader.etag,
  };
}

export function paceRow(queue: Queue, pace: Pace): TableEntity {
  const { tenant } = queue;
  return {
    partitionKey: tenant,
    rowKey: paceKey(queue),
    ...textColumns('pace', JSON.stringify(pace)),
  };
}

/**
 * Parses a pace.
 * @throws {Unavailable} the row is not as {@link paceRow} writes it
 */
export function parsePaceRow(row: Row): StoredPace {
  const reader = new RowReader('pace', row);
  const value = parseJson(joinColumns(row, 'pace'));
  if (!isObject(value)) return reader.fail('pace');
  return { value: value as Pace, etag: reader.etag };
}

const dueText = (ms: number) => String(ms).padStart(DUE_DIGITS, '0');

/** Returns the start of the partitions of a lane; `.` is in the name of no lane. */
export const rankPrefix = (lane: string, isBulk: boolean) => `${lane}${isBulk ? '.bulk' : ''}-`;

/** Returns OData for the announcements of a lane, of both ranks. */
export const laneRange = (lane: string) =>
  odata`PartitionKey ge ${rankPrefix(lane, false)} and PartitionKey lt ${`${lane}/`}`;

/** Returns the partition of an hour, such as `mail-2026-01-31T09`, without its shard. */
function announcementPartition(lane: string, isBulk: boolean, atMs: number): string {
  const hour = new Date(atMs).toISOString().slice(0, 'yyyy-mm-ddThh'.length);
  return rankPrefix(lane, isBulk) + hour;
}

/** Returns the row of an announcement, in one of 16 shards of its hour. */
export function announcementRow(announcement: Announcement): TableEntity {
  const { id, queue, sequence, announcedAtMs, dueAtMs, isBulk = false } = announcement;
  const shard = (id.charCodeAt(id.length - 1) % 16).toString(16);
  return {
    partitionKey: `${announcementPartition(queue.lane, isBulk, dueAtMs)}-${shard}`,
    rowKey: `${dueText(dueAtMs)}:${id}`,
    tenant: queue.tenant,
    subject: queue.subject,
    sequence,
    announcedAtMs: toInt64(announcedAtMs),
    dueAtMs: toInt64(dueAtMs),
  };
}

/**
 * Parses an announcement.
 * @throws {Unavailable} the row is not as {@link announcementRow} writes it
 */
export function parseAnnouncementRow(row: Row): Announcement {
  const reader = new RowReader('announcement', row);
  // No name of a lane has a hyphen.
  const [rank = ''] = reader.string('partitionKey').split('-');
  const [lane = '', bulk] = rank.split('.');
  const tenant = reader.string('tenant') as Tenant;
  return {
    id: reader.string('rowKey').slice(DUE_DIGITS + 1),
    queue: { tenant, lane, subject: reader.string('subject') },
    sequence: reader.count('sequence'),
    announcedAtMs: reader.ms('announcedAtMs'),
    dueAtMs: reader.ms('dueAtMs'),
    isBulk: bulk !== undefined,
  };
}

/** Returns the first partition of a lane that holds nothing due. */
export function laterPartition(lane: string, isBulk: boolean, nowMs: number): string {
  return announcementPartition(lane, isBulk, nowMs + HOUR_MS);
}
