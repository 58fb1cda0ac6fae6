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
  /** @throws {Unavailable} no signing key */
  issueAccess(user: User, nowMs: number): Promise<IssuedToken>;
  /** Good until the earlier of its own time and `expiresAtMs`. */
  issuePasswordChange(user: User, nowMs: number, expiresAtMs: number): Promise<IssuedToken>;
  /** Undefined: not a token of ours that is good now. @throws {Unavailable} */
  verify(token: string, nowMs: number): Promise<AccessClaims | undefined>;
  /** All enabled public keys, as an RFC 7517 key set. */
  publicKeys(nowMs: number): Promise<{ readonly keys: readonly object[] }>;
}

/** Seals a text so that a caller can neither read, alter nor take it elsewhere. */
export interface Seal {
  /** @param binding what the sealed text is good for, such as a tenant, a list and its filters */
  seal(text: string, binding: string): Promise<string>;
  /** @returns undefined if it is altered, foreign or of another binding */
  open(sealed: string, binding: string): Promise<string | undefined>;
}
