import {
  RestError,
  TableClient,
  type TableEntity,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { isLoopback } from '../../port/loopback.ts';
import type { Page, PageRequest } from '../../port/store.ts';
import type { Row } from './row.ts';
import { judgeFault, toUnavailable } from './table-fault.ts';

/** The time of one read or write of rows by their keys, with its retries, in milliseconds. */
const CALL_TIMEOUT_MS = 5000;
/**
 * The time of one query, likewise. The service itself ends a query after 5 s and answers with the
 * rows that it found by then, often none (Table Storage, "Query timeout and pagination"): twice
 * that leaves time for the answer to arrive.
 */
const LIST_TIMEOUT_MS = 10_000;
/** Two retries after about 0.1 s and 0.2 s bridge a moved partition; the caller's are added. */
const RETRY = { maxRetries: 2, retryDelayInMs: 100, maxRetryDelayInMs: 1000 };
/** Table Storage, "Performing entity group transactions". */
const TRANSACTION_ENTITY_LIMIT = 100;
/** The most rows that Table Storage answers to a query. */
export const PAGE_ROW_LIMIT = 1000;

/** The policies of the HTTP pipeline, e.g. to count calls. */
export type TablePolicies = NonNullable<TableServiceClientOptions['additionalPolicies']>;

export type TableAccount =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

/**
 * A policy that escapes U+2028 and U+2029. They are plain characters to JSON and line ends to a
 * reader that splits a transaction by lines, as Azurite does; a person's name may have them.
 * Escaped they mean the same to both.
 */
const ESCAPE_LINE_SEPARATORS: TablePolicies[number] = {
  position: 'perCall',
  policy: {
    name: 'escapeLineSeparators',
    sendRequest(request, next) {
      if (typeof request.body === 'string') {
        request.body = request.body.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
      }
      return next(request);
    },
  },
};

/**
 * Returns the client's options. HTTP only to this machine: keys and rows never cross a network in
 * the clear.
 */
function clientOptions(address: string, policies: TablePolicies): TableServiceClientOptions {
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new Error('Table Storage is reached by https (by http only on this machine)');
  }
  return {
    allowInsecureConnection: protocol === 'http:',
    retryOptions: RETRY,
    additionalPolicies: [ESCAPE_LINE_SEPARATORS, ...policies],
  };
}

/**
 * Creates the client of a table.
 * @throws {Error} an address that is not https (http is for loopback only) or no address at all
 */
export function createTableClient(
  account: TableAccount,
  tableName: string,
  policies: TablePolicies,
): TableClient {
  if ('connectionString' in account) {
    const { url } = TableClient.fromConnectionString(account.connectionString, tableName);
    const options = clientOptions(url, policies);
    return TableClient.fromConnectionString(account.connectionString, tableName, options);
  }
  const options = clientOptions(account.endpoint, policies);
  const endpoint = account.endpoint.replace(/\/+$/, '');
  return new TableClient(endpoint, tableName, account.credential, options);
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly etag: string }
  | { readonly kind: 'conflict' | 'missing' };

/**
 * A table: every call is bounded in time, every failure is judged as a lost condition, a missing
 * row or `Unavailable`. A missing table is created at first use, so that it never looks like a
 * missing row.
 */
export class Table {
  readonly #client: TableClient;
  #creation: Promise<void> | undefined;

  constructor(client: TableClient) {
    this.#client = client;
  }

