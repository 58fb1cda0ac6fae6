import { startMemoryTables } from '../fixture/memory/memory-tables.ts';
import { describeAccountStore } from './account-store.ts';
import { describeAttemptStore } from './attempt-store.ts';
import { describeExpiryIndex } from './expiry-index.ts';
import { describeStoreArchive } from './store-archive.ts';

async function start() {
  const { accounts, attempts, expiries, archive, wire, stop } = startMemoryTables();
  const loseNextWriteAnswer = wire.loseNextWriteAnswer.bind(wire);
  return { accounts, attempts, expiries, archive, loseNextWriteAnswer, stop };
}

describeAccountStore('memory', start);
describeAttemptStore('memory', start);
describeExpiryIndex('memory', start);
describeStoreArchive('memory', start);
