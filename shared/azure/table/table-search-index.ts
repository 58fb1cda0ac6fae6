import type { TransactionAction } from '@azure/data-tables';
import type { Tenant } from '../../credential/name.ts';
import { indexedWords, wordKey } from '../../credential/search-word.ts';
import { pages } from '../../port/pages.ts';
import type { IndexedWord, SearchIndex } from '../../port/search.ts';
import type { Page, PageRequest, StoredUser } from '../../port/store.ts';
import { isWordRowKey, userKey, wordRange } from './account-key.ts';
import { PAGE_ROW_LIMIT, type Table } from './table-client.ts';
import { joinWords, parseWordRow, wordRows } from './word-row.ts';

/** The index of words in the partition of each tenant of table `accounts`. */
export class TableSearchIndex implements SearchIndex {
  readonly #accounts: Table;

  constructor(accounts: Table) {
    this.#accounts = accounts;
  }

  async list(
    tenant: Tenant,
    word: string,
    { limit, after }: PageRequest,
  ): Promise<Page<IndexedWord>> {
    const isPosition = after !== undefined && isWordRowKey(after);
    const filter = wordRange(tenant, wordKey(word), isPosition ? after : undefined);
    const page = { limit, after: isPosition ? undefined : after };
    const { items: rows, next } = await this.#accounts.listRows(filter, page);
    return { items: rows.map(parseWordRow), next };
  }

  listAll(tenant: Tenant): AsyncIterable<readonly IndexedWord[]> {
    return pages((after) => this.list(tenant, '', { limit: PAGE_ROW_LIMIT, after }));
  }

  async countMissing({ value, words }: StoredUser): Promise<number> {
    const rows = wordRows(value);
    const wanted = joinWords(indexedWords(value));
    if (words === undefined || joinWords(words) !== wanted) return Math.max(rows.length, 1);
    const found = await Promise.all(
      rows.map(async ({ partitionKey, rowKey, userId }) => {
        const row = await this.#accounts.findRow(partitionKey, rowKey);
        return row?.words === wanted && row.userId === userId;
      }),
    );
    return found.filter((isRight) => !isRight).length;
  }

  async write({ value, etag }: StoredUser): Promise<'committed' | 'conflict'> {
    const user = {
      partitionKey: value.tenant,
      rowKey: userKey(value.userName),
      words: joinWords(indexedWords(value)),
    };
    return this.#accounts.transact([
      ['update', user, 'Merge', { etag }],
      ...wordRows(value).map((row): TransactionAction => ['upsert', row, 'Replace']),
    ]);
  }

  async remove({ tenant, position, etag }: IndexedWord): Promise<'removed' | 'conflict'> {
    const outcome = await this.#accounts.remove(tenant, position, etag);
    return outcome === 'conflict' ? outcome : 'removed';
  }
}
