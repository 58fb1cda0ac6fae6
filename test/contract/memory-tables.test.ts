import { startMemoryTables } from '../fixture/memory/memory-tables.ts';
import { describeAccountStore } from './account-store.ts';
import { describeAttemptStore } from './attempt-store.ts';
import { describeExpiryIndex } from './expiry-index.ts';
import { describeSearchIndex } from './search-index.ts';
import { describeStoreArchive } from './store-archive.ts';
import { describeSummaryStore } from './summary-store.ts';

async function start() {
  const { transport, ...stores } = startMemoryTables();
  const loseNextWriteAnswer = transport.loseNextWriteAnswer.bind(transport);
  return { ...stores, loseNextWriteAnswer };
}

describeAccountStore('memory', start);
describeAttemptStore('memory', start);
describeExpiryIndex('memory', start);
describeStoreArchive('memory', start);
describeSearchIndex('memory', start);
describeSummaryStore('memory', start);
