import { CsvError, type Parser, parse } from 'csv-parse';
import { encodingFault, LINE_MAX_LENGTH, readText } from './import-text.ts';
import { CommandRefused } from './terminal.ts';

/** A line as it was read: its members, and the reason if it cannot be a user. */
export interface ReadLine {
  readonly line: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly sentence: string | undefined;
}

const COLUMNS = [
  'userName',
  'displayName',
  'email',
  'secondEmail',
  'locale',
  'roles',
  'status',
  'passwordHash',
] as const;
const REQUIRED_COLUMNS = ['userName', 'displayName', 'roles'] as const;

type Column = (typeof COLUMNS)[number];

/** The signs between fields, by the name that `--delimiter` takes. */
const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof DELIMITERS;

export const DELIMITER_NAMES = Object.keys(DELIMITERS) as readonly Delimiter[];

export const TOO_LONG = `A line has at most ${LINE_MAX_LENGTH} characters.`;

/** @returns undefined if no column has the name */
function columnOf(name: string): Column | undefined {
  const wanted = name.trim().toLowerCase();
  return COLUMNS.find((column) => column.toLowerCase() === wanted);
}

/**
 * Requires known columns. A column without a name is ignored; spreadsheets leave such at the end.
 * @throws {CommandRefused} a column is unknown, missing or there twice
 */
function requireColumns(file: string, header: readonly string[]): readonly (Column | undefined)[] {
  const refuse = (sentence: string) => new CommandRefused(`${file}: the first line ${sentence}`);
  const columns = header.map(columnOf);
  const [only = ''] = header;
  const other = DELIMITER_NAMES.find((name) => only.split(DELIMITERS[name]).some(columnOf));
  if (header.length === 1 && columns[0] === undefined && other !== undefined) {
    throw refuse(`is one field; its names are apart by another sign: --delimiter ${other}.`);
  }
  // It may be a user instead of a header; the values of a user must not be shown.
  if (columns.every((column) => column === undefined)) {
    throw refuse(`names none of the columns ${COLUMNS.join(', ')}.`);
  }
  const unknown = header.find((name) => name !== '' && columnOf(name) === undefined);
  if (unknown !== undefined) {
    const shown = unknown.length > 40 ? `${unknown.slice(0, 40)}…` : unknown;
    throw refuse(`may name ${COLUMNS.join(', ')} only; ${JSON.stringify(shown)} is not a column.`);
  }
  const missing = REQUIRED_COLUMNS.find((column) => !columns.includes(column));
  if (missing !== undefined) throw refuse(`does not name the column ${missing}.`);
  const twice = columns.find((name, at) => name !== undefined && columns.indexOf(name) < at);
  if (twice !== undefined) throw refuse(`names the column ${twice} twice.`);
  return columns;
}

/** Returns the members of a user; empty fields are absent, and spaces separate roles. */
function toMembers(columns: readonly (Column | undefined)[], fields: readonly string[]): object {
  const named = columns.flatMap((name, at) => {
    const field = fields[at]?.trim() ?? '';
    return name === undefined || field === '' ? [] : [[name, fields[at] ?? ''] as const];
  });
  return Object.fromEntries(
    named.map(([name, field]) => [name, name === 'roles' ? field.trim().split(/\s+/) : field]),
  );
}

interface CsvRecord {
  /** The number of its first line. */
  readonly line: number;
  readonly fields: readonly string[];
}

interface CsvFault extends CsvRecord {
  /** The line of the fault itself. */
  readonly faultLine: number;
  readonly code: string;
}

/**
 * Parses text as it arrives. The parser's stream would drop unread records before a fault, so they
 * are taken as it makes them. It counts the lines exactly, in quoted fields too, if the line ends
 * are all LF.
 */
class RecordParser {
  readonly #parser: Parser;
  readonly #delimiter: string;
  #records: CsvRecord[] = [];
  #endLine = 0;
  #emptyLines = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#parser = parse({
      delimiter,
      record_delimiter: '\n',
      trim: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LINE_MAX_LENGTH,
      on_record: (given: unknown, { lines, empty_lines }) => {
        const { record: fields } = given as { readonly record: readonly string[] };
        const line = lines - fields.join('').split('\n').length + 1;
        // Rows of empty fields are what spreadsheets leave of rows that were cleared.
        if (fields.some((field) => field !== '')) this.#records.push({ line, fields });
        this.#endLine = lines;
        this.#emptyLines = empty_lines;
        return null;
      },
    });
    // A fault is the answer of the call that met it.
    this.#parser.on('error', () => {});
  }

  /** Takes a text, or undefined at the end. @returns the records that ended in it */
  async take(
    text: string | undefined,
  ): Promise<{ readonly records: readonly CsvRecord[]; readonly fault: CsvFault | undefined }> {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      if (text === undefined) this.#parser.end(resolve as () => void);
      else this.#parser.write(text, resolve);
    });
    if (error && !(error instanceof CsvError)) throw error;
    const records = this.#records;
    this.#records = [];
    return { records, fault: error ? this.#faultOf(error) : undefined };
  }

  /** Returns the fault without the words of the library, which quote the line. */
  #faultOf({ code, lines, empty_lines, raw }: CsvError): CsvFault {
    const line = this.#endLine + 1 + (Number(empty_lines) - this.#emptyLines);
    const fields = String(raw ?? '').split(this.#delimiter);
    const bare = fields.map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    return { code, line, faultLine: Number(lines), fields: bare };
  }
}

