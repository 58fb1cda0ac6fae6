/** A row as the table service has it: columns are texts with the name of their type. */
export interface MemoryRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly columns: Readonly<Record<string, MemoryColumn>>;
}

export interface MemoryColumn {
  readonly type: string;
  readonly value: string;
}

type Predicate = (row: MemoryRow) => boolean;

/** How the order of a column and a value must be. */
const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

/** Texts in the order of their code units, as the table service has it. */
export function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function columnOf(row: MemoryRow, name: string): MemoryColumn | undefined {
  if (name === 'PartitionKey') return { type: 'String', value: row.partitionKey };
  if (name === 'RowKey') return { type: 'String', value: row.rowKey };
  return row.columns[name];
}

function orderOf({ value }: MemoryColumn, literal: string): number {
  if (literal.startsWith("'")) return inOrder(value, literal.slice(1, -1).replaceAll("''", "'"));
  if (literal === 'true' || literal === 'false') return inOrder(value, literal);
  return Number(value) - Number(literal.replace(/L$/, ''));
}

/** As much of OData's filters as the stores write: comparisons, `and`, `or`, brackets. */
class FilterReader {
  readonly #tokens: string[];

  constructor(filter: string) {
    this.#tokens = filter.match(/'(?:[^']|'')*'|[()]|[^\s()']+/g) ?? [];
  }

  read(): Predicate {
    if (this.#tokens.length === 0) return () => true;
    const predicate = this.#either();
    if (this.#tokens.length > 0) throw new Error('a filter has something after its end');
    return predicate;
  }

  #either(): Predicate {
    const all = [this.#both()];
    while (this.#takes('or')) all.push(this.#both());
    return (row) => all.some((one) => one(row));
  }

  #both(): Predicate {
    const all = [this.#comparison()];
    while (this.#takes('and')) all.push(this.#comparison());
    return (row) => all.every((one) => one(row));
  }

  #comparison(): Predicate {
    if (this.#takes('(')) {
      const inside = this.#either();
      if (!this.#takes(')')) throw new Error('a filter has a bracket too many');
      return inside;
    }
    const [name = '', operator = '', literal = ''] = this.#tokens.splice(0, 3);
    const holds = OPERATORS[operator];
    if (holds === undefined) throw new Error(`a filter has an unknown operator: ${operator}`);
    // Of a column that is not there no comparison holds.
    return (row) => {
      const column = columnOf(row, name);
      return column !== undefined && holds(orderOf(column, literal));
    };
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }
}

export function readFilter(filter: string): Predicate {
  return new FilterReader(filter).read();
}
