import { encodeCrockford } from '../credential/crockford.ts';
import type { Tenant } from '../credential/name.ts';
import { adminEntry } from '../credential/rank.ts';
import type { Admin, User } from '../credential/user.ts';
import { OPERATION_ID_BYTES } from '../operation/account-change.ts';
import { concurrently } from '../operation/concurrently.ts';
import type { ChangeDependencies } from '../operation/dependency.ts';
import { retryOnConflict } from '../operation/retry.ts';
import type { StoreArchive } from '../port/archive.ts';
import type { RandomBytes } from '../port/clock.ts';
import type { ExpiryEntry, ExpiryIndex } from '../port/expiry.ts';
import type { SearchIndex } from '../port/search.ts';
import type { AccountStore, StoredUser } from '../port/store.ts';
import { listTenantUsers } from './batch.ts';
import { mendWords, removeStaleWords } from './reindex-words.ts';

export interface ReindexDependencies {
  readonly accounts: Pick<
    AccountStore,
    'findAdmins' | 'findUser' | 'findUserName' | 'listAllUsers' | 'listTenants' | 'listUsers'
  >;
  readonly search: SearchIndex;
  readonly expiries: Pick<ExpiryIndex, 'add' | 'has'>;
  readonly archive: Pick<
    StoreArchive,
    'addUserName' | 'dropAuthority' | 'hasAuthority' | 'replaceAdmins'
  >;
  readonly randomBytes: RandomBytes;
  readonly pause: ChangeDependencies['pause'];
}

/** The numbers of rows that were missing, or did not match the users. */
export interface ReindexReport {
  readonly users: number;
  /** Entries of the expiry index. */
  readonly expiries: number;
  /** Rows that find a user by its id. */
  readonly ids: number;
  /** Tenants whose row of admins was wrong. */
  readonly tenants: number;
  /** Users whose stamp named a row of authority that is gone. */
  readonly authorities: number;
  /** Rows by which users are found. */
  readonly words: number;
  /** Rows of words that were not their user's. */
  readonly staleWords: number;
}

/** The number of users in work at once; each costs a read or two, and one for each word. */
const AT_ONCE = 8;

/**
 * Returns the entry of the user's temporary password.
 * @returns undefined if no temporary password is waiting to expire
 */
export function expiryEntryOf(user: User): ExpiryEntry | undefined {
  const { credential, userId, userName, credentialVersion } = user;
  if (credential.kind !== 'temporary') return undefined;
  const { issueId, expiresAtMs } = credential;
  return { userId, userName, issueId, expiresAtMs, credentialVersion };
}

async function mendTenant(
  dependencies: ReindexDependencies,
  tenant: Tenant,
  isDryRun: boolean,
): Promise<boolean> {
  const { accounts, archive, randomBytes } = dependencies;
  let wasWrong = false;
  return retryOnConflict(dependencies, async () => {
    // First the row: a change of an admin after this read replaces its tag.
    const row = await accounts.findAdmins(tenant);
    const admins: Admin[] = [];
    for await (const users of listTenantUsers(accounts, tenant)) {
      admins.push(...users.map(adminEntry).filter((entry) => entry !== undefined));
    }
    if (isSameList(row?.value ?? [], admins)) return wasWrong;
    wasWrong = true;
    if (isDryRun) return true;
    const operationId = encodeCrockford(randomBytes(OPERATION_ID_BYTES));
    const outcome = await archive.replaceAdmins(tenant, row?.etag, admins, operationId);
    return outcome === 'committed' ? true : 'conflict';
  });
}

/**
 * Removes a stamp that has no row: it makes every change of an admin lose. Row and stamp are
 * removed in one transaction under the user's tag, so a row that is missing after the user was read
 * is missing for good while the tag holds.
 * @returns whether there was such a stamp
 */
async function mendAuthority(
  dependencies: ReindexDependencies,
  listed: StoredUser,
  isDryRun: boolean,
): Promise<boolean> {
  const { accounts, archive, randomBytes } = dependencies;
  let stored: StoredUser | undefined = listed;
  let wasWrong = false;
  return retryOnConflict(dependencies, async () => {
    if (wasWrong) stored = await accounts.findUser(listed.value.userName);
    if (stored?.authorityStamp === undefined) return wasWrong;
    if (await archive.hasAuthority(stored)) return false;
    wasWrong = true;
    if (isDryRun) return true;
    const operationId = encodeCrockford(randomBytes(OPERATION_ID_BYTES));
    const outcome = await archive.dropAuthority(stored, operationId);
    return outcome === 'committed' ? true : 'conflict';
  });
}

function isSameList(one: readonly Admin[], other: readonly Admin[]): boolean {
  const text = (list: readonly Admin[]) =>
    list
      .map(({ userId, userName, displayName, isGlobal, isEffective, isLocked }) =>
        JSON.stringify([userId, userName, displayName, isGlobal, isEffective, isLocked]),
      )
      .toSorted()
      .join();
  return text(one) === text(other);
}

/**
 * Makes the rows that follow from the users' own rows and are missing: their entries in the expiry
 * index, the rows that find them by their ids and words, and each tenant's row of admins. Removes
 * stamps whose row of authority is missing, and rows of words that are not their user's. Every
 * write is conditional, so the service may keep running, and a second run changes nothing.
 * @throws {Refusal} `conflict`: a user or the admins of a tenant kept changing
 * @throws {Unavailable}
 */
export async function reindex(
  dependencies: ReindexDependencies,
  { isDryRun }: { readonly isDryRun: boolean },
  onUsers: (users: number) => void,
): Promise<ReindexReport> {
  const { accounts, expiries, archive, randomBytes } = dependencies;
  const none = { users: 0, expiries: 0, ids: 0, tenants: 0, authorities: 0 };
  const report = { ...none, words: 0, staleWords: 0 };
  const tenants = new Set<Tenant>();
  const mend = async (stored: StoredUser) => {
    const user = stored.value;
    tenants.add(user.tenant);
    const entry = expiryEntryOf(user);
    if (entry !== undefined && !(await expiries.has(entry))) {
      report.expiries += 1;
      if (!isDryRun) await expiries.add(entry);
    }
    if ((await accounts.findUserName(user.tenant, user.userId)) === undefined) {
      report.ids += 1;
      const operationId = encodeCrockford(randomBytes(OPERATION_ID_BYTES));
      if (!isDryRun) await archive.addUserName(user, operationId);
    }
    if (await mendAuthority(dependencies, stored, isDryRun)) report.authorities += 1;
    const words = await mendWords(dependencies, stored, isDryRun);
    report.words += words;
    report.users += 1;
    onUsers(report.users);
  };
  await concurrently(allUsers(accounts), AT_ONCE, mend);
  for (const tenant of tenants) {
    if (await mendTenant(dependencies, tenant, isDryRun)) report.tenants += 1;
  }
  report.staleWords = await removeStaleWords(dependencies, isDryRun);
  return report;
}

async function* allUsers(
  accounts: Pick<AccountStore, 'listAllUsers'>,
): AsyncGenerator<StoredUser, void> {
  for await (const page of accounts.listAllUsers()) yield* page;
}
