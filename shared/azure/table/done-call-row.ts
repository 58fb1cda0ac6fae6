import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { parseUserId, type Tenant } from '../../credential/name.ts';
import type { DoneCall, StoredDoneCall } from '../../port/done-call.ts';
import type { AccountChange } from '../../port/store.ts';
import { doneCallKey } from './account-key.ts';
import { type Row, RowReader, toInt64 } from './row.ts';

function doneCallRow(tenant: Tenant, call: DoneCall): TableEntity {
  const { id, digest, issueId, userId, sequence, atMs } = call;
  const rowKey = doneCallKey(id);
  return { partitionKey: tenant, rowKey, digest, issueId, userId, sequence, atMs: toInt64(atMs) };
}

/** Returns the write of a call: a new row, or one in the place of a call that is forgotten. */
export function doneCallActions(
  tenant: Tenant,
  done: AccountChange['done'],
): readonly TransactionAction[] {
  if (done === undefined) return [];
  const row = doneCallRow(tenant, done.call);
  const { etag } = done;
  return [etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag }]];
}

/**
 * Parses a call.
 * @throws {Unavailable} the row is not as {@link doneCallActions} writes it
 */
export function parseDoneCallRow(id: string, row: Row): StoredDoneCall {
  const reader = new RowReader('done call', row);
  const value = {
    id,
    digest: reader.string('digest'),
    issueId: reader.string('issueId'),
    userId: reader.parsed('userId', parseUserId),
    sequence: reader.count('sequence'),
    atMs: reader.ms('atMs'),
  };
  return { value, etag: reader.etag };
}
