import { afterEach, beforeEach, expect, it } from 'vitest';
import { backUp, countRows } from '../../shared/maintenance/backup.ts';
import { ArchiveRefused } from '../../shared/port/archive.ts';
import { archiveDependencies, backUpTo, each, SEAL } from '../fixture/archive.ts';
import { createOperations, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** Checks that a backup counts only once it was read back. */

let operations: Operations;
let dependencies: ReturnType<typeof archiveDependencies>;
beforeEach(async () => {
  operations = await createOperations();
  dependencies = archiveDependencies(operations);
  const rows = ['one', 'two', 'three'].map((rowKey) => {
    return { partitionKey: 'p', rowKey, columns: { rowKey } };
  });
  await operations.tables.archive.putRows('attempts', rows);
  await operations.tables.archive.putRows('expiries', rows.slice(1));
  await operations.tables.archive.putRows('accounts', rows.slice(2));
});
afterEach(() => operations.stop());

function backUpThrough(readBack: (parts: readonly string[]) => readonly string[], seal = SEAL) {
  const parts: string[] = [];
  const sink = {
    write: async (part: string) => void parts.push(part),
    readBack: () => each(readBack(parts)),
  };
  return backUp({ ...dependencies, seal }, sink, () => {});
}

it('counts the rows that a backup would hold and reports progress', async () => {
  const told: number[] = [];
  const rows = { accounts: 1, attempts: 3, expiries: 2 };
  expect(await countRows(dependencies, (count) => told.push(count))).toEqual(rows);
  expect(told).toEqual([1, 4, 6]);
  const { summary } = await backUpTo(dependencies);
  expect(summary.rows).toEqual(rows);
});

it('refuses to finish if the medium returns fewer parts or another backup', async () => {
  await expect(backUpThrough(() => [])).rejects.toThrow(/cut short/);
  const other = await backUpTo(dependencies);
  await expect(backUpThrough(() => other.parts)).rejects.toThrow(/belongs to another backup/);
  // Though its seal would take any backup, it is not the one that was written.
  const credulous = { begin: () => SEAL.begin(), read: () => SEAL.read() };
  const refused = backUpThrough(() => other.parts, credulous);
  await expect(refused).rejects.toThrow(/The backup that was read back differs/);
  await expect(refused).rejects.toBeInstanceOf(ArchiveRefused);
});

it('refuses to back up during an unfinished restore, before reading a row', async () => {
  const mark = { archiveId: 'a', restoreId: 'r', phase: 'writing', epochFloor: 0 } as const;
  await operations.tables.archive.setMark(mark);
  let isRead = false;
  const listEntries = () => {
    isRead = true;
    return operations.tables.archive.listEntries();
  };
  const archive = override(operations.tables.archive, { listEntries });
  const refused = backUpTo({ ...dependencies, archive });
  await expect(refused).rejects.toThrow(/restore into this store is not finished/);
  expect(isRead).toBe(false);
});
