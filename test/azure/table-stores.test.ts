import { describeAccountStore } from '../contract/account-store.ts';
import { describeAttemptStore } from '../contract/attempt-store.ts';
import { describeExpiryIndex } from '../contract/expiry-index.ts';
import { describeSearchIndex } from '../contract/search-index.ts';
import { describeStoreArchive } from '../contract/store-archive.ts';
import { describeSummaryStore } from '../contract/summary-store.ts';
import { startTables } from '../fixture/tables.ts';

async function start() {
  const { transport, ...stores } = await startTables();
  const loseNextWriteAnswer = transport.loseNextWriteAnswer.bind(transport);
  return { ...stores, loseNextWriteAnswer };
}

describeAccountStore('Table Storage', start);
describeAttemptStore('Table Storage', start);
describeExpiryIndex('Table Storage', start);
describeStoreArchive('Table Storage', start);
describeSearchIndex('Table Storage', start);
describeSummaryStore('Table Storage', start);
