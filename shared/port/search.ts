/** The index of words by which users are found, as operations see it. */

import type { Tenant, UserId, UserName } from '../credential/name.ts';
import type { Page, PageRequest, StoredUser } from './store.ts';

/** A row of the index: one word of a user. */
export interface IndexedWord {
  readonly tenant: Tenant;
  readonly userName: UserName;
  readonly userId: UserId;
  /** `wordKey` of the word. */
  readonly key: string;
  /** All words of the user. */
  readonly words: readonly string[];
  /** `PageRequest.after` of a page that begins after this row. */
  readonly position: string;
  readonly etag: string;
}

/**
 * The index is written with the users: a change of names and its rows are one transaction. A reader
 * compares a row with its user all the same: a version that knew no index may have been at work.
 */
export interface SearchIndex {
  /**
   * Lists the rows whose word begins with `word`, by the key of the word, then by user name; one
   * query. A word that is longer than a key's is compared with the words of each row by the caller.
   */
  list(tenant: Tenant, word: string, page: PageRequest): Promise<Page<IndexedWord>>;
  /** Lists every row of a tenant, in pages. */
  listAll(tenant: Tenant): AsyncIterable<readonly IndexedWord[]>;
  /**
   * Counts the rows that the user lacks, of those that follow from its names; a point read for
   * each.
   */
  countMissing(user: StoredUser): Promise<number>;
  /** Writes all rows of the user in one transaction, if the user is as of its tag. */
  write(user: StoredUser): Promise<'committed' | 'conflict'>;
  /** Removes the row if it is as of its tag; a missing row counts as removed. */
  remove(row: IndexedWord): Promise<'removed' | 'conflict'>;
}
