import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ArchivedRow, ArchiveEntry } from '../../shared/port.ts';
import { created, found, nameOf, sampleUser } from '../contract/account-sample.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

/** A store larger than a page: nobody is left out, told twice, or paired with somebody else. */

let tables: TestTables;
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.stop());

async function entries(): Promise<readonly ArchiveEntry[]> {
  const all: ArchiveEntry[] = [];
  for await (const page of tables.archive.listEntries()) all.push(...page);
  return all;
}

/** 750 more users in each of two tenants, made of the rows of one. */
async function fill(): Promise<void> {
  await created(tables.accounts, sampleUser(nameOf('first@a.example')));
  const [first] = await entries();
  const [user, hashes] = (first as ArchiveEntry).rows as [ArchivedRow, ArchivedRow];
  for (const tenant of ['a.example', 'b.example']) {
    for (let start = 0; start < 750; start += 50) {
      const rows = Array.from({ length: 50 }, (_, index) => {
        const number = start + index;
        const name = `u#${number}@${tenant}`.replaceAll('#', '$');
        const id = { userId: `${tenant[0]}${String(number).padStart(25, '0')}` };
        return [
          {
            ...user,
            partitionKey: tenant,
            rowKey: `user:${name}`,
            columns: { ...user.columns, ...id },
          },
          {
            ...hashes,
            partitionKey: tenant,
            rowKey: `credential:${name}`,
            columns: { ...hashes.columns, ...id },
          },
        ];
      });
      await tables.archive.putRows('accounts', rows.flat());
    }
  }
}

it('lists every user of every tenant once, with the own hashes', async () => {
  await fill();
  const all = await entries();
  const accounts = all.flatMap((entry) => tables.archive.parseAccount(entry) ?? []);
  expect(accounts).toHaveLength(1501);
  expect(new Set(accounts.map(({ user }) => user.userName)).size).toBe(1501);
  for (const { user, credential } of accounts) expect(credential?.userId).toBe(user.userId);
  // The other rows of the one that was created: two of its event, and its id.
  expect(all.length - accounts.length).toBe(3);
});

it('removes every row but the mark of a restore', async () => {
  await fill();
  const mark = { archiveId: 'a', restoreId: 'r', phase: 'clearing', epochFloor: 7 } as const;
  await tables.archive.setMark(mark);
  expect(await tables.archive.isEmpty()).toBe(false);
  let removed = 0;
  await tables.archive.clear((rows) => {
    removed += rows;
  });
  expect(removed).toBe(2 * 1501 + 3);
  expect(await entries()).toEqual([]);
  expect(await tables.archive.isEmpty()).toBe(true);
  expect(await tables.archive.findMark()).toEqual(mark);
  await tables.archive.removeMark();
  expect(await tables.archive.findMark()).toBeUndefined();
});

it('knows the greatest session epoch of all tenants, and none of an empty store', async () => {
  expect(await tables.archive.greatestSessionEpoch()).toBe(0);
  await created(tables.accounts, sampleUser(nameOf('a@a.example'), { sessionEpoch: 9 }));
  await created(tables.accounts, sampleUser(nameOf('b@b.example'), { sessionEpoch: 4 }));
  expect(await tables.archive.greatestSessionEpoch()).toBe(9);
  expect((await found(tables.accounts, nameOf('a@a.example'))).value.sessionEpoch).toBe(9);
});

it('takes a lost answer for what it is: rows that were removed are not waited for', async () => {
  await created(tables.accounts, sampleUser(nameOf('a@a.example')));
  tables.wire.loseNextWriteAnswer();
  await tables.archive.clear(() => {});
  expect(await tables.archive.isEmpty()).toBe(true);
});
