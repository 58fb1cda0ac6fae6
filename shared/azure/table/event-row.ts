import { odata, type TableEntity } from '@azure/data-tables';
import {
  type AccountEvent,
  type Actor,
  EVENT_TYPES,
  type EventDetails,
  type EventType,
  type Subject,
  SYSTEM_ACTORS,
} from '../../credential/event.ts';
import { parseUserId, type Tenant, type UserId } from '../../credential/name.ts';
import type { NewestEvent } from '../../port/archive.ts';
import type { EventFilter } from '../../port/store.ts';
import { tenantEventKey, tenantEventRange, userEventKey, userEventRange } from './account-key.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';

export function actorColumns(actor: Actor): object {
  return {
    actorUserId: 'userId' in actor ? actor.userId : undefined,
    actorSystem: 'system' in actor ? actor.system : undefined,
  };
}

/**
 * Returns the event in two rows, under the user and under the tenant, so that either list is one
 * range. An event of the tenant is in its list alone.
 */
export function eventRows(
  tenant: Tenant,
  event: AccountEvent,
  operationId: string,
): readonly TableEntity[] {
  const columns = {
    partitionKey: tenant,
    operationId,
    eventId: event.eventId,
    type: event.type,
    atMs: toInt64(event.atMs),
    ...actorColumns(event.actor),
    subjectUserId: 'userId' in event.subject ? event.subject.userId : undefined,
    sequence: event.sequence,
    requestId: event.requestId,
    details: JSON.stringify(event.details),
  };
  const keys = [userEventKey(event), tenantEventKey(event)].filter((key) => key !== undefined);
  return keys.map((rowKey) => ({ ...columns, rowKey }));
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
    subject: parseSubject(reader),
    sequence: reader.count('sequence'),
    requestId: reader.string('requestId'),
    details: parseDetails(reader),
  };
}

/**
 * Returns OData for the events of one user or of the tenant that pass the filter.
 * @returns undefined if no event can pass
 */
export function eventQuery(
  tenant: Tenant,
  userId: UserId | undefined,
  { types, actorId, fromMs, toMs }: EventFilter,
): string | undefined {
  const range =
    userId === undefined
      ? tenantEventRange(tenant, { fromMs, toMs })
      : userEventRange(tenant, userId);
  if (range === undefined) return undefined;
  const clauses = [range];
  // The keys of one user's events have no time.
  if (userId !== undefined && fromMs !== undefined) clauses.push(odata`atMs ge ${fromMs}L`);
  if (userId !== undefined && toMs !== undefined) clauses.push(odata`atMs lt ${toMs}L`);
  if (types !== undefined) clauses.push(...typeClauses(types));
  if (actorId !== undefined) clauses.push(odata`actorUserId eq ${actorId}`);
  return clauses.join(' and ');
}

/**
 * Names the types that pass or those that do not, whichever are fewer. A filter of Table Storage
 * takes at most 15 comparisons, and the others are up to six.
 */
function typeClauses(types: readonly EventType[]): readonly string[] {
  const others = EVENT_TYPES.filter((type) => !types.includes(type));
  if (others.length < types.length) return others.map((type) => odata`type ne ${type}`);
  return [`(${types.map((type) => odata`type eq ${type}`).join(' or ')})`];
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

export function parseActor(reader: RowReader): Actor {
  if (reader.has('actorSystem')) return { system: reader.choice('actorSystem', SYSTEM_ACTORS) };
  return { userId: reader.parsed('actorUserId', parseUserId) };
}

function parseSubject(reader: RowReader): Subject {
  if (reader.string('type') === 'tenant.settings-changed') {
    return { tenant: reader.string('partitionKey') as Tenant };
  }
  return { userId: reader.parsed('subjectUserId', parseUserId) };
}

function parseDetails(reader: RowReader): EventDetails {
  const details = reader.json('details');
  if (!isObject(details) || !Object.values(details).every(isDetail)) reader.fail('details');
  return details as EventDetails;
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

function isDetail(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return isScalar(value) || (isObject(value) && Object.values(value).every(isScalar));
}
