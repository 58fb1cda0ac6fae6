import type { TableEntity } from '@azure/data-tables';
import {
  type AccountEvent,
  type Actor,
  EVENT_TYPES,
  type EventDetails,
  SYSTEM_ACTORS,
} from '../../credential/event.ts';
import { parseUserId, type Tenant } from '../../credential/name.ts';
import type { NewestEvent } from '../../port/archive.ts';
import { tenantEventKey, userEventKey } from './account-key.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';

/**
 * Returns the event in two rows, under the user and under the tenant, so that either list is one
 * range.
 */
export function eventRows(
  tenant: Tenant,
  event: AccountEvent,
  operationId: string,
): readonly [TableEntity, TableEntity] {
  const columns = {
    partitionKey: tenant,
    operationId,
    eventId: event.eventId,
    type: event.type,
    atMs: toInt64(event.atMs),
    actorUserId: 'userId' in event.actor ? event.actor.userId : undefined,
    actorSystem: 'system' in event.actor ? event.actor.system : undefined,
    subjectUserId: event.subject.userId,
    sequence: event.sequence,
    requestId: event.requestId,
    details: JSON.stringify(event.details),
  };
  return [
    { ...columns, rowKey: userEventKey(event) },
    { ...columns, rowKey: tenantEventKey(event) },
  ];
}

/**
 * Parses an event.
 * @throws {Unavailable} the row is not as {@link eventRows} writes it
 */
export function parseEventRow(row: Row): AccountEvent {
  const reader = new RowReader('event', row);
  return {
    eventId: reader.string('eventId'),
    type: reader.choice('type', EVENT_TYPES),
    atMs: reader.ms('atMs'),
    actor: parseActor(reader),
    subject: { userId: reader.parsed('subjectUserId', parseUserId) },
    sequence: reader.count('sequence'),
    requestId: reader.string('requestId'),
    details: parseDetails(reader),
  };
}

/** The columns of {@link parseNewestEvent}. */
export const NEWEST_EVENT_COLUMNS = ['rowKey', 'subjectUserId', 'sequence', 'atMs', 'requestId'];

/**
 * Parses the newest event of a user.
 * @throws {Unavailable} as {@link parseEventRow}
 */
export function parseNewestEvent(row: Row): NewestEvent {
  const reader = new RowReader('event', row);
  return {
    userId: reader.parsed('subjectUserId', parseUserId),
    sequence: reader.count('sequence'),
    atMs: reader.ms('atMs'),
    requestId: reader.string('requestId'),
  };
}

function parseActor(reader: RowReader): Actor {
  if (reader.has('actorSystem')) return { system: reader.choice('actorSystem', SYSTEM_ACTORS) };
  return { userId: reader.parsed('actorUserId', parseUserId) };
}

function parseDetails(reader: RowReader): EventDetails {
  const details = reader.json('details');
  if (!isObject(details) || !Object.values(details).every(isDetail)) reader.fail('details');
  return details as EventDetails;
}

function isDetail(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return ['string', 'number', 'boolean'].includes(typeof value);
}
