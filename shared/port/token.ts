import type { UserId, UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';

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
  /**
   * Begins to read the signing keys, once in a process, so that the first token need not wait for
   * them. Never fails: issuing does, if they cannot be read.
   */
  prepare(): void;
  /**
   * Issues an access token.
   * @throws {Unavailable} no signing key
   */
  issueAccess(user: User, nowMs: number): Promise<IssuedToken>;
  /** Issues a change token, valid until the earlier of its own time and `expiresAtMs`. */
  issuePasswordChange(user: User, nowMs: number, expiresAtMs: number): Promise<IssuedToken>;
  /**
   * Verifies a token.
   * @returns undefined if the service did not issue it or it is not valid now
   * @throws {Unavailable}
   */
  verify(token: string, nowMs: number): Promise<AccessClaims | undefined>;
  /** Returns all enabled public keys, as an RFC 7517 key set. */
  publicKeys(nowMs: number): Promise<{ readonly keys: readonly object[] }>;
}

/**
 * Digests of texts under a key of the pepper: a reader of the tables can neither compare nor guess
 * what was digested.
 */
export interface KeyedDigest {
  /** @throws {Unavailable} no pepper can be read */
  make(text: string): Promise<string>;
  /** @throws {Unavailable} the pepper of the digest cannot be read */
  matches(text: string, digest: string): Promise<boolean>;
}

/** The seal of a text, so that a caller can neither read, alter nor use it elsewhere. */
export interface Seal {
  /** @param binding the use of the sealed text, such as a tenant, a list and its filters */
  seal(text: string, binding: string): Promise<string>;
  /** @returns undefined if the text is altered, not sealed here or of another binding */
  open(sealed: string, binding: string): Promise<string | undefined>;
}
