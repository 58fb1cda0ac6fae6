import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  type ArchivedTable,
  type ArchiveEntry,
  type ArchiveReader,
  ArchiveRefused,
  type ArchiveSeal,
  type ArchiveWriter,
} from '../port/archive.ts';

/**
 * The name of the format. Inside the sealed parts are lines of JSON: the first names the format,
 * each further one holds an entry, and the last holds the number of rows and the SHA-256 of all
 * lines before it.
 */
const FORMAT = 'portal-credentials backup 1';
/** The characters after which a part is closed; at most one part is in memory at a time. */
const PART_LENGTH = 256 * 1024;

const TABLES = ['accounts', 'attempts', 'expiries'] as const satisfies readonly ArchivedTable[];

export type RowCounts = Readonly<Record<ArchivedTable, number>>;

export interface ArchiveSummary {
  readonly archiveId: string;
  /** The times when its first row was read, and its last. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly rows: RowCounts;
}

const VALUE = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({ type: z.string(), value: z.string() }),
]);
const ROW = z.strictObject({
  partitionKey: z.string(),
  rowKey: z.string(),
  columns: z.record(z.string(), VALUE),
});
const COUNT = z.int().nonnegative();
const FIRST = z.strictObject({ format: z.literal(FORMAT), startedAtMs: COUNT });
const ENTRY = z.strictObject({ table: z.enum(TABLES), rows: z.array(ROW).min(1) });
const END = z.strictObject({
  endedAtMs: COUNT,
  rows: z.strictObject({ accounts: COUNT, attempts: COUNT, expiries: COUNT }),
  sha256: z.string(),
});

class LineCount {
  readonly rows: Record<ArchivedTable, number> = { accounts: 0, attempts: 0, expiries: 0 };
  readonly #hash = createHash('sha256');

  add(line: string, entry?: ArchiveEntry): void {
    this.#hash.update(`${line}\n`, 'utf8');
    if (entry !== undefined) this.rows[entry.table] += entry.rows.length;
  }

  /** Returns the digest; may be called once. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}

/** The callback for progress. */
export type OnRows = (rows: number) => void;

function total(rows: RowCounts): number {
  return rows.accounts + rows.attempts + rows.expiries;
}

/** Seals the parts of a new archive, one a line, as they are made. */
export async function* sealEntries(
  seal: ArchiveSeal,
  pages: AsyncIterable<readonly ArchiveEntry[]>,
  now: () => number,
  onRows: OnRows,
): AsyncGenerator<string, ArchiveSummary> {
  const writer = await seal.begin();
  const startedAtMs = now();
  const count = new LineCount();
  const first = JSON.stringify({ format: FORMAT, startedAtMs } satisfies z.infer<typeof FIRST>);
  count.add(first);
  let lines = `${first}\n`;
  for await (const page of pages) {
    for (const entry of page) {
      const line = JSON.stringify(entry);
      count.add(line, entry);
      lines += `${line}\n`;
      if (lines.length < PART_LENGTH) continue;
      yield await writer.seal(lines, false);
      lines = '';
    }
    onRows(total(count.rows));
  }
  return yield* sealEnd(writer, lines, count, { startedAtMs, endedAtMs: now() });
}

async function* sealEnd(
  writer: ArchiveWriter,
  lines: string,
  count: LineCount,
  times: { readonly startedAtMs: number; readonly endedAtMs: number },
): AsyncGenerator<string, ArchiveSummary> {
  const { endedAtMs } = times;
  const end: z.infer<typeof END> = { endedAtMs, rows: count.rows, sha256: count.sha256() };
  yield await writer.seal(`${lines}${JSON.stringify(end)}\n`, true);
  return { archiveId: writer.archiveId, ...times, rows: count.rows };
}

function parseLine<Shape extends z.ZodType>(shape: Shape, line: string): z.output<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ArchiveRefused('The backup holds a line that this version cannot read.');
}

/** Splits the parts into lines, which may begin in one part and end in the next. */
async function* openLines(
  reader: ArchiveReader,
  parts: AsyncIterable<string>,
): AsyncGenerator<string, void> {
  for await (const part of parts) {
    const lines = (await reader.open(part)).split('\n');
    // Each line has its end, so nothing is after the last.
    yield* lines.slice(0, -1);
  }
  reader.end();
}

/**
 * Decrypts the entries of an archive. The end returns the summary and proves the archive whole, so
 * a caller that must not act on half an archive reads it twice.
 * @throws {ArchiveRefused}
 * @throws {Unavailable} the vault does not answer
 */
export async function* openEntries(
  reader: ArchiveReader,
  parts: AsyncIterable<string>,
  onRows: OnRows,
): AsyncGenerator<ArchiveEntry, ArchiveSummary> {
  const count = new LineCount();
  let first: z.infer<typeof FIRST> | undefined;
  /** The previous line: only the next one shows that it is not the last. */
  let pending: string | undefined;
  for await (const line of openLines(reader, parts)) {
    if (first === undefined) {
      first = parseLine(FIRST, line);
      count.add(line);
      continue;
    }
    if (pending !== undefined) {
      const entry = parseLine(ENTRY, pending);
      count.add(pending, entry);
      yield entry;
      onRows(total(count.rows));
    }
    pending = line;
  }
  const { archiveId } = reader;
  if (first === undefined || pending === undefined || archiveId === undefined) {
    throw new ArchiveRefused('The backup holds nothing.');
  }
  const { endedAtMs, rows, sha256 } = parseLine(END, pending);
  const isWhole =
    sha256 === count.sha256() && TABLES.every((table) => rows[table] === count.rows[table]);
  if (!isWhole) throw new ArchiveRefused('The backup does not hold the rows that it counts.');
  return { archiveId, startedAtMs: first.startedAtMs, endedAtMs, rows };
}

/**
 * Reads the whole archive and returns its summary alone.
 * @throws as {@link openEntries}
 */
export async function checkArchive(
  reader: ArchiveReader,
  parts: AsyncIterable<string>,
  onEntry: (entry: ArchiveEntry) => void,
  onRows: OnRows,
): Promise<ArchiveSummary> {
  const entries = openEntries(reader, parts, onRows);
  for (;;) {
    const { done, value } = await entries.next();
    if (done === true) return value;
    onEntry(value);
  }
}
