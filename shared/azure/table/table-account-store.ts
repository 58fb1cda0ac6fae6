import type { AccountEvent } from '../../credential/event.ts';
import { type Tenant, tenantOf, type UserId, type UserName } from '../../credential/name.ts';
import type { ResetRecord } from '../../credential/reset-record.ts';
import type { TenantSettings } from '../../credential/tenant-settings.ts';
import type { Admin, User } from '../../credential/user.ts';
import type { StoredDoneCall } from '../../port/done-call.ts';
import type { PasswordHash } from '../../port/hasher.ts';
import { pages } from '../../port/pages.ts';
import type {
  AccountChange,
  AccountStore,
  CredentialParameters,
  CredentialSecret,
  EventFilter,
  NamedId,
  Page,
  PageRequest,
  SettingsChange,
  Stored,
  StoredUser,
  UserFilter,
} from '../../port/store.ts';
import {
  ADMINS_KEY,
  allUsersRange,
  credentialKey,
  credentialRange,
  doneCallKey,
  idKey,
  idRange,
  laterTenantsRange,
  parseIdKey,
  RESTORE_PARTITION,
  resetKey,
  resetRange,
  SETTINGS_KEY,
  tenantEventKey,
  userKey,
  userRange,
} from './account-key.ts';
import { isTombstone, parseIdRow, parseUserRow, userClauses } from './account-row.ts';
import { changeActions, proofKey, settingsActions } from './account-transaction.ts';
import { parseAdminsRow } from './admins-row.ts';
import {
  parseCredentialParameters,
  parseCredentialRow,
  permanentColumns,
} from './credential-row.ts';
import { parseDoneCallRow } from './done-call-row.ts';
import { eventQuery, parseEventRow } from './event-row.ts';
import { RecentOfTenant } from './recent-of-tenant.ts';
import { parseResetRow } from './reset-row.ts';
import { type Row, toInt64 } from './row.ts';
import { parseSettingsRow } from './settings-row.ts';
import { PAGE_ROW_LIMIT, type Table } from './table-client.ts';
import { announceNotices } from './table-outbox.ts';
import { findTombstone, removeTombstone } from './tombstone.ts';

const KEYS = ['partitionKey', 'rowKey'];

/** The store of accounts in one table, a tenant in one partition; account-key.ts has the layout. */
export class TableAccountStore implements AccountStore {
  readonly #table: Table;
  readonly #announcements: Table;
  readonly #recentAdmins: RecentOfTenant<readonly Admin[]>;
  readonly #recentContact: RecentOfTenant<string | undefined>;

  constructor(table: Table, announcements: Table, now: () => number = Date.now) {
    this.#table = table;
    this.#announcements = announcements;
    const read = async (tenant: Tenant) => (await this.findAdmins(tenant))?.value ?? [];
    this.#recentAdmins = new RecentOfTenant(read, now);
    const readContact = async (tenant: Tenant) => (await this.findSettings(tenant))?.value.contact;
    this.#recentContact = new RecentOfTenant(readContact, now);
  }

  async findUser(userName: UserName): Promise<StoredUser | undefined> {
    const row = await this.#table.findRow(tenantOf(userName), userKey(userName));
    return row === undefined || isTombstone(row) ? undefined : parseUserRow(row);
  }

  async findUserName(
    tenant: Tenant,
    userId: UserId,
  ): Promise<{ userName: UserName; isDeleted: boolean } | undefined> {
    const row = await this.#table.findRow(tenant, idKey(userId));
    return row && parseIdRow(row);
  }

  async findCredential(userName: UserName): Promise<Stored<CredentialSecret> | undefined> {
    const row = await this.#table.findRow(tenantOf(userName), credentialKey(userName));
    return row && parseCredentialRow(row);
  }

  async findAdmins(tenant: Tenant): Promise<Stored<readonly Admin[]> | undefined> {
    const row = await this.#table.findRow(tenant, ADMINS_KEY);
    return row && parseAdminsRow(row);
  }

  listRecentAdmins(tenant: Tenant): Promise<readonly Admin[]> {
    return this.#recentAdmins.find(tenant);
  }

  async findSettings(tenant: Tenant): Promise<Stored<TenantSettings> | undefined> {
    const row = await this.#table.findRow(tenant, SETTINGS_KEY);
    return row && parseSettingsRow(row);
  }

  findRecentContact(tenant: Tenant): Promise<string | undefined> {
    return this.#recentContact.find(tenant);
  }

