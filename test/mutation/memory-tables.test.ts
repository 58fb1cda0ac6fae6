import { odata } from '@azure/data-tables';
import { expect, it } from 'vitest';
import { describeAccountStore } from '../contract/account-store.ts';
import { describeAttemptStore } from '../contract/attempt-store.ts';
import { describeExpiryIndex } from '../contract/expiry-index.ts';
import { describeStoreArchive } from '../contract/store-archive.ts';
import { startTables } from '../fixture/memory/memory-tables.ts';
import { odata as plainOdata } from './client-names.ts';

async function start() {
  const { accounts, attempts, expiries, archive, wire, stop } = await startTables();
  const loseNextWriteAnswer = wire.loseNextWriteAnswer.bind(wire);
  return { accounts, attempts, expiries, archive, loseNextWriteAnswer, stop };
}

describeAccountStore('memory', start);
describeAttemptStore('memory', start);
describeExpiryIndex('memory', start);
describeStoreArchive('memory', start);

it('quotes texts in filters as the client does', () => {
  const texts = ['a', "o'neil", "''", 'two words', 'a "quote"'];
  for (const text of texts) {
    const filter = odata`RowKey ge ${text} and RowKey lt ${text} and atMs le ${5}L`;
    expect(plainOdata`RowKey ge ${text} and RowKey lt ${text} and atMs le ${5}L`).toBe(filter);
  }
});
