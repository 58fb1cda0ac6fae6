import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type {
  AccountStore,
  AttemptStore,
  ExpiryIndex,
  RandomBytes,
  StoreArchive,
} from '../port.ts';
import { TableAccountStore } from './table-account-store.ts';
import { TableArchive } from './table-archive.ts';
import { TableAttemptStore } from './table-attempt-store.ts';
import { createTableClient, Table, type TableAccount, type TablePolicies } from './table-client.ts';
import { TableExpiryIndex } from './table-expiry-index.ts';

/** The infrastructure creates them in the cloud; elsewhere first use does. */
export const TABLE_NAMES = {
  accounts: 'accounts',
  attempts: 'attempts',
  expiries: 'expiries',
} as const;

export interface TableStoreOptions {
  /** Policies of the HTTP pipeline, e.g. to count calls. */
  readonly additionalPolicies?: TablePolicies;
  /** For operation ids of attempts; the platform's by default. */
  readonly randomBytes?: RandomBytes;
}

export interface TableStores {
  readonly accounts: AccountStore;
  readonly attempts: AttemptStore;
  readonly expiries: ExpiryIndex;
  readonly archive: StoreArchive;
  /** One point read. @throws {Unavailable} the store does not answer us */
  ping(): Promise<void>;
}

/**
 * Stores on one storage account. Nothing is sent before the first call.
 * @throws {Error} an address that is not https; http is for loopback only
 */
export function createTableStores(
  account: TableAccount,
  options: TableStoreOptions = {},
): TableStores {
  const { additionalPolicies = [], randomBytes = cryptoRandomBytes } = options;
  const open = (name: string) => new Table(createTableClient(account, name, additionalPolicies));
  const accounts = open(TABLE_NAMES.accounts);
  const attempts = open(TABLE_NAMES.attempts);
  const expiries = open(TABLE_NAMES.expiries);
  return {
    accounts: new TableAccountStore(accounts),
    attempts: new TableAttemptStore(attempts, randomBytes),
    expiries: new TableExpiryIndex(expiries),
    archive: new TableArchive({ accounts, attempts, expiries }),
    async ping() {
      // No tenant is called so (a domain has a dot): the answer is "not found", at little cost.
      await accounts.findRow('ping', 'ping', ['operationId']);
    },
  };
}