  async commitSettings(change: SettingsChange): Promise<'committed' | 'conflict'> {
    const { tenant, event, operationId } = change;
    await announceNotices(this.#announcements, change);
    try {
      if ((await this.#table.transact(settingsActions(change))) === 'committed') return 'committed';
      return await this.#prove(tenant, tenantEventKey(event), operationId);
    } finally {
      // Also after a failure: the write may have happened.
      this.#recentContact.forget(tenant);
    }
  }

  async listUsers(tenant: Tenant, filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    const range = userRange(tenant, filter.userNamePrefix ?? '');
    if (range === undefined) return { items: [], next: undefined };
    const query = [range, ...userClauses(filter)].join(' and ');
    const { items: rows, next } = await this.#table.listRows(query, page);
    return { items: rows.map((row) => parseUserRow(row).value), next };
  }

  async listEvents(
    tenant: Tenant,
    userId: UserId | undefined,
    page: PageRequest,
    filter: EventFilter = {},
  ): Promise<Page<AccountEvent>> {
    const query = eventQuery(tenant, userId, filter);
    if (query === undefined) return { items: [], next: undefined };
    const { items: rows, next } = await this.#table.listRows(query, page);
    return { items: rows.map(parseEventRow), next };
  }

  async findDoneCall(tenant: Tenant, id: string): Promise<StoredDoneCall | undefined> {
    const row = await this.#table.findRow(tenant, doneCallKey(id));
    return row && parseDoneCallRow(id, row);
  }

  async removeDoneCall(tenant: Tenant, id: string, etag: string): Promise<boolean> {
    return (await this.#table.remove(tenant, doneCallKey(id), etag)) !== 'conflict';
  }

  async findReset(
    tenant: Tenant,
    userId: UserId,
    sequence: number,
  ): Promise<ResetRecord | undefined> {
    const row = await this.#table.findRow(tenant, resetKey(userId, sequence));
    return row && parseResetRow(row);
  }

  async listResets(
    ...[tenant, userId, numbers]: Parameters<AccountStore['listResets']>
  ): Promise<readonly ResetRecord[]> {
    const records: (ResetRecord | undefined)[] = [];
    for await (const rows of this.#listAll(resetRange(tenant, userId, numbers))) {
      records.push(...rows.map(parseResetRow));
    }
    return records.filter((record) => record !== undefined);
  }

  async commit(change: AccountChange): Promise<'committed' | 'conflict'> {
    if (change.admins === undefined) return this.#commit(change);
    try {
      return await this.#commit(change);
    } finally {
      // Also after a failure: the write may have happened.
      this.#recentAdmins.forget(change.after.tenant);
    }
  }

  async #commit(change: AccountChange): Promise<'committed' | 'conflict'> {
    const { before, after } = change;
    await announceNotices(this.#announcements, change);
    let outcome = await this.#transact(change, before?.etag);
    if (outcome === 'conflict' && before === undefined) {
      // Only a tombstone may have the name, and is replaced.
      const etag = await findTombstone(this.#table, after);
      if (etag === undefined) return 'conflict';
      outcome = await this.#transact(change, etag);
    }
    if (outcome === 'committed' && change.isDelete) await removeTombstone(this.#table, after);
    return outcome;
  }

  async recordSignIn(user: Stored<User>, atMs: number): Promise<void> {
    const { tenant, userName } = user.value;
    const key = { partitionKey: tenant, rowKey: userKey(userName) };
    await this.#table.merge({ ...key, lastSignInAtMs: toInt64(atMs) }, user.etag);
  }

  async noteParts(user: Stored<User>, partsAtMs: readonly number[]) {
    const { tenant, userName } = user.value;
    const key = { partitionKey: tenant, rowKey: userKey(userName) };
    const { kind } = await this.#table.merge({ ...key, partsAtMs: partsAtMs.join(' ') }, user.etag);
    return kind === 'written' ? 'noted' : 'conflict';
  }

  async replacePermanentHash(
    userName: UserName,
    credential: Stored<CredentialSecret>,
    permanent: PasswordHash,
  ): Promise<'replaced' | 'conflict'> {
    const columns = permanentColumns(userName, permanent);
    const { kind } = await this.#table.merge(columns, credential.etag);
    if (kind === 'written') return 'replaced';
    // Its salt makes a hash its own operation id.
    const found = await this.findCredential(userName);
    return found?.value.permanent?.bcrypt === permanent.bcrypt ? 'replaced' : 'conflict';
  }

  async *listDeletedUserNames(tenant: Tenant): AsyncIterable<readonly UserName[]> {
    for await (const rows of this.#listAll(`${idRange(tenant)} and isDeleted eq true`)) {
      yield rows.map((row) => parseIdRow(row).userName);
    }
  }

  async *listAllUsers(): AsyncIterable<readonly StoredUser[]> {
    for await (const rows of this.#listAll(allUsersRange())) {
      yield rows.filter((row) => !isTombstone(row)).map(parseUserRow);
    }
  }

  async *listTenants(): AsyncIterable<Tenant> {
    let last: string | undefined = '';
    while (last !== undefined) {
      last = await this.#findLaterTenant(last);
      if (last !== undefined && last !== RESTORE_PARTITION) yield last as Tenant;
    }
  }

  async *listNames(tenant: Tenant): AsyncIterable<readonly NamedId[]> {
    for await (const rows of this.#listAll(idRange(tenant))) {
      yield rows.map((row) => ({ userId: parseIdKey(String(row.rowKey)), ...parseIdRow(row) }));
    }
  }

  async *listCredentialParameters(): AsyncIterable<readonly CredentialParameters[]> {
    for await (const rows of this.#listAll(credentialRange())) {
      yield rows.map(parseCredentialParameters);
    }
  }

  /** Finds the next partition with one query, however many rows the ones before it have. */
  async #findLaterTenant(tenant: string): Promise<string | undefined> {
    const list = (after: string | undefined) =>
      this.#table.listRows(laterTenantsRange(tenant), { limit: 1, after }, KEYS);
    for await (const [row] of pages(list)) return String(row?.partitionKey);
    return undefined;
  }

  #listAll(filter: string): AsyncIterable<readonly Row[]> {
    return pages((after) => this.#table.listRows(filter, { limit: PAGE_ROW_LIMIT, after }));
  }

  /**
   * Writes a transaction. One that was sent again because its answer was lost finds its own rows in
   * the way: finding our operation id means that the commit succeeded.
   */
  async #transact(
    change: AccountChange,
    userEtag: string | undefined,
  ): Promise<'committed' | 'conflict'> {
    const outcome = await this.#table.transact(changeActions(change, userEtag));
    if (outcome === 'committed') return outcome;
    return this.#prove(change.after.tenant, proofKey(change), change.operationId);
  }

  async #prove(
    tenant: Tenant,
    key: string,
    operationId: string,
  ): Promise<'committed' | 'conflict'> {
    const proof = await this.#table.findRow(tenant, key, ['operationId']);
    return proof?.operationId === operationId ? 'committed' : 'conflict';
  }
}
