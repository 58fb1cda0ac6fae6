import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';
import type { Row } from '../../shared/azure/row.ts';
import { type RowPage, Table, type WriteOutcome } from '../../shared/azure/table-client.ts';
import { type PageRequest, Unavailable } from '../../shared/port.ts';
import type { MemoryLine } from './memory-line.ts';
import { inOrder, type MemoryColumn, type MemoryRow, readFilter } from './row-filter.ts';

const TRANSACTION_ROWS_MAX = 100;
const TRANSACTION_LENGTH_MAX = 4 * 1024 * 1024;

type Keys = Pick<TableEntity, 'partitionKey' | 'rowKey'>;
type Outcome = 'done' | 'conflict' | 'missing';

const placeOf = ({ partitionKey, rowKey }: Keys) => `${partitionKey}\n${rowKey}`;

/** As the client sends it. */
function toColumn(value: unknown): MemoryColumn {
  if (typeof value === 'string') return { type: 'String', value };
  if (typeof value === 'boolean') return { type: 'Boolean', value: String(value) };
  if (typeof value === 'bigint') return { type: 'Int64', value: String(value) };
  if (typeof value === 'number') return { type: 'Int32', value: String(value) };
  const { type, value: text } = value as { readonly type: string; readonly value: unknown };
  return { type, value: String(text) };
}

/** As the client reads it. */
function fromColumn(column: MemoryColumn): unknown {
  const { type, value } = column;
  if (type === 'String') return value;
  if (type === 'Boolean') return value === 'true';
  if (type === 'Int64') return BigInt(value);
  return type === 'Int32' || type === 'Double' ? Number(value) : column;
}

function columnsOf({ partitionKey: _, rowKey: __, ...columns }: TableEntity) {
  const entries = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, toColumn(value)]));
}

function toRow({ columns, ...keys }: MemoryRow, isTyped: boolean, select?: readonly string[]): Row {
  const names = Object.keys(columns).filter((name) => select?.includes(name) ?? true);
  const entries = names.map((name) => {
    const column = columns[name] as MemoryColumn;
    return [name, isTyped ? column : fromColumn(column)];
  });
  return { ...keys, ...Object.fromEntries(entries) };
}

/** What a Table does, in memory: the contract suites of the stores hold it against the real one. */
export class MemoryTable extends Table {
  readonly #line: MemoryLine;
  readonly #name: string;
  readonly #rows = new Map<string, MemoryRow>();
  /** Until a row comes or goes. */
  #sorted: readonly string[] | undefined;

  constructor(line: MemoryLine, name: string) {
    super({} as TableClient);
    this.#line = line;
    this.#name = name;
  }

  override findRow(partitionKey: string, rowKey: string, select?: readonly string[]) {
    return this.#find({ partitionKey, rowKey }, false, select);
  }

  override findTypedRow(partitionKey: string, rowKey: string) {
    return this.#find({ partitionKey, rowKey }, true);
  }

  override insert(row: TableEntity) {
    return this.#write('POST', ['create', row]);
  }

  override replace(row: TableEntity, etag: string) {
    return this.#write('PUT', ['update', row, 'Replace', { etag }]);
  }

  override merge(row: TableEntity, etag: string) {
    return this.#write('PATCH', ['update', row, 'Merge', { etag }]);
  }

