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
  class TableServer {
    constructor(configuration: object);
    start(): Promise<void>;
    close(): Promise<void>;
    getHttpServerAddress(): string;
    readonly metadataStore: {
      readonly db: {
        persistenceAdapter: object;
        readonly throttledSavePending: boolean;
        autosaveDirty(): boolean;
        listCollections(): readonly { readonly name: string }[];
        saveDatabase(done: (error?: Error | null) => void): void;
      };
    };
    readonly accountDataStore: { accounts: object; refresh(): void };
  }
  const exports: typeof TableServer | { readonly default: typeof TableServer };
  export default exports;
}
