import { readFile } from 'node:fs/promises';
import { DataDirectoryError } from './data-directory.ts';

/** The members of a file of LokiJS that are read here. */
export interface TablesFile {
  readonly collections: readonly { readonly name: string; readonly data: readonly object[] }[];
}

/** The content of a store before its first table. */
export const NO_TABLES = JSON.stringify({ collections: [] } satisfies TablesFile);

/**
 * Reads the tables that are kept in the file, or undefined where there is no such file.
 * @param account the owner of the tables
 * @throws {DataDirectoryError} it is not a file of tables, and may be the only copy of its content
 */
export async function readTablesFile(
  file: string,
  account: string,
): Promise<TablesFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DataDirectoryError(`${file} cannot be read (${code}).`);
  }
  const content = parse(text);
  if (isOurs(content, account)) return content;
  throw new DataDirectoryError(
    `${file} is not a store of this service, or is damaged: put a copy of it in its place.`,
  );
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
function isOfTheServer(name: string): boolean {
  return name.startsWith('$');
}
