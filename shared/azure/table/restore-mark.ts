import type { TableEntity } from '@azure/data-tables';
import type { RestoreInProgress } from '../../port/archive.ts';
import { RESTORE_PARTITION } from './account-key.ts';
import { type Row, RowReader } from './row.ts';

const PHASES = ['clearing', 'writing'] as const;

export function markRow(mark: RestoreInProgress): TableEntity {
  return { partitionKey: RESTORE_PARTITION, rowKey: RESTORE_PARTITION, ...mark };
}

/**
 * Parses the mark.
 * @throws {Unavailable} the row is not as {@link markRow} writes it
 */
export function parseMarkRow(row: Row): RestoreInProgress {
  const reader = new RowReader('restore', row);
  return {
    archiveId: reader.string('archiveId'),
    restoreId: reader.string('restoreId'),
    phase: reader.choice('phase', PHASES),
    epochFloor: reader.count('epochFloor'),
  };
}
