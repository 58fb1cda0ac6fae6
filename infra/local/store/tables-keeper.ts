import { rm } from 'node:fs/promises';
import type { LokiCollection, TableServer } from 'azurite/dist/src/table/TableServer.js';
import { writeDurably } from './durable-file.ts';
import { isOfTheServer, journalOf, type KeptTables } from './tables-file.ts';
import { appendToJournal, digestOf, type KeptRow, type RowChange } from './tables-journal.ts';

/** The least journal for which all tables are saved anew. */
const JOURNAL_MIN_BYTES = 1024 ** 2;

/**
 * Keeps Azurite's tables in a file, durably and for the owner's eyes alone. The cost of a change
 * does not grow with the tables: it is appended to a journal beside the file. The file is written
 * anew when the journal is as long as it (so a byte is written about three times), when a table is
 * made or removed, after a write that failed, after a process that was killed, and at the end.
 */
export class TablesKeeper {
  readonly #db: TableServer['metadataStore']['db'];
  readonly #file: string;
  /** The last change of each row since the last write. */
  readonly #changes = new Map<string, RowChange>();
  readonly #watched = new WeakSet<LokiCollection>();
  #mustSave: boolean;
  /** The digest and length of the file, and the length of the journal. */
  #digest: string | undefined;
  #savedBytes = 0;
  #journalBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /**
   * @param server not started yet
   * @param kept the content of the file; undefined: there is none, and none is made before the
   * first table
   */
  constructor(server: TableServer, file: string, kept: KeptTables | undefined) {
    this.#db = server.metadataStore.db;
    this.#file = file;
    this.#mustSave = kept?.hasJournal ?? false;
    if (kept !== undefined) this.#follow(kept.text);
    const load = (_name: string, done: (content: object | null) => void) => done(kept ?? null);
    this.#db.persistenceAdapter = { loadDatabase: load };
    // LokiJS would write all of it every five seconds.
    this.#db.autosaveDisable();
    this.#db.autosave = false;
    this.#db.saveDatabase = (done) => done();
  }

  /** Notes the changes from now on; to be called before the first request. */
  watch(): void {
    for (const { name } of this.#db.listCollections()) {
      this.#watch(this.#db.getCollection(name));
    }
  }

  /** Resolves when every change until now is kept. Many that wait share a write. */
  flush(): Promise<void> {
    this.#next ??= this.#writing.then(async () => {
      // Azurite runs a transaction without leaving the microtask queue, so a task of its own never
      // sees half of one.
      await new Promise(setImmediate);
      this.#next = undefined;
      const write = this.#write();
      this.#writing = write.catch(() => {});
      await write;
    });
    return this.#next;
  }

  /** Resolves when everything is in the file alone. */
  async close(): Promise<void> {
    this.#mustSave ||= this.#journalBytes > 0 || this.#changes.size > 0;
    await this.flush();
  }

  #watch(collection: LokiCollection): void {
    if (this.#watched.has(collection)) return;
    this.#watched.add(collection);
    // A journal changed the rows after they were indexed.
    if (this.#mustSave) collection.ensureAllIndexes(true);
    const { name } = collection;
    if (isOfTheServer(name)) {
      for (const event of ['insert', 'update', 'delete'] as const) {
        collection.on(event, () => {
          this.#mustSave = true;
        });
      }
      return;
    }
    const note = (change: RowChange) => {
      this.#changes.set(JSON.stringify([name, ...change.key]), change);
    };
    const keyOf = ({ PartitionKey, RowKey }: KeptRow) => [PartitionKey, RowKey] as const;
    collection.on('insert', (row) => note({ table: name, key: keyOf(row), row }));
    collection.on('update', (row) => note({ table: name, key: keyOf(row), row }));
    collection.on('delete', (row) => note({ table: name, key: keyOf(row) }));
  }

  async #write(): Promise<void> {
    const isLong = this.#journalBytes > Math.max(this.#savedBytes, JOURNAL_MIN_BYTES);
    if (this.#mustSave || (isLong && this.#changes.size > 0)) return this.#save();
    if (this.#changes.size === 0) return;
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    try {
      const follows = this.#journalBytes === 0 ? this.#digest : undefined;
      this.#journalBytes += await appendToJournal(journalOf(this.#file), changes, follows);
    } catch (error) {
      // Half of a line may be there, and what comes after it would not be read.
      this.#mustSave = true;
      throw error;
    }
  }

  async #save(): Promise<void> {
    // From here to the first `await` nothing can change.
    this.watch();
    this.#changes.clear();
    const text = this.#db.serialize();
    this.#mustSave = false;
    try {
      await writeDurably(this.#file, text);
      // A process that is killed here leaves a journal that does not follow the file.
      await rm(journalOf(this.#file), { force: true });
    } catch (error) {
      this.#mustSave = true;
      throw error;
    }
    this.#follow(text);
  }

  #follow(text: string): void {
    this.#digest = digestOf(text);
    this.#savedBytes = text.length;
    this.#journalBytes = 0;
  }
}
