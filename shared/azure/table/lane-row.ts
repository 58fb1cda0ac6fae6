import { odata, type TableEntity } from '@azure/data-tables';
import type { SentMinute } from '../../credential/mail-share.ts';
import type { Tenant } from '../../credential/name.ts';
import type { NoticeEvent } from '../../credential/notice.ts';
import type { DeadLetter, LaneState } from '../../port/notice.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';

/** The partition of the states of lanes, beside the announcements: no lane has this name. */
export const STATE_PARTITION = 'state';
/** The partitions of dead letters, one for each lane. */
const DEAD_PREFIX = 'dead-';
export const DEAD_RANGE = odata`PartitionKey ge ${DEAD_PREFIX} and PartitionKey lt ${'dead.'}`;
/** The announcements: every row but those of this file. */
export const ANNOUNCEMENT_RANGE = [
  odata`(PartitionKey lt ${DEAD_PREFIX} or PartitionKey ge ${'dead.'})`,
  odata`PartitionKey ne ${STATE_PARTITION}`,
].join(' and ');

const stateKey = (lane: string) => ({ partitionKey: STATE_PARTITION, rowKey: lane });

export function stoppedRow(lane: string, atMs: number): TableEntity {
  return { ...stateKey(lane), stoppedAtMs: toInt64(atMs) };
}

export function pausedRow(lane: string, untilMs: number): TableEntity {
  return { ...stateKey(lane), pausedUntilMs: toInt64(untilMs) };
}

export function sentRow(lane: string, sent: readonly SentMinute[]): TableEntity {
  return { ...stateKey(lane), sent: JSON.stringify(sent) };
}

/** @throws {Unavailable} the row is not as this file writes it */
export function parseStateRow(row: Row | undefined): LaneState {
  const reader = new RowReader('lane', row ?? {});
  return {
    stoppedAtMs: reader.optionalMs('stoppedAtMs'),
    pausedUntilMs: reader.optionalMs('pausedUntilMs'),
    sent: reader.has('sent') ? (reader.json('sent') as readonly SentMinute[]) : [],
  };
}

export function deadKey({ notice: { lane, event } }: Pick<DeadLetter, 'notice'>) {
  return { partitionKey: DEAD_PREFIX + lane, rowKey: event.eventId };
}

export function deadRow(letter: DeadLetter): TableEntity {
  const { notice, tries, givenUpAtMs } = letter;
  return {
    ...deadKey(letter),
    tenant: notice.tenant,
    event: JSON.stringify(notice.event),
    tries,
    givenUpAtMs: toInt64(givenUpAtMs),
  };
}

/** Returns OData for the dead letters of a lane that were given up before a moment. */
export function deadBefore(lane: string, beforeMs: number): string {
  return odata`PartitionKey eq ${DEAD_PREFIX + lane} and givenUpAtMs lt ${beforeMs}L`;
}

/**
 * Parses a dead letter.
 * @throws {Unavailable} the row is not as {@link deadRow} writes it
 */
export function parseDeadRow(row: Row): DeadLetter {
  const reader = new RowReader('dead letter', row);
  const event = reader.json('event');
  if (!isObject(event)) return reader.fail('event');
  return {
    notice: {
      tenant: reader.string('tenant') as Tenant,
      lane: reader.string('partitionKey').slice(DEAD_PREFIX.length),
      event: event as unknown as NoticeEvent,
      person: undefined,
    },
    tries: reader.count('tries'),
    givenUpAtMs: reader.ms('givenUpAtMs'),
  };
}
