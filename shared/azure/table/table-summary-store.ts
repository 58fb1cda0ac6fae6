import { odata, type TableEntity } from '@azure/data-tables';
import type { Tenant } from '../../credential/name.ts';
import { CREDENTIAL_STATES } from '../../credential/state.ts';
import type { Page, PageRequest, Stored } from '../../port/store.ts';
import type { CountedUser, KeptSummary, SummaryStore, UserCounts } from '../../port/summary.ts';
import { SUMMARY_KEY, userRange } from './account-key.ts';
import { COUNTED_COLUMNS, parseCountedUser } from './account-row.ts';
import { isObject, type Row, RowReader, toInt64 } from './row.ts';
import type { Table } from './table-client.ts';

/** The counts of each tenant in a row of its partition of table `accounts`. */
export class TableSummaryStore implements SummaryStore {
  readonly #accounts: Table;

  constructor(accounts: Table) {
    this.#accounts = accounts;
  }

  async listCountedUsers(tenant: Tenant, page: PageRequest): Promise<Page<CountedUser>> {
    const filter = `${userRange(tenant, '')} and ${odata`status ne ${'deleted'}`}`;
    const { items: rows, next } = await this.#accounts.listRows(filter, page, COUNTED_COLUMNS);
    return { items: rows.map(parseCountedUser), next };
  }

  async find(tenant: Tenant): Promise<Stored<KeptSummary> | undefined> {
    const row = await this.#accounts.findRow(tenant, SUMMARY_KEY);
    return row && parseSummaryRow(row);
  }

  async keep(...[tenant, etag, summary]: Parameters<SummaryStore['keep']>) {
    const row = summaryRow(tenant, summary);
    const written = await (etag === undefined
      ? this.#accounts.insert(row)
      : this.#accounts.replace(row, etag));
    return written.kind === 'written' ? written.etag : undefined;
  }
}

function summaryRow(tenant: Tenant, { claimedAtMs, counts }: KeptSummary): TableEntity {
  return {
    partitionKey: tenant,
    rowKey: SUMMARY_KEY,
    claimedAtMs: toInt64(claimedAtMs),
    counts: counts && JSON.stringify(counts),
  };
}

/** @throws {Unavailable} when the row is not as {@link summaryRow} writes it */
function parseSummaryRow(row: Row): Stored<KeptSummary> {
  const reader = new RowReader('summary', row);
  const counts = reader.has('counts') ? reader.json('counts') : undefined;
  const value = {
    claimedAtMs: reader.ms('claimedAtMs'),
    // What another version counted is counted again.
    counts: isCounts(counts) ? counts : undefined,
  };
  return { value, etag: reader.etag };
}

const NUMBERS = ['total', 'disabled', 'frozen', 'expiringWithinADay', 'globalAdminsWhoCount'];

function isCounts(value: unknown): value is UserCounts {
  if (!isObject(value) || !isObject(value.states)) return false;
  const { states } = value;
  const numbers = [
    ...[...NUMBERS, 'asOfMs'].map((name) => value[name]),
    ...CREDENTIAL_STATES.map((state) => states[state]),
  ];
  return numbers.every(Number.isSafeInteger) && typeof value.isComplete === 'boolean';
}
