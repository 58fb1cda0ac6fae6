import { describeAccountStore } from '../contract/account-store.ts';
import { describeAttemptStore } from '../contract/attempt-store.ts';
import { describeExpiryIndex } from '../contract/expiry-index.ts';
import { describeStoreArchive } from '../contract/store-archive.ts';
import { startTables } from '../fixture/tables.ts';

async function start() {
  const { accounts, attempts, expiries, archive, wire, stop } = await startTables();
  const loseNextWriteAnswer = wire.loseNextWriteAnswer.bind(wire);
  return { accounts, attempts, expiries, archive, loseNextWriteAnswer, stop };
}

describeAccountStore('Table Storage', start);
describeAttemptStore('Table Storage', start);
describeExpiryIndex('Table Storage', start);
describeStoreArchive('Table Storage', start);
