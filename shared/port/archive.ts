/** Backups, as operations see them; a part of port.ts. */
import type { AccountEvent } from '../credential/event.ts';
import type { Tenant, UserId } from '../credential/name.ts';
import type { Admin, User } from '../credential/user.ts';
import type { CredentialSecret, StoredUser } from './store.ts';

/** The tables of an archive. */
export type ArchivedTable = 'accounts' | 'attempts' | 'expiries';

/** A column: texts, booleans and 32-bit numbers are plain in JSON, other types carry their name. */
export type ArchivedValue =
  | string
  | number
  | boolean
  | { readonly type: string; readonly value: string };

/** A row with its keys and the exact type of each column; tags and timestamps are the store's. */
export interface ArchivedRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly columns: Readonly<Record<string, ArchivedValue>>;
}

/** Rows that belong together: a user's row and its hashes as of one moment, else one row. */
export interface ArchiveEntry {
  readonly table: ArchivedTable;
  readonly rows: readonly ArchivedRow[];
}

/** A user of an archive. */
export interface ArchivedAccount {
  readonly user: User;
  /** Of the same moment, but where writes never paused or rows are damaged; see restore.ts. */
  readonly credential: CredentialSecret | undefined;
}

/** An event of an archive. */
export interface TenantEvent {
  readonly tenant: Tenant;
  readonly event: AccountEvent;
}

/** What stands in a store while a restore into it is not finished. */
export interface RestoreInProgress {
  readonly archiveId: string;
  readonly restoreId: string;
  readonly phase: 'clearing' | 'writing';
  /** No session epoch of before the restore was above it. */
  readonly epochFloor: number;
}

/** The newest event of a user, as far as those that follow must know it. */
export interface NewestEvent {
  readonly userId: UserId;
  readonly sequence: number;
  readonly atMs: number;
  readonly requestId: string;
}

/** The store as a whole; for operators. */
export interface StoreArchive {
  /** Every row of every table in pages, users first, the mark of a restore left out. */
  listEntries(): AsyncIterable<readonly ArchiveEntry[]>;
  /** Undefined: the entry is no user. @throws {Unavailable} rows that are not as we write them */
  parseAccount(entry: ArchiveEntry): ArchivedAccount | undefined;
  /** Undefined: the entry is no event as the tenant's list has it. @throws {Unavailable} */
  parseTenantEvent(entry: ArchiveEntry): TenantEvent | undefined;
  /** Whether no table has a row, the mark of a restore aside. */
  isEmpty(): Promise<boolean>;
  findMark(): Promise<RestoreInProgress | undefined>;
  setMark(mark: RestoreInProgress): Promise<void>;
  removeMark(): Promise<void>;
  /** Of all users of all tenants; 0 when there is none. */
  greatestSessionEpoch(): Promise<number>;
  /** Of every user that has any, in pages. */
  listNewestEvents(): AsyncIterable<readonly NewestEvent[]>;
  /** Removes every row but the mark of a restore. */
  clear(onRemoved: (rows: number) => void): Promise<void>;
  /** Removes every row of accounts of the tenant, users first. */
  clearTenant(tenant: Tenant, onRemoved: (rows: number) => void): Promise<void>;
  /** Puts rows of one partition, at most 100, whatever stood in their places. */
  putRows(table: ArchivedTable, rows: readonly ArchivedRow[]): Promise<void>;
  /** One transaction: the user, the hashes, the id and the event, whatever stood there. */
  putAccount(account: {
    readonly user: User;
    readonly hashes: Pick<CredentialSecret, 'permanent' | 'temporary' | 'history'>;
    readonly events: readonly AccountEvent[];
    readonly operationId: string;
  }): Promise<void>;
  putAdmins(tenant: Tenant, admins: readonly Admin[], operationId: string): Promise<void>;
  /** Of a user who has none; false: there is a row, which stays as it is. */
  addUserName(user: User, operationId: string): Promise<boolean>;
  /** Whether the row stands that the user's stamp names; false: it has none. */
  hasAuthority(user: StoredUser): Promise<boolean>;
  /** Takes the stamp from the user's row, where that is as of its tag. */
  dropAuthority(user: StoredUser, operationId: string): Promise<'committed' | 'conflict'>;
  /** The tenant's row, where it is as of `etag`; undefined: where there is none. */
  replaceAdmins(
    tenant: Tenant,
    etag: string | undefined,
    admins: readonly Admin[],
    operationId: string,
  ): Promise<'committed' | 'conflict'>;
}

/** Seals an archive part by part, so that none can be changed, left out, added or moved. */
export interface ArchiveSeal {
  /** A new archive. @throws {Unavailable} no key */
  begin(): Promise<ArchiveWriter>;
  /** @param archiveId refuses every other archive */
  read(archiveId?: string): ArchiveReader;
}

export interface ArchiveWriter {
  readonly archiveId: string;
  /** One line of ASCII, without its end. */
  seal(text: string, isLast: boolean): Promise<string>;
}

export interface ArchiveReader {
  /** Undefined before the first part. */
  readonly archiveId: string | undefined;
  /** The parts in their order. @throws {ArchiveRefused} @throws {Unavailable} */
  open(line: string): Promise<string>;
  /** After the last line. @throws {ArchiveRefused} the last part is missing */
  end(): void;
}

/** An archive that is not whole, not ours or sealed by another key; the message says which. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}
