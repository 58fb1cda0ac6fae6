import { type Tenant, tenantOf } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { deviceKey, sessionKey, signInKey } from '../operation/attempt-series.ts';
import type { StoreArchive } from '../port/archive.ts';
import type { ExpiryIndex } from '../port/expiry.ts';
import type { OutboxReport } from '../port/notice.ts';
import type { AccountStore, AttemptStore } from '../port/store.ts';
import { listTenantUsers } from './batch.ts';

/** A time after the expiry of any temporary password. */
const LATER_THAN_ANY_MS = Date.UTC(9999, 0, 1);

export interface EraseDependencies {
  readonly accounts: Pick<AccountStore, 'listUsers' | 'listNames'>;
  readonly attempts: Pick<AttemptStore, 'remove'>;
  readonly expiries: Pick<ExpiryIndex, 'remove' | 'listOverdue'>;
  readonly archive: Pick<StoreArchive, 'clearTenant'>;
  readonly outbox: Pick<OutboxReport, 'forgetTenant'>;
}

export interface ErasedTenant {
  readonly users: number;
  /** The number of users who had been deleted before; their ids and events are removed too. */
  readonly deletedUsers: number;
  /** The number of rows of table accounts; 0 in a dry run. */
  readonly rows: number;
}

/**
 * Removes everything that the store has of a tenant: users, hashes, ids, events, notices, counts
 * against its names, and its entries of the expiry index. Safe to repeat after a crash, until the
 * tenant is not found.
 * @throws {Refusal} `not-found`: the tenant never had a user
 * @throws {Unavailable}
 */
export async function eraseTenant(
  { accounts, attempts, expiries, archive, outbox }: EraseDependencies,
  { tenant, isDryRun }: { readonly tenant: Tenant; readonly isDryRun: boolean },
  onProgress: (rows: number) => void,
): Promise<ErasedTenant> {
  const erased = { users: 0, deletedUsers: 0, rows: 0 };
  for await (const users of listTenantUsers(accounts, tenant)) {
    erased.users += users.length;
  }
  for await (const names of accounts.listNames(tenant)) {
    erased.deletedUsers += names.filter(({ isDeleted }) => isDeleted).length;
    for (const { userId, userName } of isDryRun ? [] : names) {
      const keys = [signInKey(userName), sessionKey(userId), deviceKey(userId)];
      await Promise.all(keys.map((key) => attempts.remove(key, '*')));
    }
  }
  if (erased.users + erased.deletedUsers === 0) throw new Refusal('not-found');
  if (isDryRun) return erased;
  // Entries of replaced temporary passwords too, whose users no longer name them.
  for await (const entries of expiries.listOverdue(LATER_THAN_ANY_MS)) {
    for (const entry of entries) {
      if (tenantOf(entry.userName) === tenant) await expiries.remove(entry);
    }
  }
  await archive.clearTenant(tenant, (removed) => {
    erased.rows += removed;
    onProgress(erased.rows);
  });
  await outbox.forgetTenant(tenant);
  return erased;
}
