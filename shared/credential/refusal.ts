import type { Tenant } from './name.ts';
import type { ResetRequirement } from './reset-requirement.ts';

/**
 * The code of every expected no: the stable slug that callers see. The answers are in
 * http/problem.ts.
 */
export type RefusalCode =
  | 'malformed-request'
  | 'invalid-credentials'
  | 'temporary-password-expired'
  | 'invalid-token'
  | 'forbidden'
  | 'self-reset-forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'user-name-taken'
  | 'last-global-admin'
  | 'conflict'
  | 'reset-required'
  | 'reset-requirements-unmet'
  | 'already-done'
  | 'length-required'
  | 'precondition-failed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'validation'
  | 'verification-failed'
  | 'password-rejected'
  | 'too-many-attempts'
  | 'overloaded';

export interface RefusalExtra {
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds?: number;
  /** The errors of `validation`, each with its place; `detail` is a key of the catalogue. */
  readonly errors?: readonly FieldError[];
  /** The reasons of `password-rejected`. */
  readonly reasons?: readonly PolicyReason[];
  /** The requirements of `reset-requirements-unmet`. */
  readonly requirements?: readonly ResetRequirement[];
  /** The receipt of the reset that is `already-done`. */
  readonly receipt?: string;
  /** The view of the user whose creation is `already-done`; undefined: deleted since. */
  readonly user?: object | undefined;
  /** The methods of `method-not-allowed`. */
  readonly allow?: readonly string[];
  /** The tenant of a caller who is proven without a token, and may see its contact. */
  readonly provenTenant?: Tenant;
  /** True if `invalid-token` means that no token was sent. */
  readonly isTokenMissing?: boolean;
}

export type FieldError = { readonly problem: FieldProblem } & (
  | { readonly pointer: string }
  | { readonly parameter: string }
);

/** The problems that a value can have; the catalogue has a sentence for each. */
export type FieldProblem =
  | 'required'
  | 'unknown'
  | 'repeated'
  | 'type'
  | 'range'
  | 'length'
  | 'format'
  | 'choice'
  | 'duplicate'
  | 'controlCharacters'
  | 'userName'
  | 'foreignDomain'
  | 'email'
  | 'sameAddress'
  | 'locale'
  | 'cursor'
  | 'idempotencyKey'
  | 'idempotencyKeyUsed'
  | 'mailMissing'
  | 'tooManyAdmins'
  | 'notWithUserName'
  | 'notWithChangeToken'
  | 'currentPasswordRequired';

/** The reasons for which the policy refuses a password. */
export type PolicyReason =
  | 'too-short'
  | 'too-long'
  | 'same-as-current'
  | 'temporary-password'
  | 'in-history'
  | 'common'
  | 'context-word'
  | 'repetitive'
  | 'sequential';

/** An expected no. Thrown by operations, answered at the edge, never caught in between. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly extra: RefusalExtra;

  constructor(code: RefusalCode, extra: RefusalExtra = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}