/** Words a fault. Its line is the one where its record begins: from there nothing was read. */
function faultSentence({ code, line, faultLine }: CsvFault): string {
  if (code === 'CSV_MAX_RECORD_SIZE') {
    const limit = `a line has more than ${LINE_MAX_LENGTH} characters`;
    return `From here on this is not CSV, or ${limit}; nothing more was read.`;
  }
  const isElsewhere = faultLine > line && code !== 'CSV_QUOTE_NOT_CLOSED';
  const where = isElsewhere ? ` (the fault is in line ${faultLine})` : '';
  return `From here on this is not CSV${where}; nothing more was read.`;
}

/** Takes enough of the text to find the sign between its fields. */
async function takeHead(chunks: AsyncIterator<string, void>): Promise<string> {
  let head = '';
  while (head.trimStart().split('\n').length < 3 && head.length < 2 * LINE_MAX_LENGTH) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head += value;
  }
  return head;
}

/** Finds the sign between the names of the columns: the most frequent one outside of quotes. */
function findDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = Object.values(DELIMITERS).map((sign) => [sign, bare.split(sign).length] as const);
  return counts.reduce((most, next) => (next[1] > most[1] ? next : most), [',', 1] as const)[0];
}

/** Reads the sign between fields, which a spreadsheet may name in a line before the header. */
function readSeparatorLine(file: string, head: string): string | undefined {
  const match = /^"?sep=([^"\n]?)"?(?=\n|$)/i.exec(head);
  if (match === null) return undefined;
  const sign = Object.values(DELIMITERS).find((one) => one === match[1]);
  if (sign !== undefined) return sign;
  throw new CommandRefused(`${file}: sep= names none of comma, semicolon and tab.`);
}

function describeRecord(
  { line, fields }: CsvRecord,
  columns: readonly (Column | undefined)[],
): ReadLine {
  const members = { ...toMembers(columns, fields) };
  const hasStray = fields.some((field, at) => columns[at] === undefined && field !== '');
  const isWhole = fields.length === columns.length;
  const count = isWhole
    ? undefined
    : `There are ${fields.length} fields, and ${columns.length} columns.`;
  const stray = hasStray ? 'There is a field in a column without a name.' : undefined;
  return { line, members, sentence: encodingFault(fields.join(' ')) ?? count ?? stray };
}

/**
 * Reads RFC 4180 and what spreadsheets make of it, with the first line naming the columns. The
 * records before a fault are read, the rest is not.
 * @param delimiter undefined finds it
 * @throws {CommandRefused} the file cannot be read, or has no header
 */
export async function* readCsv(
  file: string,
  delimiter: Delimiter | undefined,
): AsyncGenerator<ReadLine, void> {
  const chunks = readText(file);
  const head = await takeHead(chunks);
  const separator = readSeparatorLine(file, head);
  // Its line is left, empty, and so is counted.
  const start = separator === undefined ? head : head.slice(head.indexOf('\n') >>> 0);
  const [first = ''] = start.trimStart().split('\n', 1);
  const sign = delimiter === undefined ? separator : DELIMITERS[delimiter];
  const parser = new RecordParser(sign ?? findDelimiter(first));
  let columns: readonly (Column | undefined)[] | undefined;
  for (let text: string | undefined = start, isOver = false; !isOver; ) {
    const { records, fault } = await parser.take(text);
    for (const record of records) {
      if (columns !== undefined) yield describeRecord(record, columns);
      else if (encodingFault(record.fields.join()) === undefined) {
        columns = requireColumns(file, record.fields);
      } else throw new CommandRefused(`${file} is not UTF-8.`);
    }
    if (fault !== undefined && columns === undefined) {
      throw new CommandRefused(`${file}: the first line is not CSV.`);
    }
    if (fault !== undefined) {
      const { userName } = toMembers(columns ?? [], fault.fields) as { userName?: string };
      yield { line: fault.line, members: { userName }, sentence: faultSentence(fault) };
    }
    isOver = fault !== undefined || text === undefined;
    text = isOver ? undefined : ((await chunks.next()).value ?? undefined);
  }
  if (columns === undefined) throw new CommandRefused(`${file} is empty.`);
}
