import type { UserId } from '../credential/name.ts';

/**
 * The network of a caller, the largest first, each inside the one before: such as a /16 and a /24.
 * Never empty.
 */
export type ClientNetwork = readonly string[];

/**
 * Hashes passwords off the event loop. NFC, HMAC-SHA-384 under the pepper and base64 come before
 * bcrypt; a slot belongs to one request, which runs its jobs one after the other.
 */
export interface PasswordHasher {
  /**
   * Obtains today's pepper and a slot in the queue. Places are shared fairly between the client
   * networks; callers that name none share one. An attempt on a known device has slots apart from
   * them, shared between the users.
   * @throws {Unavailable} no pepper, and the vault does not answer
   * @throws {Refusal} `overloaded`, when the queue is full
   */
  acquire(network?: ClientNetwork, device?: UserId): Promise<HashSlot>;
}

export interface HashSlot {
  /** With today's pepper and work factor. */
  hash(password: string): Promise<PasswordHash>;
  /**
   * Compares as typed, and a wrapped hash in the other forms that its system may have hashed (NFC,
   * NFD, NFKC). A failure takes today's work factor once for each form of the text, whatever it is
   * compared with; `undefined` (nobody to compare with) is false. A wrapped hash takes what the
   * other system's takes on top.
   * @throws {Unavailable} the pepper version is not to be had
   */
  verify(password: string, hash: PasswordHash | undefined): Promise<boolean>;
  /**
   * Compares with a password of the same user, where time tells nothing. False also if a wrapped
   * hash cannot tell the text from others, such as bcrypt's beyond 72 bytes.
   * @throws {Unavailable} as {@link verify}
   */
  matches(password: string, hash: PasswordHash): Promise<boolean>;
  /** The same password's hash, of what another system stored. @throws {Error} it is none */
  wrap(foreign: ImportedHash): Promise<PasswordHash>;
  /**
   * Returns a hash to replace that of a password which {@link verify} has just proven, if pepper or
   * work factor are behind or it is wrapped. A wrapping stays where its system did not verify the
   * very text that was typed: what was not verified never becomes a password.
   */
  renew(password: string, hash: PasswordHash): Promise<PasswordHash | undefined>;
  /** Gives the slot back; safe to call twice. */
  release(): void;
}

export interface PasswordHash {
  /** Modular crypt form, `$2b$<cost>$…`: salt and work factor are in it. */
  readonly bcrypt: string;
  /** Version of the vault's `password-pepper` that keyed it. */
  readonly pepperVersion: string;
  /**
   * Of an imported password until its owner signs in: how another system hashed it, without the
   * digest. That digest is what is hashed here; see crypto/imported-hash.ts.
   */
  readonly wrapping?: string;
}

/** A hash that another system made, taken apart. */
export interface ImportedHash {
  readonly wrapping: string;
  /** A secret like the hash that it was in. */
  readonly digest: string;
}

/** What a hash was made with, without the hash. */
export interface HashParameters {
  readonly pepperVersion: string;
  /** bcrypt's base-2 logarithm of rounds. */
  readonly cost: number;
  /** The scheme of the wrapping, such as `scrypt`, of an imported one. */
  readonly wraps?: string;
}
