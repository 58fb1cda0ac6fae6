import type { Span, Telemetry } from '../port/telemetry.ts';

interface SentRequest {
  readonly method: string;
  readonly url: string;
}

/** The part of a policy that both clients' pipelines take. */
interface TracingPolicy {
  /** Outside of the retries and of the vault's challenge: one span is one call of the service. */
  readonly position: 'perCall';
  readonly policy: {
    readonly name: string;
    sendRequest<Request extends SentRequest, Answer extends { readonly status: number }>(
      request: Request,
      next: (request: Request) => Promise<Answer>,
    ): Promise<Answer>;
  };
}

/**
 * Creates a policy of the SDK's pipeline that makes each call a span. The SDK's own spans are not
 * used: they hold addresses, and in those the names of users.
 */
export function traceCalls(
  telemetry: Telemetry,
  describe: (request: SentRequest) => Span,
): TracingPolicy {
  return {
    position: 'perCall',
    policy: {
      name: 'traceCalls',
      sendRequest: (request, next) =>
        telemetry.trace(describe(request), async (setOutcome) => {
          try {
            const answer = await next(request);
            setOutcome({ status: answer.status });
            return answer;
          } catch (error) {
            // A row that is missing, or was changed by another writer, is an answer like others.
            const { statusCode } = error as { readonly statusCode?: unknown };
            if (typeof statusCode === 'number') setOutcome({ status: statusCode });
            throw error;
          }
        }),
    },
  };
}

const TABLE_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'find',
  POST: 'insert',
  PUT: 'replace',
  PATCH: 'merge',
  DELETE: 'remove',
};

/** Describes a call. Of the address only the end is read, for one of the known words. */
export function describeTableCall(table: string): (request: SentRequest) => Span {
  return ({ method, url }) => {
    const { pathname } = new URL(url);
    let operation = TABLE_OPERATIONS[method] ?? 'other';
    if (pathname.endsWith('/$batch')) operation = 'transact';
    else if (pathname.endsWith('()')) operation = 'list';
    else if (pathname.endsWith('/Tables')) operation = 'createTable';
    return { kind: 'tables', operation, table };
  };
}

/**
 * Describes a call.
 * @param secrets the names that the service reads; others are not repeated
 */
export function describeVaultCall(secrets: readonly string[]): (request: SentRequest) => Span {
  return ({ url }) => {
    const [, , name, version] = new URL(url).pathname.split('/');
    const secret = secrets.find((each) => each === name) ?? 'other';
    return { kind: 'vault', operation: version === 'versions' ? 'list' : 'read', secret };
  };
}
