import { describeAccountStore } from '../contract/account-store.ts';
import { describeAttemptStore } from '../contract/attempt-store.ts';
import { describeExpiryIndex } from '../contract/expiry-index.ts';
import { startTables } from './memory-tables.ts';

async function start() {
  const { accounts, attempts, expiries, wire, stop } = await startTables();
  const loseNextWriteAnswer = () => wire.loseNextWriteAnswer();
  return { accounts, attempts, expiries, loseNextWriteAnswer, stop };
}

describeAccountStore('memory', start);
describeAttemptStore('memory', start);
describeExpiryIndex('memory', start);
