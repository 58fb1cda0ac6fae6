/** The backups, as operations see them. */
import type { AccountEvent } from '../credential/event.ts';
import type { Tenant, UserId } from '../credential/name.ts';
import type { Admin, User } from '../credential/user.ts';
import type { CredentialSecret, StoredUser } from './store.ts';

/** The tables of an archive. */
export type ArchivedTable = 'accounts' | 'attempts' | 'expiries';

/**
 * The value of a column: texts, booleans and 32-bit numbers are plain in JSON, other types carry
 * their name.
 */
export type ArchivedValue =
  | string
  | number
  | boolean
  | { readonly type: string; readonly value: string };

/**
 * A row with its keys and the exact type of each column; tags and timestamps belong to the store.
 */
export interface ArchivedRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly columns: Readonly<Record<string, ArchivedValue>>;
}

/** The rows that belong together: a user's row and its hashes as of one moment, else one row. */
export interface ArchiveEntry {
  readonly table: ArchivedTable;
  readonly rows: readonly ArchivedRow[];
}

/** A user of an archive. */
export interface ArchivedAccount {
  readonly user: User;
  /**
   * The credential as of the same moment, unless writes never paused or rows are damaged; see
   * restore.ts.
   */
  readonly credential: CredentialSecret | undefined;
}

/** An event of an archive. */
export interface TenantEvent {
  readonly tenant: Tenant;
  readonly event: AccountEvent;
}

/** The mark in a store while a restore into it is not finished. */
export interface RestoreInProgress {
  readonly archiveId: string;
  readonly restoreId: string;
  readonly phase: 'clearing' | 'writing';
  /** The epoch that no session epoch from before the restore exceeds. */
  readonly epochFloor: number;
}

/** The newest event of a user, as far as the next events depend on it. */
export interface NewestEvent {
  readonly userId: UserId;
  readonly sequence: number;
  readonly atMs: number;
  readonly requestId: string;
}

/** The store as a whole; for operators. */
export interface StoreArchive {
  /** Lists every row of every table in pages, users first, the mark of a restore left out. */
  listEntries(): AsyncIterable<readonly ArchiveEntry[]>;
  /**
   * @returns undefined if the entry is not a user
   * @throws {Unavailable} rows that are not as we write them
   */
  parseAccount(entry: ArchiveEntry): ArchivedAccount | undefined;
  /**
   * @returns undefined if the entry is not an event as the tenant's list has it
   * @throws {Unavailable}
   */
  parseTenantEvent(entry: ArchiveEntry): TenantEvent | undefined;
  /** Judges whether no table has a row, the mark of a restore aside. */
  isEmpty(): Promise<boolean>;
  findMark(): Promise<RestoreInProgress | undefined>;
  setMark(mark: RestoreInProgress): Promise<void>;
  removeMark(): Promise<void>;
  /** Returns the greatest epoch of all users of all tenants; 0 when there is no user. */
  greatestSessionEpoch(): Promise<number>;
  /** Lists the newest event of every user that has any, in pages. */
  listNewestEvents(): AsyncIterable<readonly NewestEvent[]>;
  /** Removes every row but the mark of a restore. */
  clear(onRemoved: (rows: number) => void): Promise<void>;
  /** Removes every row of accounts of the tenant, users first. */
  clearTenant(tenant: Tenant, onRemoved: (rows: number) => void): Promise<void>;
  /** Writes rows of one partition, at most 100, over any rows in their places. */
  putRows(table: ArchivedTable, rows: readonly ArchivedRow[]): Promise<void>;
  /** Writes the user, the hashes, the id and the event in one transaction, over any rows there. */
  putAccount(account: {
    readonly user: User;
    readonly hashes: Pick<CredentialSecret, 'permanent' | 'temporary' | 'history'>;
    readonly events: readonly AccountEvent[];
    readonly operationId: string;
  }): Promise<void>;
  putAdmins(tenant: Tenant, admins: readonly Admin[], operationId: string): Promise<void>;
  /**
   * Adds the row of a user's id and name if it is missing.
   * @returns false if there is a row, which stays as it is
   */
  addUserName(user: User, operationId: string): Promise<boolean>;
  /** Judges whether the row exists that the user's stamp names; false without a stamp. */
  hasAuthority(user: StoredUser): Promise<boolean>;
  /** Removes the stamp from the user's row, if that is as of its tag. */
  dropAuthority(user: StoredUser, operationId: string): Promise<'committed' | 'conflict'>;
  /** Replaces the tenant's row, if it is as of `etag`; undefined: if there is no row. */
  replaceAdmins(
    tenant: Tenant,
    etag: string | undefined,
    admins: readonly Admin[],
    operationId: string,
  ): Promise<'committed' | 'conflict'>;
}

/**
 * The seal of an archive, part by part, so that no part can be changed, left out, added or moved.
 */
export interface ArchiveSeal {
  /**
   * Begins a new archive.
   * @throws {Unavailable} no key
   */
  begin(): Promise<ArchiveWriter>;
  /** @param archiveId refuses every other archive */
  read(archiveId?: string): ArchiveReader;
}

export interface ArchiveWriter {
  readonly archiveId: string;
  /**
   * Seals a part.
   * @returns one line of ASCII, without its end
   */
  seal(text: string, isLast: boolean): Promise<string>;
}

export interface ArchiveReader {
  /** The id of the archive; undefined before the first part. */
  readonly archiveId: string | undefined;
  /**
   * Opens the parts in their order.
   * @throws {ArchiveRefused}
   * @throws {Unavailable}
   */
  open(line: string): Promise<string>;
  /**
   * Checks, after the last line, that the archive is whole.
   * @throws {ArchiveRefused} the last part is missing
   */
  end(): void;
}

/**
 * An archive that is not whole, not made by this service or sealed by another key; the message says
 * which.
 */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}
