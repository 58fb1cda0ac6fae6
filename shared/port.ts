/**
 * The interfaces we own. Operations see nothing else of the world outside; `crypto/`, `azure/` and
 * `telemetry/` implement them and `composition.ts` wires them. Those of the stores are in
 * store-port.ts, those of backups in archive-port.ts, telemetry's in telemetry-port.ts.
 */
import type { UserId, UserName } from './credential/name.ts';
import type { User } from './credential/user.ts';
import type { ForeignHash, PasswordHash } from './store-port.ts';

export type * from './archive-port.ts';
export type { RandomBytes } from './credential/random.ts';
export type * from './store-port.ts';
export type * from './telemetry-port.ts';
export { NO_TELEMETRY, parseTraceParent } from './telemetry-port.ts';

/** Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

/** A part we depend on does not answer, or answers nonsense. Never "not found". */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly part: 'tables' | 'vault';
  /** The version that a stored hash needs and the vault lacks: no waiting mends that. */
  readonly pepperVersion: string | undefined;

  constructor(
    part: 'tables' | 'vault',
    message: string,
    options: { readonly cause?: unknown; readonly pepperVersion?: string } = {},
  ) {
    super(message, options);
    this.part = part;
    this.pepperVersion = options.pepperVersion;
  }
}

/**
 * The network of a caller, the largest first, each inside the one before: such as a /16 and a /24.
 * Never empty.
 */
export type ClientNetwork = readonly string[];

/**
 * Hashes passwords off the event loop. NFC, HMAC-SHA-384 under the pepper and base64 come before
 * bcrypt; a place belongs to one request, which runs its jobs one after the other.
 */
export interface PasswordHasher {
  /**
   * Obtains today's pepper and a place in the queue. Places are shared fairly between the client
   * networks; callers that name none share one.
   * @throws {Unavailable} no pepper, and the vault does not answer
   * @throws {Refusal} `overloaded`, when the queue is full
   */
  admit(network?: ClientNetwork): Promise<HashPlace>;
}

export interface HashPlace {
  /** With today's pepper and work factor. */
  hash(password: string): Promise<PasswordHash>;
  /**
   * A failure takes at least as long as today's work factor; `undefined` (nobody to compare with)
   * takes just that and is false. A wrapped hash takes what the other system's takes on top.
   * @throws {Unavailable} the pepper version is not to be had
   */
  verify(password: string, hash: PasswordHash | undefined): Promise<boolean>;
  /** The same password's hash, of what another system stored. @throws {Error} it is none */
  wrap(foreign: ForeignHash): Promise<PasswordHash>;
  /** Whether a rehash would change pepper, raise the work factor or end a wrapping. */
  isOutdated(hash: PasswordHash): boolean;
  /** Gives the place back; safe to call twice. */
  leave(): void;
}

/** An enabled version of a secret. */
export interface SecretVersion {
  readonly version: string;
  /** Empty: the version has no value, or the vault refuses to give it. */
  readonly value: string;
  readonly createdAtMs: number;
}

/** Enabled versions of one secret: with one rotation a month, eight years of them. */
export const SECRET_VERSION_LIMIT = 100;

export interface Vault {
  /**
   * The enabled versions, at most {@link SECRET_VERSION_LIMIT}, oldest first. `known` are versions
   * whose values the caller has; the vault need not read them again (a version is immutable).
   * @throws {Unavailable}
   */
  listSecretVersions(
    name: string,
    known: ReadonlyMap<string, SecretVersion>,
  ): Promise<readonly SecretVersion[]>;
}

/** A version of a secret without its value. */
export interface KeptVersion {
  readonly version: string;
  readonly createdAtMs: number;
  readonly isEnabled: boolean;
}

/** Adds and retires versions of secrets: what an operator may do and the service may not. */
export interface SecretKeeper {
  /** Oldest first, disabled ones too; empty when there is no such secret. @throws {Unavailable} */
  listVersions(name: string): Promise<readonly KeptVersion[]>;
  /** Makes the secret when it is missing. @throws {Unavailable} it may have happened */
  addVersion(name: string, value: string): Promise<KeptVersion>;
  /** @throws {Unavailable} it may have happened */
  setEnabled(name: string, version: string, isEnabled: boolean): Promise<void>;
}

export interface AccessClaims {
  readonly use: 'access' | 'passwordChange';
  readonly userId: UserId;
  readonly userName: UserName;
  readonly credentialVersion: number;
  readonly sessionEpoch: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface Tokens {
  /** @throws {Unavailable} no signing key */
  issueAccess(user: User, nowMs: number): Promise<IssuedToken>;
  /** Good until the earlier of its own time and `expiresAtMs`. */
  issuePasswordChange(user: User, nowMs: number, expiresAtMs: number): Promise<IssuedToken>;
  /** Undefined: not a token of ours that is good now. @throws {Unavailable} */
  verify(token: string, nowMs: number): Promise<AccessClaims | undefined>;
  /** All enabled public keys, as an RFC 7517 key set. */
  publicKeys(nowMs: number): Promise<{ readonly keys: readonly object[] }>;
}

/** Seals a store position so that a caller can neither read, alter nor take it elsewhere. */
export interface CursorSeal {
  /** `binding`: what the cursor is good for (tenant, list, filters). */
  seal(position: string, binding: string): Promise<string>;
  /** Undefined: altered, foreign or of another binding. */
  open(cursor: string, binding: string): Promise<string | undefined>;
}

/** An archive that is not whole, not ours or sealed by another key; the message says which. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}

/**
 * Stand for a user name and for its tenant in the log: lines of one name can be joined, and tried
 * names can be counted, and nobody learns which names they are (crypto/pseudonym.ts).
 */
export interface Pseudonyms {
  readonly namePseudonym: string;
  readonly tenantPseudonym: string;
}

/** What a log line may hold: nothing that names or opens an account beyond its id. */
export interface LogFields extends Partial<Pseudonyms> {
  readonly requestId?: string;
  /** Of W3C Trace Context. */
  readonly traceId?: string;
  readonly operation?: string;
  readonly code?: string;
  readonly status?: number;
  readonly durationMs?: number;
  /** The id of the user who calls or signs in. */
  readonly actorId?: string;
  /** The id of the user whom the call changes. */
  readonly subjectId?: string;
  readonly part?: string;
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
