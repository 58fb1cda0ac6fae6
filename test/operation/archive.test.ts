import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkArchive, openEntries, sealEntries } from '../../shared/maintenance/archive.ts';
import { type ArchiveEntry, ArchiveRefused } from '../../shared/port/archive.ts';
import { each, SEAL } from '../fixture/archive.ts';

/** Checks the content of a backup that is sealed correctly but that this version never writes. */

const ROW = { partitionKey: 'p', rowKey: 'r', columns: { text: 'a' } };
const ENTRY = { table: 'attempts', rows: [ROW] } as const;
const FIRST = { format: 'portal-credentials backup 1', startedAtMs: 5 };
const COUNTS = { accounts: 0, attempts: 1, expiries: 0 };

interface Content {
  readonly first?: object;
  readonly entries?: readonly unknown[];
  readonly end?: object;
}

/** An archive of one part, whole but for what is asked for. */
async function written({ first = FIRST, entries = [ENTRY], end }: Content): Promise<string[]> {
  const lines = [first, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(lines).digest('hex');
  const last = { endedAtMs: 6, rows: COUNTS, sha256, ...end };
  return sealed(`${lines}${JSON.stringify(last)}\n`);
}

async function sealed(text: string): Promise<string[]> {
  return [await (await SEAL.begin()).seal(text, true)];
}

async function read(parts: readonly string[]) {
  const entries: ArchiveEntry[] = [];
  const told: number[] = [];
  const summary = await checkArchive(
    SEAL.read(),
    each(parts),
    (entry) => entries.push(entry),
    (rows) => told.push(rows),
  );
  return { ...summary, entries, told };
}

async function expectRefusal(parts: readonly string[], words: RegExp): Promise<void> {
  await expect(read(parts)).rejects.toThrow(words);
  await expect(read(parts)).rejects.toBeInstanceOf(ArchiveRefused);
}

describe('an archive', () => {
  it('returns its entries in order, with row counts and times', async () => {
    const columns = { yes: true, count: 3, large: { type: 'Int64', value: '9' }, text: '\n' };
    const pair = { table: 'accounts', rows: [ROW, { ...ROW, columns }] };
    const last = { table: 'expiries', rows: [ROW] };
    const entries = [pair, ENTRY, ENTRY, last];
    const rows = { accounts: 2, attempts: 2, expiries: 1 };
    expect(await read(await written({ entries, end: { rows } }))).toEqual({
      archiveId: expect.stringMatching(/^[0-9a-f]{32}$/),
      startedAtMs: 5,
      endedAtMs: 6,
      rows,
      entries,
      told: [2, 3, 4, 5],
    });
  });

  it.each([
    ['a first line of another format', { first: { ...FIRST, format: 'another 1' } }],
    ['no time of its first row', { first: { format: FIRST.format } }],
    ['a time before 1970', { first: { ...FIRST, startedAtMs: -1 } }],
    ['part of a millisecond', { first: { ...FIRST, startedAtMs: 0.5 } }],
    ['more in the first line', { first: { ...FIRST, more: 1 } }],
    ['rows of another table', { entries: [{ ...ENTRY, table: 'others' }] }],
    ['an entry without rows', { entries: [{ ...ENTRY, rows: [] }] }],
    ['more in an entry', { entries: [{ ...ENTRY, more: 1 }] }],
    ['more in a row', { entries: [{ ...ENTRY, rows: [{ ...ROW, etag: 'x' }] }] }],
    ['a row without a key', { entries: [{ ...ENTRY, rows: [{ ...ROW, rowKey: undefined }] }] }],
    ['a column of nothing', { entries: [{ ...ENTRY, rows: [{ ...ROW, columns: { a: null } }] }] }],
    [
      'a column without a type',
      { entries: [{ ...ENTRY, rows: [{ ...ROW, columns: { a: { value: 'x' } } }] }] },
    ],
    ['no time of its last row', { end: { endedAtMs: undefined } }],
    ['no sum', { end: { sha256: undefined } }],
    ['no count of a table', { end: { rows: { accounts: 0, attempts: 1 } } }],
    ['a count below nothing', { end: { rows: { ...COUNTS, expiries: -1 } } }],
    ['more in the last line', { end: { more: 1 } }],
  ] as const)('rejects an archive with %s', async (_name, content) => {
    await expectRefusal(await written(content), /holds a line that this version cannot read/);
  });

  it('rejects an archive with a line that is not JSON', async () => {
    await expectRefusal(await sealed('x\n'), /cannot read/);
    await expectRefusal(await sealed(`${JSON.stringify(FIRST)}\nx\n`), /cannot read/);
  });

  it('rejects an archive without a last line as an empty backup', async () => {
    await expectRefusal(await sealed(''), /The backup holds nothing/);
    await expectRefusal(await sealed(`${JSON.stringify(FIRST)}\n`), /The backup holds nothing/);
  });

  it.each([
    ['accounts', { end: { rows: { ...COUNTS, accounts: 1 } } }],
    ['attempts', { end: { rows: { ...COUNTS, attempts: 2 } } }],
    ['expiries', { end: { rows: { ...COUNTS, expiries: 1 } } }],
    ['a sum', { end: { sha256: '0'.repeat(64) } }],
  ] as const)('rejects an archive whose last line miscounts: %s', async (_name, content) => {
    await expectRefusal(await written(content), /does not hold the rows that it counts/);
  });
});

describe('sealing an archive', () => {
  async function seal(pages: readonly (readonly ArchiveEntry[])[]) {
    const told: number[] = [];
    let nowMs = 10;
    const now = () => nowMs++;
    const sealing = sealEntries(SEAL, each(pages), now, (rows) => told.push(rows));
    const parts: string[] = [];
    for (;;) {
      const { done, value } = await sealing.next();
      if (done === true) return { parts, told, summary: value };
      parts.push(value);
    }
  }

  it('seals a few rows into one part and reports progress page by page', async () => {
    const { parts, told, summary } = await seal([[ENTRY, ENTRY], [], [ENTRY]]);
    expect(parts).toHaveLength(1);
    expect(told).toEqual([2, 2, 3]);
    const { archiveId } = summary;
    const rows = { accounts: 0, attempts: 3, expiries: 0 };
    expect(summary).toEqual({ archiveId, startedAtMs: 10, endedAtMs: 11, rows });
    expect(await read(parts)).toMatchObject({ ...summary, entries: [ENTRY, ENTRY, ENTRY] });
  });

  it('seals an archive of no rows that can be opened', async () => {
    const { parts, summary } = await seal([]);
    expect(await read(parts)).toMatchObject({ ...summary, entries: [] });
  });

  it('closes a part at 256 Ki characters and writes each line whole and once', async () => {
    const text = 'é'.repeat(100 * 1024);
    const large: ArchiveEntry = { table: 'accounts', rows: [{ ...ROW, columns: { text } }] };
    const { parts, summary } = await seal([Array(7).fill(large)]);
    // Three entries each, then the one that is left with the end.
    expect(parts).toHaveLength(3);
    const opened = openEntries(SEAL.read(summary.archiveId), each(parts), () => {});
    let entries = 0;
    for await (const entry of opened) {
      expect(entry).toEqual(large);
      entries += 1;
    }
    expect(entries).toBe(7);
  });
});
