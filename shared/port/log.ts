/**
 * The names that stand for a user name and for its tenant in the log: lines of one name can be
 * joined, and tried names can be counted, but no reader learns which names they are
 * (crypto/secret/pseudonym.ts).
 */
export interface Pseudonyms {
  readonly namePseudonym: string;
  readonly tenantPseudonym: string;
}

/** The stand-ins of a sign-in: also that of the client's network, an IPv4 /24 or an IPv6 /48. */
export interface SignInPseudonyms extends Pseudonyms {
  readonly networkPseudonym: string;
}

/** The fields that a log line may hold: nothing that names or opens an account beyond its id. */
export interface LogFields extends Partial<SignInPseudonyms> {
  readonly requestId?: string;
  /** The trace id of W3C Trace Context. */
  readonly traceId?: string;
  readonly operation?: string;
  readonly code?: string;
  readonly status?: number;
  readonly durationMs?: number;
  /** The id of the user who calls or signs in. */
  readonly actorId?: string;
  /** The id of the user that the call changes. */
  readonly subjectId?: string;
  readonly part?: string;
  /** The host of a webhook; its path may be a secret. */
  readonly host?: string;
  readonly count?: number;
  readonly failed?: number;
  readonly removed?: number;
  readonly left?: number;
  readonly setting?: string;
  readonly error?: string;
  readonly stack?: string;
  readonly pepperVersion?: string;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
