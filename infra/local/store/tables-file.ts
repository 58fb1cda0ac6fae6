import { readFile } from 'node:fs/promises';
import { DataDirectoryError } from './data-directory.ts';
import { type KeptRow, type RowChange, readJournal } from './tables-journal.ts';

/** The members of a file of LokiJS that are read here. */
export interface TablesFile {
  readonly collections: readonly TableContent[];
}

interface TableContent {
  readonly name: string;
  readonly data: readonly object[];
}

/** The content of a file of tables, with what its journal adds. */
export interface KeptTables extends TablesFile {
  /** The text of the file alone. */
  readonly text: string;
  readonly hasJournal: boolean;
}

/** The content of a store before its first table. */
export const NO_TABLES = JSON.stringify({ collections: [] } satisfies TablesFile);

/** Returns the name of the journal beside a file of tables. */
export const journalOf = (file: string) => file.replace(/\.json$/, '.journal');

/**
 * Reads the tables that are kept in the file and its journal, or undefined where there is no such
 * file.
 * @param account the owner of the tables
 * @throws {DataDirectoryError} it is not a file of tables, and may be the only copy of its content
 */
export async function readTablesFile(
  file: string,
  account: string,
): Promise<KeptTables | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DataDirectoryError(`${file} cannot be read (${code}).`);
  }
  const content = parse(text);
  if (!isOurs(content, account)) throw damaged(file);
  const changes = await readChanges(journalOf(file), text);
  const collections = content.collections.map((one) => withChanges(one, changes ?? []));
  return { ...content, collections, text, hasJournal: changes !== undefined };
}

function damaged(file: string): DataDirectoryError {
  return new DataDirectoryError(
    `${file} is not a store of this service, or is damaged: put a copy of it in its place.`,
  );
}

async function readChanges(journal: string, tables: string) {
  try {
    return await readJournal(journal, tables);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new DataDirectoryError(`${journal} cannot be read (${code}).`);
    throw damaged(journal);
  }
}

/** Returns the table with the changes, for LokiJS to number and to index anew. */
function withChanges(table: TableContent, all: readonly RowChange[]): TableContent {
  const changes = all.filter((change) => change.table === table.name);
  if (changes.length === 0) return table;
  const keyOf = ({ PartitionKey, RowKey }: KeptRow) => JSON.stringify([PartitionKey, RowKey]);
  const rows = new Map((table.data as readonly KeptRow[]).map((row) => [keyOf(row), row]));
  for (const { key, row } of changes) {
    if (row === undefined) rows.delete(JSON.stringify(key));
    else rows.set(JSON.stringify(key), row);
  }
  const data = [...rows.values()].map((row, index) => ({ ...row, $loki: index + 1 }));
  return { ...table, data, ...{ maxId: data.length } };
}

export function holdsRows({ collections }: TablesFile): boolean {
  return collections.some(({ name, data }) => !isOfTheServer(name) && data.length > 0);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOurs(content: unknown, account: string): content is TablesFile {
  const { collections } = (content ?? {}) as { collections?: unknown };
  return (
    Array.isArray(collections) &&
    collections.every((collection: { name?: unknown; data?: unknown } | null) => {
      const { name, data } = collection ?? {};
      if (typeof name !== 'string' || !Array.isArray(data)) return false;
      return isOfTheServer(name) || name.startsWith(`${account}$`);
    })
  );
}

/** Finds Azurite's own lists, of tables and of settings; others are `<account>$<table>`. */
export function isOfTheServer(name: string): boolean {
  return name.startsWith('$');
}