  override remove(partitionKey: string, rowKey: string, etag: string) {
    return this.#line.call({ method: 'DELETE', path: this.#name }, () => {
      const found = this.#rows.get(placeOf({ partitionKey, rowKey }));
      if (found === undefined) return 'missing' as const;
      if (etag !== '*' && etag !== found.etag) return 'conflict' as const;
      this.#apply(['delete', { partitionKey, rowKey }]);
      return 'removed' as const;
    });
  }

  override transact(actions: readonly TransactionAction[]) {
    return this.#line.call({ method: 'POST', path: '$batch' }, () => {
      this.#requireOneBatch(actions);
      if (actions.some((action) => this.#judge(action) !== 'done')) return 'conflict' as const;
      for (const action of actions) this.#apply(action);
      return 'committed' as const;
    });
  }

  override listRows(filter: string, page: PageRequest, select?: readonly string[]) {
    return this.#list(filter, page, false, select);
  }

  override listTypedRows(filter: string, page: PageRequest) {
    return this.#list(filter, page, true);
  }

  /** Every row with its tag, by its key. */
  dump(): ReadonlyMap<string, string> {
    const rows = [...this.#rows.values()];
    const textOf = (row: MemoryRow) => JSON.stringify(row);
    return new Map(rows.map((row) => [`${row.partitionKey} ${row.rowKey}`, textOf(row)]));
  }

  #find(keys: Keys, isTyped: boolean, select?: readonly string[]): Promise<Row | undefined> {
    return this.#line.call({ method: 'GET', path: this.#name }, () => {
      const found = this.#rows.get(placeOf(keys));
      return found && toRow(found, isTyped, select);
    });
  }

  #list(
    filter: string,
    { limit, after = '' }: PageRequest,
    isTyped: boolean,
    select?: readonly string[],
  ): Promise<RowPage> {
    return this.#line.call({ method: 'GET', path: this.#name, filter }, () => {
      const holds = readFilter(filter);
      this.#sorted ??= [...this.#rows.keys()].sort(inOrder);
      const rows: MemoryRow[] = [];
      for (const place of this.#sorted) {
        const row = this.#rows.get(place) as MemoryRow;
        if (place <= after || !holds(row)) continue;
        // The page is full: the next begins after its last row.
        if (rows.length === limit) return this.#page(rows, isTyped, select, true);
        rows.push(row);
      }
      return this.#page(rows, isTyped, select, false);
    });
  }

  #page(
    rows: readonly MemoryRow[],
    isTyped: boolean,
    select: readonly string[] | undefined,
    hasNext: boolean,
  ): RowPage {
    const last = rows.at(-1);
    const next = hasNext && last !== undefined ? placeOf(last) : undefined;
    return { rows: rows.map((row) => toRow(row, isTyped, select)), next };
  }

  #write(method: string, action: TransactionAction): Promise<WriteOutcome> {
    return this.#line.call({ method, path: this.#name }, () => {
      const judged = this.#judge(action);
      if (judged !== 'done') return { kind: judged };
      this.#apply(action);
      const etag = this.#rows.get(placeOf(action[1]))?.etag ?? '';
      return { kind: 'written' as const, etag };
    });
  }

  /** Whether the condition of an action holds. */
  #judge([kind, keys, , options]: TransactionAction): Outcome {
    const found = this.#rows.get(placeOf(keys));
    if (kind === 'upsert') return 'done';
    if (kind === 'create') return found === undefined ? 'done' : 'conflict';
    if (found === undefined) return 'missing';
    const { etag = '*' } = (options ?? {}) as { readonly etag?: string };
    return etag === '*' || etag === found.etag ? 'done' : 'conflict';
  }

  #apply([kind, row, mode]: TransactionAction): void {
    const place = placeOf(row);
    const found = this.#rows.get(place);
    if (kind === 'delete' || found === undefined) this.#sorted = undefined;
    if (kind === 'delete') {
      this.#rows.delete(place);
      return;
    }
    const { partitionKey, rowKey } = row;
    const kept = mode === 'Merge' ? found?.columns : {};
    const columns = { ...kept, ...columnsOf(row) };
    this.#rows.set(place, { partitionKey, rowKey, etag: this.#line.newEtag(), columns });
  }

  /** @throws {Unavailable} what the service refuses to take in one transaction */
  #requireOneBatch(actions: readonly TransactionAction[]): void {
    const partitions = new Set(actions.map(([, { partitionKey }]) => partitionKey));
    const places = new Set(actions.map(([, keys]) => placeOf(keys)));
    const columns = actions.map(([kind, row]) => (kind === 'delete' ? {} : columnsOf(row)));
    const isOne =
      actions.length <= TRANSACTION_ROWS_MAX &&
      partitions.size === 1 &&
      places.size === actions.length &&
      JSON.stringify(columns).length <= TRANSACTION_LENGTH_MAX;
    if (!isOne) throw new Unavailable('tables', 'Table Storage does not answer: 400');
  }
}
