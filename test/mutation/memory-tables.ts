import { randomBytes } from 'node:crypto';
import { TableAccountStore } from '../../shared/azure/table-account-store.ts';
import { TableArchive } from '../../shared/azure/table-archive.ts';
import { TableAttemptStore } from '../../shared/azure/table-attempt-store.ts';
import { TableExpiryIndex } from '../../shared/azure/table-expiry-index.ts';
import { Unavailable } from '../../shared/port.ts';
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
  const archive = new TableArchive(tables);
  return {
    accounts: new TableAccountStore(tables.accounts),
    attempts: new TableAttemptStore(tables.attempts, (size) => randomBytes(size)),
    expiries: new TableExpiryIndex(tables.expiries),
    archive,
    wire,
    rows: async (name: keyof typeof tables) => tables[name].dump(),
    async ping() {
      if ((await archive.findMark()) === undefined) return;
      throw new Unavailable('tables', 'a restore into the store is not finished');
    },
    stop: async () => wire.stop(),
  };
}
