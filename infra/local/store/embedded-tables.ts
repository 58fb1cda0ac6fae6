import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { supplyModule } from '../host/supplied-module.ts';
import { readTablesFile } from './tables-file.ts';
import { TablesKeeper } from './tables-keeper.ts';

/** The account, the same at each start, for tables are kept by account; the key is new. */
export const ACCOUNT = 'portal';
/** The length of the key of a storage account, 512 bits. */
const ACCOUNT_KEY_BYTES = 64;
/** A time longer than clients keep a connection, so that none is closed under a request. */
const KEEP_ALIVE_SECONDS = 120;

export interface EmbeddedTables {
  readonly connectionString: string;
  /** Resolves when everything answered before the call survives SIGKILL; at once in memory. */
  flush(): Promise<void>;
  /** Saves, and stops listening. */
  close(): Promise<void>;
}

type TableServer = Awaited<ReturnType<typeof loadAzurite>>['TableServer']['prototype'];

/**
 * Loads Azurite's inner table server. An empty object stands in for its telemetry client, which is
 * never initialised and whose package takes two seconds to load.
 */
async function loadAzurite() {
  supplyModule('applicationinsights', {});
  // Its dependencies use what Node deprecates (DEP0040, DEP0169), which no user can change.
  process.noDeprecation = true;
  const server = await import('azurite/dist/src/table/TableServer.js');
  const configuration = await import('azurite/dist/src/table/TableConfiguration.js');
  return {
    TableServer: classOf(server.default),
    TableConfiguration: classOf(configuration.default),
  };
}

/** Returns the class of a module, whose default Node and the test runner define differently. */
function classOf<Class extends abstract new (...parameters: never[]) => object>(
  exports: Class | { readonly default: Class },
): Class {
  return typeof exports === 'function' ? exports : exports.default;
}

/**
 * Starts a table store in this process, on a free port of 127.0.0.1, with a key for this start.
 * `directory` keeps the tables in `tables.json`; undefined keeps them in memory.
 * @throws {DataDirectoryError} the file is not a file of tables; it is left as it is
 */
export async function startEmbeddedTables(options: {
  readonly directory: string | undefined;
}): Promise<EmbeddedTables> {
  const { TableServer, TableConfiguration } = await loadAzurite();
  const isInMemory = options.directory === undefined;
  const file = join(options.directory ?? '', 'tables.json');
  const configuration = new TableConfiguration(
    '127.0.0.1',
    0,
    KEEP_ALIVE_SECONDS,
    file,
    false, // no debug log
    false, // no access log
    undefined,
    undefined,
    false, // not loose: a request that the service would not support is an error
    true, // the client may be newer than Azurite's list of API versions
    '',
    '',
    '',
    undefined,
    true, // the account is in the path, whatever the host is called
    isInMemory,
  );
  const server = new TableServer(configuration);
  const key = useOwnAccount(server);
  const keeper = isInMemory
    ? undefined
    : new TablesKeeper(server, file, await readTablesFile(file, ACCOUNT));
  await server.start();
  keeper?.watch();
  const endpoint = `${server.getHttpServerAddress()}/${ACCOUNT}`;
  return {
    connectionString:
      `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};` +
      `TableEndpoint=${endpoint};`,
    flush: async () => keeper?.flush(),
    async close() {
      await keeper?.close();
      await server.close();
    },
  };
}

/** Replaces Azurite's public account, and stops it from reading accounts from the environment. */
function useOwnAccount(server: TableServer): string {
  const key = randomBytes(ACCOUNT_KEY_BYTES);
  server.accountDataStore.refresh = () => {};
  server.accountDataStore.accounts = { [ACCOUNT]: { name: ACCOUNT, key1: key } };
  return key.toString('base64');
}
