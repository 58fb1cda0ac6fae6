import { setImmediate as turn } from 'node:timers/promises';
import {
  type AttemptKey,
  type AttemptRecord,
  type AttemptStore,
  type ExpiryEntry,
  type ExpiryIndex,
  type Stored,
  Unavailable,
} from '../../shared/port.ts';
import { MemoryAccounts } from './memory-accounts.ts';

const PAGE_ROWS = 200;

/** What stands between the operations and the rows: calls are noted, and an end of it all. */
export class MemoryLine {
  readonly calls: string[] = [];
  #isStopped = false;
  #etags = 0;

  /** Each call takes a turn of the event loop, so that calls at once come between one another. */
  async call(name: string): Promise<void> {
    this.calls.push(name);
    await turn();
    if (this.#isStopped) throw new Unavailable('tables', 'stopped');
  }

  newEtag(): string {
    this.#etags += 1;
    return `etag-${this.#etags}`;
  }

  async record(work: () => Promise<unknown>): Promise<readonly string[]> {
    const start = this.calls.length;
    await work();
    return this.calls.slice(start);
  }

  get sent(): readonly { readonly method: string }[] {
    return this.calls.map((call) => ({ method: call.slice(0, call.indexOf(' ')) }));
  }

  /** The store would find its own write and say that it was done: there is nothing to lose. */
  loseNextWriteAnswer(): void {}

  stop(): void {
    this.#isStopped = true;
  }
}

class MemoryAttempts implements AttemptStore {
  readonly rows = new Map<AttemptKey, Stored<AttemptRecord>>();
  readonly #line: MemoryLine;

  constructor(line: MemoryLine) {
    this.#line = line;
  }

  async find(key: AttemptKey) {
    await this.#line.call('GET attempts');
    return this.rows.get(key);
  }

  async insert(key: AttemptKey, value: AttemptRecord) {
    await this.#line.call('POST attempts');
    return this.rows.has(key) ? undefined : this.#write(key, value);
  }

  async replace(key: AttemptKey, etag: string, value: AttemptRecord) {
    await this.#line.call('PUT attempts');
    return this.rows.get(key)?.etag === etag ? this.#write(key, value) : undefined;
  }

  async remove(key: AttemptKey, etag: string): Promise<boolean> {
    await this.#line.call('DELETE attempts');
    const found = this.rows.get(key);
    if (found !== undefined && etag !== '*' && etag !== found.etag) return false;
    this.rows.delete(key);
    return true;
  }

  async removeForgotten(request: Parameters<AttemptStore['removeForgotten']>[0]) {
    await this.#line.call('GET attempts');
    const { firstPartition, lastPartition, beforeMs, lockedFailures, limit } = request;
    const forgotten = [...this.rows].filter(([key, { value }]) => {
      const partition = Number.parseInt(key.slice(0, 2), 16);
      if (partition < firstPartition || partition > lastPartition) return false;
      return value.lastFailureAtMs <= beforeMs && value.failures < lockedFailures;
    });
    const due = forgotten.slice(0, limit);
    for (const [key] of due) this.rows.delete(key);
    return due.length;
  }

  #write(key: AttemptKey, value: AttemptRecord): Stored<AttemptRecord> {
    const stored = { value, etag: this.#line.newEtag() };
    this.rows.set(key, stored);
    return stored;
  }
}

class MemoryExpiries implements ExpiryIndex {
  readonly rows = new Map<string, ExpiryEntry>();
  readonly #line: MemoryLine;

  constructor(line: MemoryLine) {
    this.#line = line;
  }

  async add(entry: ExpiryEntry): Promise<void> {
    await this.#line.call('POST expiries');
    const found = this.rows.get(entry.issueId);
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(entry)) {
      throw new Unavailable('tables', 'another entry of the same issue');
    }
    this.rows.set(entry.issueId, entry);
  }

  async *listOverdue(nowMs: number): AsyncIterable<readonly ExpiryEntry[]> {
    await this.#line.call('GET expiries');
    const due = [...this.rows.values()]
      .filter(({ expiresAtMs }) => expiresAtMs <= nowMs)
      .sort((one, other) => one.expiresAtMs - other.expiresAtMs);
    for (let start = 0; start < due.length; start += PAGE_ROWS) {
      yield due.slice(start, start + PAGE_ROWS);
    }
  }

  async remove({ issueId }: ExpiryEntry): Promise<void> {
    await this.#line.call('DELETE expiries');
    this.rows.delete(issueId);
  }
}

function textsOf<Row>(rows: ReadonlyMap<string, Row>, keyOf: (key: string) => string) {
  return new Map([...rows].map(([key, row]) => [keyOf(key), JSON.stringify(row)] as const));
}

/** In the place of test/fixture/tables.ts while Stryker runs: the same stores in memory. */
export async function startTables() {
  const wire = new MemoryLine();
  const accounts = new MemoryAccounts(wire);
  const attempts = new MemoryAttempts(wire);
  const expiries = new MemoryExpiries(wire);
  const rows = async (table: 'accounts' | 'expiries' | 'attempts') => {
    if (table === 'accounts') return accounts.dump();
    if (table === 'expiries') return textsOf(expiries.rows, (issueId) => issueId);
    return textsOf(attempts.rows, (key) => `${key.slice(0, 2)} ${key}`);
  };
  const ping = () => wire.call('GET accounts');
  const stop = async () => wire.stop();
  return { accounts, attempts, expiries, wire, rows, ping, stop };
}
