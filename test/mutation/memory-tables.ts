import { randomBytes } from 'node:crypto';
import { TableAccountStore } from '../../shared/azure/table-account-store.ts';
import { TableArchive } from '../../shared/azure/table-archive.ts';
import { TableAttemptStore } from '../../shared/azure/table-attempt-store.ts';
import { TableExpiryIndex } from '../../shared/azure/table-expiry-index.ts';
import { MemoryLine } from './memory-line.ts';
import { MemoryTable } from './memory-table.ts';

/** In the place of test/fixture/tables.ts while Stryker runs: the stores on tables in memory. */
export async function startTables() {
  const wire = new MemoryLine();
  const tables = {
    accounts: new MemoryTable(wire, 'accounts'),
    attempts: new MemoryTable(wire, 'attempts'),
    expiries: new MemoryTable(wire, 'expiries'),
  };
  return {
    accounts: new TableAccountStore(tables.accounts),
    attempts: new TableAttemptStore(tables.attempts, (size) => randomBytes(size)),
    expiries: new TableExpiryIndex(tables.expiries),
    archive: new TableArchive(tables),
    wire,
    rows: async (name: keyof typeof tables) => tables[name].dump(),
    async ping() {
      await tables.accounts.findRow('restore', 'restore');
    },
    stop: async () => wire.stop(),
  };
}
