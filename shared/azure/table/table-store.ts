import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type { StoreArchive } from '../../port/archive.ts';
import type { RandomBytes } from '../../port/clock.ts';
import type { ExpiryIndex } from '../../port/expiry.ts';
import type { Outbox, OutboxReport } from '../../port/notice.ts';
import type { SearchIndex } from '../../port/search.ts';
import type { AccountStore, AttemptStore } from '../../port/store.ts';
import type { SummaryStore } from '../../port/summary.ts';
import { NO_TELEMETRY, type Telemetry } from '../../port/telemetry.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { describeTableCall, traceCalls } from '../traced-call.ts';
import { TableAccountStore } from './table-account-store.ts';
import { TableArchive } from './table-archive.ts';
import { TableAttemptStore } from './table-attempt-store.ts';
import { createTableClient, Table, type TableAccount, type TablePolicies } from './table-client.ts';
import { TableExpiryIndex } from './table-expiry-index.ts';
import { TableOutbox } from './table-outbox.ts';
import { TableSearchIndex } from './table-search-index.ts';
import { TableSummaryStore } from './table-summary-store.ts';

/**
 * The names of the tables. The infrastructure creates them in the cloud; elsewhere the first use
 * does.
 */
export const TABLE_NAMES = {
  accounts: 'accounts',
  attempts: 'attempts',
  expiries: 'expiries',
  announcements: 'announcements',
} as const;

export interface TableStoreOptions {
  /** The policies of the HTTP pipeline, e.g. to count calls. */
  readonly additionalPolicies?: TablePolicies;
  /** The source of operation ids of attempts; the platform's by default. */
  readonly randomBytes?: RandomBytes;
  readonly telemetry?: Telemetry;
}

export interface TableStores {
  readonly accounts: AccountStore;
  readonly attempts: AttemptStore;
  readonly expiries: ExpiryIndex;
  readonly outbox: Outbox & OutboxReport;
  readonly search: SearchIndex;
  readonly summaries: SummaryStore;
  readonly archive: StoreArchive;
  /**
   * Checks the store with one point read.
   * @throws {Unavailable} the store does not answer, or a restore into it is not finished
   */
  ping(): Promise<void>;
}

/**
 * Creates the stores on one storage account. No request is sent before the first call.
 * @throws {Error} an address that is not https; http is for loopback only
 */
export function createTableStores(
  account: TableAccount,
  options: TableStoreOptions = {},
): TableStores {
  const { additionalPolicies = [], randomBytes = cryptoRandomBytes } = options;
  const { telemetry = NO_TELEMETRY } = options;
  const open = (name: string) => {
    const traced = traceCalls(telemetry, describeTableCall(name));
    return new Table(createTableClient(account, name, [traced, ...additionalPolicies]));
  };
  const accounts = open(TABLE_NAMES.accounts);
  const attempts = open(TABLE_NAMES.attempts);
  const expiries = open(TABLE_NAMES.expiries);
  const announcements = open(TABLE_NAMES.announcements);
  const archive = new TableArchive({ accounts, attempts, expiries });
  return {
    accounts: new TableAccountStore(accounts, announcements),
    attempts: new TableAttemptStore(attempts, randomBytes),
    expiries: new TableExpiryIndex(expiries),
    outbox: new TableOutbox(accounts, announcements),
    search: new TableSearchIndex(accounts),
    summaries: new TableSummaryStore(accounts),
    archive,
    async ping() {
      if ((await archive.findMark()) === undefined) return;
      throw new Unavailable('tables', 'a restore into the store is not finished');
    },
  };
}
