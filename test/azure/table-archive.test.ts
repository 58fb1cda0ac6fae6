import { TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { indexedWords } from '../../shared/credential/search-word.ts';
import type { ArchivedRow, ArchiveEntry } from '../../shared/port/archive.ts';
import { created, nameOf, sampleUser } from '../contract/account-sample.ts';
import { entriesOf } from '../contract/store-archive.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

/** Checks a store larger than a page: no user is left out, listed twice or paired wrongly. */

let tables: TestTables;
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.stop());

const entries = () => entriesOf(tables.archive);

const FIRST = sampleUser(nameOf('first@a.example'));

/** 750 more users in each of two tenants, made of the rows of one. */
async function fill(): Promise<void> {
  await created(tables.accounts, FIRST);
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

it('lists every user of 1,501 once, with the user’s hashes', async () => {
  await fill();
  const all = await entries();
  const accounts = all.flatMap((entry) => tables.archive.parseAccount(entry) ?? []);
  expect(accounts).toHaveLength(1501);
  expect(new Set(accounts.map(({ user }) => user.userName)).size).toBe(1501);
  for (const { user, credential } of accounts) expect(credential?.userId).toBe(user.userId);
  // The other rows of the one that was created: two of its event, and its id.
  expect(all.length - accounts.length).toBe(3);
});

it('removes every row of a store larger than a page', async () => {
  await fill();
  let removed = 0;
  await tables.archive.clear((rows) => {
    removed += rows;
  });
  expect(removed).toBe(2 * 1501 + 3 + indexedWords(FIRST).length);
  expect(await entries()).toEqual([]);
});

it('restores columns of every type as another client wrote them', async () => {
  const client = TableClient.fromConnectionString(tables.connectionString, 'attempts', {
    allowInsecureConnection: true,
  });
  await tables.archive.putRows('attempts', [{ partitionKey: 'a', rowKey: 'a', columns: {} }]);
  const columns = {
    text: 'é\u2028"',
    empty: '',
    yes: true,
    no: false,
    small: -2147483648,
    large: { type: 'Int64', value: '9007199254740993' },
    time: { type: 'DateTime', value: '2026-01-01T00:00:00.1234567Z' },
    bytes: { type: 'Binary', value: 'AP8=' },
    guid: { type: 'Guid', value: 'c9da6455-213d-42c9-9a79-3e9149a57833' },
    fraction: { type: 'Double', value: '0.1' },
  };
  const key = { partitionKey: 'zz', rowKey: 'types' };
  const { fraction: _, ...plain } = columns;
  await client.createEntity({ ...key, ...plain, fraction: 0.1 });
  const before = await entries();
  expect(before.at(-1)).toEqual({ table: 'attempts', rows: [{ ...key, columns }] });
  await tables.archive.clear(() => {});
  await tables.archive.putRows('attempts', before.at(-1)?.rows ?? []);
  expect(await entries()).toEqual(before.slice(-1));
});