  /**
   * Finds a row; one point read.
   * @returns undefined if the store says that there is no such row
   */
  async findRow(
    partitionKey: string,
    rowKey: string,
    select?: readonly string[],
  ): Promise<Row | undefined> {
    const queryOptions = select === undefined ? {} : { select: [...select] };
    try {
      return await this.#send((abortSignal) =>
        this.#client.getEntity<Row>(partitionKey, rowKey, { abortSignal, queryOptions }),
      );
    } catch (error) {
      if (judgeFault(error) === 'rowMissing') return undefined;
      throw toUnavailable(error);
    }
  }

  /** Finds a row as {@link findRow}, but each column is `{ type, value }`. */
  async findTypedRow(partitionKey: string, rowKey: string): Promise<Row | undefined> {
    const options = { disableTypeConversion: true };
    try {
      return await this.#send((abortSignal) =>
        this.#client.getEntity<Row>(partitionKey, rowKey, { abortSignal, ...options }),
      );
    } catch (error) {
      if (judgeFault(error) === 'rowMissing') return undefined;
      throw toUnavailable(error);
    }
  }

  insert(row: TableEntity): Promise<WriteOutcome> {
    return this.#write((abortSignal) => this.#client.createEntity(row, { abortSignal }));
  }

  replace(row: TableEntity, etag: string): Promise<WriteOutcome> {
    return this.#write((abortSignal) =>
      this.#client.updateEntity(row, 'Replace', { etag, abortSignal }),
    );
  }

  merge(row: TableEntity, etag: string): Promise<WriteOutcome> {
    return this.#write((abortSignal) =>
      this.#client.updateEntity(row, 'Merge', { etag, abortSignal }),
    );
  }

  async remove(
    partitionKey: string,
    rowKey: string,
    etag: string,
  ): Promise<'removed' | 'conflict' | 'missing'> {
    try {
      await this.#send((abortSignal) =>
        this.#client.deleteEntity(partitionKey, rowKey, { etag, abortSignal }),
      );
      return 'removed';
    } catch (error) {
      return lostWrite(error);
    }
  }

  /** Writes all or nothing, in one partition; at most {@link TRANSACTION_ENTITY_LIMIT} rows. */
  async transact(actions: readonly TransactionAction[]): Promise<'committed' | 'conflict'> {
    if (actions.length > TRANSACTION_ENTITY_LIMIT) {
      throw new RangeError(`a transaction of ${actions.length} rows is too large`);
    }
    try {
      await this.#send(async (abortSignal) => {
        const answer = await this.#client.submitTransaction([...actions], { abortSignal });
        requireEveryPart(answer.subResponses, actions.length);
      });
      return 'committed';
    } catch (error) {
      // Another writer removed a row that an update expects.
      lostWrite(error);
      return 'conflict';
    }
  }

  /** Lists one page with exactly one request. `after` is `next` of the page before. */
  listRows(filter: string, page: PageRequest, select?: readonly string[]): Promise<Page<Row>> {
    return this.#list({ filter, ...(select && { select: [...select] }) }, page, false);
  }

  /**
   * Lists one page as {@link listRows}, but each column is `{ type, value }`; an empty filter takes
   * all.
   */
  listTypedRows(filter: string, page: PageRequest): Promise<Page<Row>> {
    return this.#list(filter === '' ? {} : { filter }, page, true);
  }

  async #list(
    queryOptions: { filter?: string; select?: string[] },
    page: PageRequest,
    disableTypeConversion: boolean,
  ): Promise<Page<Row>> {
    try {
      return await this.#send(async (abortSignal) => {
        let isList = false;
        const onResponse = ({ parsedBody }: { parsedBody?: { value?: unknown } }) => {
          isList = Array.isArray(parsedBody?.value);
        };
        const options = { abortSignal, queryOptions, onResponse, disableTypeConversion };
        const pages = this.#client.listEntities<Row>(options).byPage({
          maxPageSize: page.limit,
          ...(page.after !== undefined && { continuationToken: page.after }),
        });
        const { value } = await pages.next();
        // The client takes any answer that is not a list, such as a proxy's page, for an empty one.
        if (!isList) throw new RestError('no list', { code: 'PARSE_ERROR' });
        return { items: [...value], next: value.continuationToken };
      }, LIST_TIMEOUT_MS);
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async #write(
    request: (abortSignal: AbortSignal) => Promise<{ etag?: string }>,
  ): Promise<WriteOutcome> {
    try {
      const { etag } = await this.#send(request);
      if (etag === undefined) throw new RestError('no etag', { code: 'MissingETag' });
      return { kind: 'written', etag };
    } catch (error) {
      return { kind: lostWrite(error) };
    }
  }

  async #send<Answer>(
    request: (abortSignal: AbortSignal) => Promise<Answer>,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Answer> {
    try {
      return await request(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      if (judgeFault(error) !== 'tableMissing') throw error;
      await this.#create();
      return await request(AbortSignal.timeout(timeoutMs));
    }
  }

  /** Creates the table once for all callers that wait; an existing table is fine. */
  #create(): Promise<void> {
    this.#creation ??= this.#client
      .createTable({ abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) })
      .catch((error: unknown) => {
        // Judged here: a conflict over a table is not one over the requested row.
        throw toUnavailable(error);
      })
      .finally(() => {
        this.#creation = undefined;
      });
    return this.#creation;
  }
}

function lostWrite(error: unknown): 'conflict' | 'missing' {
  const fault = judgeFault(error);
  if (fault === 'conflict') return 'conflict';
  if (fault === 'rowMissing') return 'missing';
  throw toUnavailable(error);
}

/**
 * Requires that every part succeeded: the client takes a part that failed without a JSON body, and
 * an answer that was cut short, for a success.
 */
function requireEveryPart(parts: readonly { readonly status: number }[], expected: number): void {
  const failed = parts.find(({ status }) => status < 200 || status > 299);
  if (failed !== undefined) {
    throw new RestError('a part failed', { statusCode: failed.status });
  }
  if (parts.length !== expected) throw new RestError('cut short', { code: 'PARSE_ERROR' });
}
