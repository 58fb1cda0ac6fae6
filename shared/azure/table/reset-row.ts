import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { parseUserId, type Tenant } from '../../credential/name.ts';
import {
  DELIVERIES,
  type ResetTerms,
  VERIFICATION_KINDS,
  type Verification,
} from '../../credential/reset.ts';
import {
  RESET_OUTCOMES,
  type ResetEnd,
  type ResetRecord,
  type ResetWrites,
} from '../../credential/reset-record.ts';
import { resetKey } from './account-key.ts';
import { actorColumns, parseActor } from './event-row.ts';
import { type Row, RowReader, toInt64 } from './row.ts';

function endColumns({ outcome, outcomeAtMs }: ResetEnd): object {
  return { outcome, outcomeAtMs: toInt64(outcomeAtMs) };
}

function resetRow(tenant: Tenant, record: ResetRecord): TableEntity {
  const { userId, sequence, terms } = record;
  const { reason, ticket, delivery, verification } = terms;
  return {
    partitionKey: tenant,
    rowKey: resetKey(userId, sequence),
    eventId: record.eventId,
    atMs: toInt64(record.atMs),
    ...actorColumns(record.actor),
    userId,
    sequence,
    expiresAtMs: toInt64(record.expiresAtMs),
    reason,
    ticket,
    delivery,
    verificationKind: verification?.kind,
    verificationReference: verification?.reference,
    verificationIsProven: verification?.isProven,
    ...endColumns(record),
  };
}

/**
 * Returns the rows of resets that a change writes. An end is merged whether or not there is a row:
 * a store that lost it must not keep the change from being made.
 */
export function resetActions(
  tenant: Tenant,
  { made, ended }: ResetWrites,
): readonly TransactionAction[] {
  const actions: TransactionAction[] = [];
  if (made !== undefined) actions.push(['create', resetRow(tenant, made)]);
  if (ended !== undefined) {
    const keys = { partitionKey: tenant, rowKey: resetKey(ended.userId, ended.sequence) };
    actions.push(['upsert', { ...keys, ...endColumns(ended) }, 'Merge']);
  }
  return actions;
}

function parseVerification(reader: RowReader): Verification | undefined {
  if (!reader.has('verificationKind')) return undefined;
  const reference = reader.optionalString('verificationReference');
  return {
    kind: reader.choice('verificationKind', VERIFICATION_KINDS),
    ...(reference !== undefined && { reference }),
    isProven: reader.boolean('verificationIsProven'),
  };
}

function parseTerms(reader: RowReader): ResetTerms {
  const reason = reader.optionalString('reason');
  const ticket = reader.optionalString('ticket');
  const verification = parseVerification(reader);
  return {
    ...(reason !== undefined && { reason }),
    ...(ticket !== undefined && { ticket }),
    ...(verification && { verification }),
    delivery: reader.choice('delivery', DELIVERIES),
  };
}

/**
 * Parses the record of a reset.
 * @returns undefined if only an end was written, to a reset without a row
 * @throws {Unavailable} the row is not as {@link resetActions} writes it
 */
export function parseResetRow(row: Row): ResetRecord | undefined {
  const reader = new RowReader('reset', row);
  if (!reader.has('eventId')) return undefined;
  return {
    eventId: reader.string('eventId'),
    atMs: reader.ms('atMs'),
    actor: parseActor(reader),
    userId: reader.parsed('userId', parseUserId),
    sequence: reader.count('sequence'),
    expiresAtMs: reader.ms('expiresAtMs'),
    terms: parseTerms(reader),
    outcome: reader.choice('outcome', RESET_OUTCOMES),
    outcomeAtMs: reader.optionalMs('outcomeAtMs'),
  };
}
