// Azurite ships no types for its inner parts. This declares the ones that embedded-tables.ts uses.

declare module 'azurite/dist/src/table/TableConfiguration.js' {
  class TableConfiguration {
    constructor(
      host: string,
      port: number,
      keepAliveTimeoutSeconds: number,
      databaseFile: string,
      enableDebugLog: boolean,
      enableAccessLog: boolean,
      accessLogStream: undefined,
      debugLogFile: undefined,
      loose: boolean,
      skipApiVersionCheck: boolean,
      certificate: string,
      key: string,
      password: string,
      oauth: undefined,
      disableProductStyleUrl: boolean,
      isInMemory: boolean,
    );
  }
  const exports: typeof TableConfiguration | { readonly default: typeof TableConfiguration };
  export default exports;
}

declare module 'azurite/dist/src/table/TableServer.js' {
  interface Row {
    readonly PartitionKey: string;
    readonly RowKey: string;
  }

  /** A collection of LokiJS, in which Azurite keeps a table, or a list of its own. */
  export interface LokiCollection {
    readonly name: string;
    on(event: 'insert' | 'update' | 'delete', listener: (row: Row) => void): void;
    ensureAllIndexes(isForced: boolean): void;
  }

  export class TableServer {
    constructor(configuration: object);
    start(): Promise<void>;
    close(): Promise<void>;
    getHttpServerAddress(): string;
    readonly metadataStore: {
      readonly db: {
        persistenceAdapter: object;
        autosave: boolean;
        autosaveDisable(): void;
        listCollections(): readonly { readonly name: string }[];
        getCollection(name: string): LokiCollection;
        serialize(): string;
        saveDatabase: (done: (error?: Error | null) => void) => void;
      };
    };
    readonly accountDataStore: { accounts: object; refresh(): void };
  }
  const exports: typeof TableServer | { readonly default: typeof TableServer };
  export default exports;
}
