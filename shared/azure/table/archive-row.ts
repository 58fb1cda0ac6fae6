import type { TableEntity } from '@azure/data-tables';
import type { ArchivedRow, ArchivedValue } from '../../port/archive.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { isObject, type Row } from './row.ts';

/** The names that are not columns of an archive: keys, and columns that the store makes itself. */
const NO_COLUMNS = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp']);

/**
 * Returns the row with the type of each column.
 * @throws {Unavailable} a column of no known type
 */
export function toArchivedRow(row: Row): ArchivedRow {
  const columns = Object.entries(row)
    .filter(([name]) => !NO_COLUMNS.has(name) && !name.startsWith('odata.'))
    .filter(([, typed]) => typed !== null && typed !== undefined)
    .map(([name, typed]) => [name, toArchivedValue(typed)] as const);
  return {
    partitionKey: String(row.partitionKey),
    rowKey: String(row.rowKey),
    columns: Object.fromEntries(columns),
  };
}

function toArchivedValue(typed: unknown): ArchivedValue {
  if (isObject(typed) && typeof typed.type === 'string') {
    const text = String(typed.value);
    switch (typed.type) {
      case 'String':
        return text;
      case 'Boolean':
        return text === 'true';
      case 'Int32':
        return Number(text);
      default:
        return { type: typed.type, value: text };
    }
  }
  throw new Unavailable('tables', 'a column of a row has no known type');
}

/** Returns the row as the client sends it; a missing column stays missing. */
export function toEntity({ partitionKey, rowKey, columns }: ArchivedRow): TableEntity {
  const entries = Object.entries(columns).map(([name, value]) => {
    // A double must be a number in JSON; the type beside it keeps 1 from becoming an Int32.
    const isDouble = typeof value === 'object' && value.type === 'Double';
    return [name, isDouble ? { ...value, value: Number(value.value) } : value] as const;
  });
  return { partitionKey, rowKey, ...Object.fromEntries(entries) };
}

/**
 * Returns the row as the parsers of rows take it. It was never in the store, so its tag is empty.
 */
export function toPlainRow({ partitionKey, rowKey, columns }: ArchivedRow): Row {
  const entries = Object.entries(columns).map(([name, value]) => {
    const isInt64 = typeof value === 'object' && value.type === 'Int64';
    return [name, isInt64 ? BigInt(value.value) : value] as const;
  });
  return { partitionKey, rowKey, etag: '', ...Object.fromEntries(entries) };
}
