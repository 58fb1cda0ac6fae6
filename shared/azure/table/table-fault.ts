import { Unavailable } from '../../port/unavailable.ts';
import { describeSignInFault } from '../identity.ts';

/**
 * The meaning of a failed call to Table Storage: a condition that did not hold, a missing row or
 * table, or anything else.
 */
export type TableFault = 'conflict' | 'rowMissing' | 'tableMissing' | 'unavailable';

const ROW_MISSING = new Set(['ResourceNotFound', 'EntityNotFound']);

interface Failure {
  readonly statusCode: number | undefined;
  readonly errorCode: string | undefined;
}

/**
 * Reads the codes of a failure. Point calls carry the service's code in `details`, transactions in
 * `code`; `code` may also be one of the transport (`ECONNREFUSED`). Only words are taken, so that
 * no text of an error with a URL or a key in it passes.
 */
function readFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { statusCode: undefined, errorCode: undefined };
  const { statusCode, code, details } = error as Error & {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly details?: {
      readonly odataError?: { readonly code?: unknown };
      readonly errorCode?: unknown;
    };
  };
  const codes = [details?.odataError?.code, details?.errorCode, code];
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    errorCode: codes.find(isWord) ?? (statusCode === undefined ? error.name : undefined),
  };
}

function isWord(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(text);
}

/**
 * Judges a failure. A bare 404 (a proxy, a wrong address) is not an answer of the store about a
 * row.
 */
export function judgeFault(error: unknown): TableFault {
  const { statusCode, errorCode } = readFailure(error);
  if (statusCode === 412) return 'conflict';
  if (statusCode === 409) return errorCode === 'TableBeingDeleted' ? 'unavailable' : 'conflict';
  if (statusCode !== 404 || errorCode === undefined) return 'unavailable';
  if (errorCode === 'TableNotFound') return 'tableMissing';
  return ROW_MISSING.has(errorCode) ? 'rowMissing' : 'unavailable';
}

/**
 * Makes the error, without a cause: errors of the client hold the request, its URL and its headers.
 */
export function toUnavailable(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  const signIn = describeSignInFault(error);
  if (signIn !== undefined) {
    return new Unavailable('tables', `Table Storage: ${signIn}.`, { isLasting: true });
  }
  const { statusCode, errorCode } = readFailure(error);
  const words = [statusCode, errorCode].filter((word) => word !== undefined);
  if (errorCode === 'AuthorizationPermissionMismatch') {
    const role = 'the role Storage Table Data Contributor allows it';
    return new Unavailable('tables', `Table Storage refuses it; ${role}: ${words.join(' ')}`);
  }
  return new Unavailable(
    'tables',
    `Table Storage does not answer: ${words.join(' ') || 'unknown'}`,
  );
}
