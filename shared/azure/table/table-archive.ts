import type { TransactionAction } from '@azure/data-tables';
import type { Tenant } from '../../credential/name.ts';
import { indexedWords } from '../../credential/search-word.ts';
import type {
  ArchivedAccount,
  ArchivedRow,
  ArchivedTable,
  ArchiveEntry,
  NewestEvent,
  RestoreInProgress,
  StoreArchive,
  TenantEvent,
} from '../../port/archive.ts';
import { pages } from '../../port/pages.ts';
import type { StoredUser } from '../../port/store.ts';
import { Unavailable } from '../../port/unavailable.ts';
import {
  allUserEventsRange,
  allUsersRange,
  authorityKey,
  isTenantEventKey,
  OTHER_ROWS,
  outsideOf,
  RESTORE_PARTITION,
  tenantRange,
  userRange,
} from './account-key.ts';
import { listAccountPairs } from './account-pair.ts';
import { idRow, parseUserRow, userRow } from './account-row.ts';
import { adminsRow } from './admins-row.ts';
import { toArchivedRow, toEntity, toPlainRow } from './archive-row.ts';
import { credentialRow, parseCredentialRow } from './credential-row.ts';
import { eventRows, NEWEST_EVENT_COLUMNS, parseEventRow, parseNewestEvent } from './event-row.ts';
import { markRow, parseMarkRow } from './restore-mark.ts';
import { RowReader } from './row.ts';
import { PAGE_ROW_LIMIT, type Table } from './table-client.ts';
import { DONE_CALL_ENTRY_PREFIX } from './table-expiry-index.ts';
import { wordRows } from './word-row.ts';

/** Table Storage, "Performing entity group transactions". */
const ROWS_AT_ONCE = 100;
/** The times that a table is read without one row less before clearing it is given up. */
const CLEAR_TRIES = 5;

type Tables = Readonly<Record<ArchivedTable, Table>>;

export class TableArchive implements StoreArchive {
  readonly #tables: Tables;

  constructor({ accounts, attempts, expiries }: Tables) {
    // Notices and announcements are in no backup.
    this.#tables = { accounts, attempts, expiries };
  }

  /**
   * Lists users first, each with its hashes of the same moment. Events come after them: none is
   * missing of a change that a user's row shows, and one too many does no harm.
   */
  async *listEntries(): AsyncGenerator<readonly ArchiveEntry[], void> {
    const { accounts, attempts, expiries } = this.#tables;
    for await (const pairs of listAccountPairs(accounts)) {
      yield pairs.map((rows) => ({ table: 'accounts', rows: rows.map(toArchivedRow) }));
    }
    const lists = [
      ['accounts', accounts, OTHER_ROWS],
      ['attempts', attempts, ''],
      ['expiries', expiries, outsideOf(DONE_CALL_ENTRY_PREFIX)],
    ] as const;
    for (const [table, source, filter] of lists) {
      const list = (after: string | undefined) =>
        source.listTypedRows(filter, { limit: PAGE_ROW_LIMIT, after });
      for await (const rows of pages(list)) {
        yield rows.map((row) => ({ table, rows: [toArchivedRow(row)] }));
      }
    }
  }

  parseAccount({ table, rows }: ArchiveEntry): ArchivedAccount | undefined {
    const [first, second] = rows;
    if (table !== 'accounts' || first === undefined || !first.rowKey.startsWith('user:')) {
      return undefined;
    }
    const user = parseUserRow(toPlainRow(first)).value;
    const credential = second && parseCredentialRow(toPlainRow(second)).value;
    return { user, credential };
  }

  parseTenantEvent({ table, rows: [row] }: ArchiveEntry): TenantEvent | undefined {
    if (table !== 'accounts' || row === undefined || !isTenantEventKey(row.rowKey)) {
      return undefined;
    }
    return { tenant: row.partitionKey as Tenant, event: parseEventRow(toPlainRow(row)) };
  }

