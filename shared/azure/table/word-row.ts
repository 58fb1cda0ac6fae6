import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { parseUserId, type Tenant } from '../../credential/name.ts';
import { indexedWords, wordKey } from '../../credential/search-word.ts';
import type { User } from '../../credential/user.ts';
import type { IndexedWord } from '../../port/search.ts';
import type { StoredUser } from '../../port/store.ts';
import { parseWordRowKey, wordRowKey } from './account-key.ts';
import { type Row, RowReader } from './row.ts';

/** Joins words for a column: they hold letters and digits alone. */
export const joinWords = (words: readonly string[]) => words.join(' ');
export const splitWords = (text: string) => text.split(' ').filter(Boolean);

/** Words whose keys are equal share a row. */
const keysOf = (words: readonly string[]) => [...new Set(words.map(wordKey))];

/**
 * Returns a row for each word, which holds all words: so a row says which of them yields the user.
 */
export function wordRows(user: User): readonly TableEntity[] {
  const words = indexedWords(user);
  return keysOf(words).map((key) => ({
    partitionKey: user.tenant,
    rowKey: wordRowKey(key, user.userName),
    userId: user.userId,
    words: joinWords(words),
  }));
}

/**
 * Returns the effect of a change on the index. The user's own row, under whose tag the change is
 * written, lists the words that have rows: exactly those that are words no more are deleted.
 */
export function wordActions(
  before: StoredUser | undefined,
  after: User,
  isDelete: boolean,
): readonly TransactionAction[] {
  const words = isDelete ? [] : indexedWords(after);
  const listed = before?.words;
  if (listed !== undefined && joinWords(listed) === joinWords(words)) return [];
  const kept = new Set(keysOf(words));
  const gone = keysOf(listed ?? []).filter((key) => !kept.has(key));
  const { tenant: partitionKey, userName } = after;
  const rows = isDelete ? [] : wordRows(after);
  return [
    ...gone.map((key): TransactionAction => {
      return ['delete', { partitionKey, rowKey: wordRowKey(key, userName) }];
    }),
    ...rows.map((row): TransactionAction => ['upsert', row, 'Replace']),
  ];
}

/**
 * Parses a row of the index.
 * @throws {Unavailable} the row is not as {@link wordRows} writes it
 */
export function parseWordRow(row: Row): IndexedWord {
  const reader = new RowReader('word', row);
  return {
    ...reader.parsed('rowKey', parseWordRowKey),
    tenant: reader.string('partitionKey') as Tenant,
    userId: reader.parsed('userId', parseUserId),
    words: splitWords(reader.string('words')),
    position: reader.string('rowKey'),
    etag: reader.etag,
  };
}
