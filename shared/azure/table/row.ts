import { Unavailable } from '../../port/unavailable.ts';

/** A row as the client returns it: `partitionKey`, `rowKey`, `etag`, and columns by their names. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Converts milliseconds for a 64-bit column; 32 bits, which a plain number becomes, end in 1970.
 * Undefined stays undefined: that column is not written.
 */
export function toInt64(value: number): bigint;
export function toInt64(value: number | undefined): bigint | undefined;
export function toInt64(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}

/**
 * A strict reader of columns. A row that is not as we write it is a fault of the store, named by
 * kind and column and never by content.
 */
export class RowReader {
  readonly #kind: string;
  readonly #row: Row;

  constructor(kind: string, row: Row) {
    this.#kind = kind;
    this.#row = row;
  }

  fail(column: string): never {
    throw new Unavailable('tables', `a row (${this.#kind}) does not parse: ${column}`);
  }

  /** Judges whether the row has the column; a selected column that a row lacks is null. */
  has(column: string): boolean {
    return this.#row[column] !== undefined && this.#row[column] !== null;
  }

  string(column: string): string {
    const value = this.#row[column];
    return typeof value === 'string' ? value : this.fail(column);
  }

  /** Reads moments with spaces between them; absent, or empty after a merge: none. */
  moments(column: string): readonly number[] {
    const words = this.optionalString(column)?.split(' ') ?? [];
    return words.filter(Boolean).map(Number);
  }

  optionalString(column: string): string | undefined {
    return this.has(column) ? this.string(column) : undefined;
  }

  boolean(column: string): boolean {
    const value = this.#row[column];
    return typeof value === 'boolean' ? value : this.fail(column);
  }

  /** Reads a whole number from 0, stored in 32 bits. */
  count(column: string): number {
    const value = this.#row[column];
    const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return isCount ? value : this.fail(column);
  }

  /** Reads milliseconds since the epoch, stored in 64 bits. */
  ms(column: string): number {
    const value = this.#row[column];
    const ms = typeof value === 'bigint' ? Number(value) : Number.NaN;
    return Number.isSafeInteger(ms) ? ms : this.fail(column);
  }

  optionalMs(column: string): number | undefined {
    return this.has(column) ? this.ms(column) : undefined;
  }

  choice<Choice extends string>(column: string, choices: readonly Choice[]): Choice {
    const value = this.string(column);
    return choices.find((choice) => choice === value) ?? this.fail(column);
  }

  /** Reads a text by `parse`; undefined is a fault. */
  parsed<Value>(column: string, parse: (text: string) => Value | undefined): Value {
    return parse(this.string(column)) ?? this.fail(column);
  }

  optionalParsed<Value>(
    column: string,
    parse: (text: string) => Value | undefined,
  ): Value | undefined {
    return this.has(column) ? this.parsed(column, parse) : undefined;
  }

  json(column: string): unknown {
    try {
      return JSON.parse(this.string(column));
    } catch {
      return this.fail(column);
    }
  }

  get etag(): string {
    return this.string('etag');
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