  async isEmpty(): Promise<boolean> {
    for (const table of Object.values(this.#tables)) {
      const found = pages((after) => table.listRows(NOT_THE_MARK, { limit: 1, after }, KEYS));
      for await (const _ of found) return false;
    }
    return true;
  }

  async findMark(): Promise<RestoreInProgress | undefined> {
    const row = await this.#tables.accounts.findRow(RESTORE_PARTITION, RESTORE_PARTITION);
    return row && parseMarkRow(row);
  }

  async setMark(mark: RestoreInProgress): Promise<void> {
    await this.#put('accounts', [['upsert', markRow(mark), 'Replace']]);
  }

  async removeMark(): Promise<void> {
    await this.#tables.accounts.remove(RESTORE_PARTITION, RESTORE_PARTITION, '*');
  }

  async greatestSessionEpoch(): Promise<number> {
    let greatest = 0;
    const list = (after: string | undefined) =>
      this.#tables.accounts.listRows(allUsersRange(), { limit: PAGE_ROW_LIMIT, after }, [
        'sessionEpoch',
      ]);
    for await (const rows of pages(list)) {
      for (const row of rows) {
        // A tombstone has no stamp.
        const reader = new RowReader('user', row);
        const epoch = reader.has('sessionEpoch') ? reader.count('sessionEpoch') : 0;
        greatest = Math.max(greatest, epoch);
      }
    }
    return greatest;
  }

  async *listNewestEvents(): AsyncGenerator<readonly NewestEvent[], void> {
    const list = (after: string | undefined) =>
      this.#tables.accounts.listRows(
        allUserEventsRange(),
        { limit: PAGE_ROW_LIMIT, after },
        NEWEST_EVENT_COLUMNS,
      );
    let last: string | undefined;
    for await (const rows of pages(list)) {
      const newest: NewestEvent[] = [];
      for (const row of rows) {
        // In the order of keys: the newest event of each user is the first.
        const event = parseNewestEvent(row);
        if (event.userId !== last) newest.push(event);
        last = event.userId;
      }
      yield newest;
    }
  }

  async clear(onRemoved: (rows: number) => void): Promise<void> {
    for (const table of Object.values(this.#tables)) await clearTable(table, onRemoved);
  }

  async clearTenant(tenant: Tenant, onRemoved: (rows: number) => void): Promise<void> {
    const { accounts } = this.#tables;
    // Removes users first: after that no caller can write in the tenant.
    for (const filter of [userRange(tenant, ''), tenantRange(tenant)]) {
      await clearTable(accounts, onRemoved, filter);
    }
  }

  async putRows(table: ArchivedTable, rows: readonly ArchivedRow[]): Promise<void> {
    await this.#put(
      table,
      rows.map((row): TransactionAction => ['upsert', toEntity(row), 'Replace']),
    );
  }

  async putAccount({
    user,
    hashes,
    events,
    operationId,
  }: Parameters<StoreArchive['putAccount']>[0]): Promise<void> {
    const rows = [
      userRow(user, operationId, { words: indexedWords(user) }),
      ...wordRows(user),
      credentialRow(user, hashes),
      idRow(user, operationId, false),
      ...events.flatMap((event) => eventRows(user.tenant, event, operationId)),
    ];
    await this.#put(
      'accounts',
      rows.map((row): TransactionAction => ['upsert', row, 'Replace']),
    );
  }

  async putAdmins(
    ...[tenant, admins, operationId]: Parameters<StoreArchive['putAdmins']>
  ): Promise<void> {
    const row = adminsRow(tenant, admins, operationId);
    await this.#put('accounts', [['upsert', row, 'Replace']]);
  }

  async addUserName(
    ...[user, operationId]: Parameters<StoreArchive['addUserName']>
  ): Promise<boolean> {
    const { kind } = await this.#tables.accounts.insert(idRow(user, operationId, false));
    return kind === 'written';
  }

  async hasAuthority({ value, authorityStamp }: StoredUser): Promise<boolean> {
    if (authorityStamp === undefined) return false;
    const key = authorityKey(value.userId, authorityStamp);
    return (await this.#tables.accounts.findRow(value.tenant, key, KEYS)) !== undefined;
  }

  async dropAuthority(
    { value, etag, words }: StoredUser,
    operationId: string,
  ): ReturnType<StoreArchive['dropAuthority']> {
    // A merge would leave the column.
    const { kind } = await this.#tables.accounts.replace(
      userRow(value, operationId, { words }),
      etag,
    );
    return kind === 'written' ? 'committed' : 'conflict';
  }

  async replaceAdmins(
    ...[tenant, etag, admins, operationId]: Parameters<StoreArchive['replaceAdmins']>
  ): ReturnType<StoreArchive['replaceAdmins']> {
    const row = adminsRow(tenant, admins, operationId);
    const { accounts } = this.#tables;
    const { kind } = await (etag === undefined
      ? accounts.insert(row)
      : accounts.replace(row, etag));
    return kind === 'written' ? 'committed' : 'conflict';
  }

  async #put(table: ArchivedTable, actions: readonly TransactionAction[]): Promise<void> {
    if ((await this.#tables[table].transact(actions)) === 'committed') return;
    throw new Unavailable('tables', 'Table Storage refused a write without a condition');
  }
}

const KEYS = ['partitionKey', 'rowKey'];
const NOT_THE_MARK = `PartitionKey ne '${RESTORE_PARTITION}'`;

/**
 * Clears a table, from the start again after each page: a page half removed by a lost answer is
 * then seen as it is.
 * @throws {Unavailable} rows stay after every try
 */
async function clearTable(
  table: Table,
  onRemoved: (rows: number) => void,
  filter = NOT_THE_MARK,
): Promise<void> {
  let idle = 0;
  for (let after: string | undefined; ; ) {
    const page = { limit: PAGE_ROW_LIMIT, after };
    const { items: rows, next } = await table.listRows(filter, page, KEYS);
    if (rows.length === 0 && next === undefined) return;
    let removed = 0;
    for (const batch of batchesOf(rows.map(keysOf))) {
      const actions = batch.map((keys): TransactionAction => ['delete', keys]);
      if ((await table.transact(actions)) === 'committed') removed += batch.length;
    }
    onRemoved(removed);
    // An empty page is followed; after one with rows the list begins anew.
    after = rows.length === 0 ? next : undefined;
    idle = rows.length > 0 && removed === 0 ? idle + 1 : 0;
    if (idle >= CLEAR_TRIES) throw new Unavailable('tables', 'rows could not be removed');
  }
}

function keysOf(row: object): { partitionKey: string; rowKey: string } {
  const reader = new RowReader('any', row as Readonly<Record<string, unknown>>);
  return { partitionKey: reader.string('partitionKey'), rowKey: reader.string('rowKey') };
}

/** Groups neighbours of one partition, as many as a transaction takes. */
function batchesOf<Keys extends { partitionKey: string }>(rows: readonly Keys[]): Keys[][] {
  const batches: Keys[][] = [];
  for (const row of rows) {
    const last = batches.at(-1);
    const fits = last?.[0]?.partitionKey === row.partitionKey && last.length < ROWS_AT_ONCE;
    if (fits) last?.push(row);
    else batches.push([row]);
  }
  return batches;
}
