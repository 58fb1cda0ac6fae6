import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restore } from '../../shared/maintenance/restore.ts';
import type { ArchivedRow, ArchivedTable, StoreArchive } from '../../shared/port/archive.ts';
import {
  allRows,
  archiveDependencies,
  backUpTo,
  each,
  restoreFrom,
  SEAL,
} from '../fixture/archive.ts';
import { createOperations, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** Checks the order and batches in which a restore writes, and its progress. */

let operations: Operations;
let dependencies: ReturnType<typeof archiveDependencies>;
beforeEach(async () => {
  operations = await createOperations();
  dependencies = archiveDependencies(operations);
});
afterEach(() => operations.stop());

const wipe = () => operations.tables.archive.clear(() => {});

interface Batch {
  readonly table: ArchivedTable;
  readonly rows: readonly ArchivedRow[];
}

/** Puts rows of these partitions, each text of so many characters. */
async function fill(table: ArchivedTable, counts: Readonly<Record<string, number>>, length = 1) {
  for (const [partitionKey, count] of Object.entries(counts)) {
    const rows = Array.from({ length: count }, (_, index) => {
      const rowKey = `row-${String(index).padStart(4, '0')}`;
      return { partitionKey, rowKey, columns: { text: 'x'.repeat(length) } };
    });
    for (let start = 0; start < count; start += 50) {
      await operations.tables.archive.putRows(table, rows.slice(start, start + 50));
    }
  }
}

/** Restores what is there and returns the batches that were written, by their beginnings. */
async function batches(): Promise<readonly Batch[]> {
  const before = await allRows(operations);
  const { parts } = await backUpTo(dependencies);
  await wipe();
  const put: Batch[] = [];
  let running = 0;
  const putRows: StoreArchive['putRows'] = async (table, rows) => {
    put.push({ table, rows });
    running += 1;
    expect(running).toBeLessThanOrEqual(8);
    await operations.tables.archive.putRows(table, rows);
    running -= 1;
  };
  const archive = override(operations.tables.archive, { putRows });
  await restoreFrom({ ...dependencies, archive }, parts);
  expect(await allRows(operations)).toEqual(before);
  return put;
}

describe('restore batches', () => {
  it('hold at most 100 rows, of one table and one partition', async () => {
    await fill('attempts', { aa: 1, bb: 230, cc: 100 });
    await fill('expiries', { cc: 2 });
    const put = await batches();
    const told = put.map(({ table, rows }) => `${table} ${rows[0]?.partitionKey} ${rows.length}`);
    expect(told).toEqual([
      'attempts aa 1',
      'attempts bb 100',
      'attempts bb 100',
      'attempts bb 30',
      'attempts cc 100',
      'expiries cc 2',
    ]);
  });

  it('hold at most one MiB of JSON, or a single larger row', async () => {
    const length = 30_000;
    await fill('attempts', { aa: 40 }, length);
    const put = await batches();
    const row = JSON.stringify(put[0]?.rows[0]).length;
    const fitting = Math.floor((1024 * 1024) / row);
    expect(put.map(({ rows }) => rows.length)).toEqual([fitting, 40 - fitting]);
  });
});

describe('restore writes', () => {
  it('are ordered so that no user signs in to an incomplete account', async () => {
    const admin = await operations.readyAdmin();
    await operations.addReadyUser(admin, 'ana@contoso.example');
    await operations.addUser(admin, 'ben@contoso.example', ['userManagementAdmin']);
    await operations.readyAdmin('admin@fabrikam.example');
    const { parts } = await backUpTo(dependencies);
    const calls: string[] = [];
    const real = operations.tables.archive;
    const noted = (name: keyof StoreArchive) =>
      (async (...given: readonly unknown[]) => {
        calls.push(name === 'setMark' ? `setMark ${(given[0] as { phase: string }).phase}` : name);
        return (real[name] as (...all: readonly unknown[]) => unknown)(...given);
      }) as never;
    const archive = override(real, {
      setMark: noted('setMark'),
      clear: noted('clear'),
      putRows: noted('putRows'),
      putAccount: noted('putAccount'),
      putAdmins: noted('putAdmins'),
      removeMark: noted('removeMark'),
    });
    await restoreFrom({ ...dependencies, archive }, parts, { replace: true });
    const inTurn = calls.filter((call, index) => call !== calls[index - 1]);
    expect(inTurn).toEqual([
      'setMark clearing',
      'clear',
      'setMark writing',
      'putRows',
      'putAccount',
      'putAdmins',
      'removeMark',
    ]);
    expect(calls.filter((call) => call === 'putAccount')).toHaveLength(4);
    const admins = async (domain: string) =>
      (await operations.dependencies.accounts.findAdmins(domain as never))?.value.map(
        ({ userName, isGlobal, isEffective }) => `${userName} ${isGlobal} ${isEffective}`,
      );
    expect(await admins('contoso.example')).toEqual([
      'admin@contoso.example true true',
      'ben@contoso.example false false',
    ]);
    expect(await admins('fabrikam.example')).toEqual(['admin@fabrikam.example true true']);
  });

  it('are reported with their context and an increasing count', async () => {
    await operations.readyAdmin();
    const { parts, summary } = await backUpTo(dependencies);
    const told: Record<string, number[]> = { checked: [], removed: [], written: [] };
    const request = { open: () => each(parts), replace: true, isDryRun: false };
    await restore(dependencies, request, (context, rows) => told[context]?.push(rows));
    const { accounts, attempts, expiries } = summary.rows;
    const rows = accounts + attempts + expiries;
    expect(told.checked?.at(-1)).toBe(rows);
    // A backup leaves out the row of the admin's one word: a restore makes it anew.
    expect(told.removed?.at(-1)).toBe(rows + 1);
    // Two of a user; ids, events and hashes of the tenant come with them or before.
    expect(told.written?.at(-1)).toBe(rows);
    for (const counts of Object.values(told)) {
      expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    }
    expect(told.written?.length).toBeGreaterThan(1);
  });
});

describe('the restore mark', () => {
  const FLOOR = 300_000_000;
  const other = {
    archiveId: 'other',
    restoreId: 'r',
    phase: 'writing',
    epochFloor: FLOOR,
  } as const;

  it('keeps the greatest earlier epoch when another restore replaces it', async () => {
    const { userName } = await operations.readyAdmin();
    const { parts } = await backUpTo(dependencies);
    await wipe();
    await operations.tables.archive.setMark(other);
    await restoreFrom(dependencies, parts, { replace: true });
    expect((await operations.user(userName)).sessionEpoch).toBe(FLOOR + 1);
    // Now it is the store itself that has it.
    await restoreFrom(dependencies, parts, { replace: true });
    expect((await operations.user(userName)).sessionEpoch).toBe(FLOOR + 2);
  });

  it('prevents clearing again what the same restore has begun to write', async () => {
    await operations.readyAdmin();
    const { parts, summary } = await backUpTo(dependencies);
    const mark = { ...other, archiveId: summary.archiveId };
    await operations.tables.archive.setMark(mark);
    await fill('attempts', { zz: 1 });
    const report = await restoreFrom(dependencies, parts, { replace: true });
    expect(report.isResumed).toBe(true);
    expect(Object.keys(await allRows(operations))).toContain('attempts zz row-0000');
    const page = { limit: 1, after: undefined };
    const { accounts } = operations.dependencies;
    const { items } = await accounts.listEvents('contoso.example' as never, undefined, page);
    expect(items[0]?.requestId).toBe(mark.restoreId);
  });

  it('stays if the backup changes between its two readings', async () => {
    await operations.readyAdmin();
    const { parts } = await backUpTo(dependencies);
    const others = await backUpTo(dependencies);
    await wipe();
    let readings = 0;
    const open = () => {
      readings += 1;
      return each(readings === 1 ? parts : others.parts);
    };
    const request = { open, replace: false, isDryRun: false };
    const changed = restore({ ...dependencies, seal: SEAL }, request, () => {});
    await expect(changed).rejects.toThrow(/belongs to another backup/);
    expect(await operations.tables.archive.findMark()).toMatchObject({ phase: 'writing' });
  });
});

it('restores a backup of an empty store', async () => {
  const { parts, summary } = await backUpTo(dependencies);
  expect(summary.rows).toEqual({ accounts: 0, attempts: 0, expiries: 0 });
  expect(await restoreFrom(dependencies, parts)).toMatchObject({ users: 0, damaged: [] });
  expect(await allRows(operations)).toEqual({});
});

it('throws a program fault instead of reporting a user’s rows as damaged', async () => {
  await operations.readyAdmin();
  const { parts } = await backUpTo(dependencies);
  const parseAccount = () => {
    throw new TypeError('a fault of ours');
  };
  const archive = override(operations.tables.archive, { parseAccount });
  const broken = restoreFrom({ ...dependencies, archive }, parts, { replace: true });
  await expect(broken).rejects.toThrow('a fault of ours');
  expect(await operations.tables.archive.findMark()).toBeUndefined();
});

it('lists each missing pepper version once, in order', async () => {
  const admin = await operations.readyAdmin();
  await operations.addReadyUser(admin, 'ana@contoso.example');
  operations.peppers.add('pepper-0');
  await operations.addReadyUser(admin, 'ben@contoso.example');
  const { parts } = await backUpTo(dependencies);
  expect((await restoreFrom(dependencies, parts, { replace: true })).missingPepperVersions).toEqual(
    [],
  );
  operations.peppers.versions.splice(0);
  const report = await restoreFrom(dependencies, parts, { replace: true });
  expect(report.missingPepperVersions).toEqual(['pepper-0', 'pepper-1']);
});
