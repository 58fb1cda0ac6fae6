import type { UserId } from '../credential/name.ts';

/**
 * The networks of a caller, the largest first, each inside the one before: such as a /16 and a /24.
 * Never empty.
 */
export type ClientNetwork = readonly string[];

/** A caller whose token was verified before anything is hashed. */
export interface ProvenCaller {
  /** A known device, or a session: an access token or a change token. */
  readonly by: 'device' | 'session';
  readonly userId: UserId;
}

/**
 * The hasher of passwords, off the event loop. NFC, HMAC-SHA-384 under the pepper and base64 come
 * before bcrypt; a slot belongs to one request, which runs its jobs one after the other.
 */
export interface PasswordHasher {
  /**
   * Obtains today's pepper and a slot in the queue. Slots are shared fairly between the client
   * networks; callers that name none share one. Known devices have slots apart from them, and so
   * have sessions, each shared between the users.
   * @throws {Unavailable} no pepper, and the vault does not answer
   * @throws {Refusal} `overloaded`, when the queue is full
   */
  acquire(network?: ClientNetwork, proven?: ProvenCaller): Promise<HashSlot>;
}

export interface HashSlot {
  /** Hashes with today's pepper and work factor. */
  hash(password: string): Promise<PasswordHash>;
  /**
   * Compares the password as it was typed; with a hash that wraps an imported one, also in the
   * other forms that the other system may have hashed (NFC, NFD, NFKC). A failure takes today's
   * work factor once for each form of the text, whatever it is compared with; `undefined` (nothing
   * to compare with) is false. The time of the other system's hash is added for an imported one.
   * @throws {Unavailable} the pepper version cannot be read
   */
  verify(password: string, hash: PasswordHash | undefined): Promise<boolean>;
  /**
   * Hashes a new password of a user under the salt of the earlier ones, so that one hash is
   * compared with all of the same salt, cost and pepper. Each other such set takes a hash more. An
   * imported hash that cannot distinguish the text from others, such as bcrypt's beyond 72 bytes,
   * is not compared.
   * @returns undefined if the password is one of the earlier ones
   * @throws {Unavailable} as {@link verify}
   */
  replace(password: string, earlier: readonly PasswordHash[]): Promise<PasswordHash | undefined>;
  /**
   * Hashes the hash of another system, so that the same password still matches.
   * @throws {Error} it is not such a hash
   */
  wrap(imported: ImportedHash): Promise<PasswordHash>;
  /**
   * Returns a hash to replace that of a password which {@link verify} has just proven, if pepper or
   * work factor are outdated or the hash is imported. An imported hash stays if its system did not
   * verify the very text that was typed: an unverified text never becomes a password.
   */
  renew(password: string, hash: PasswordHash): Promise<PasswordHash | undefined>;
  /** Releases the slot; safe to call twice. */
  release(): void;
}

export interface PasswordHash {
  /** The modular crypt form, `$2b$<cost>$…`: salt and work factor are in it. */
  readonly bcrypt: string;
  /** The version of the vault's `password-pepper` that keyed it. */
  readonly pepperVersion: string;
  /**
   * The way in which another system hashed an imported password, without the digest, until its
   * owner signs in. That digest is the text that is hashed here; see
   * crypto/password/imported-hash.ts.
   */
  readonly wrapping?: string;
}

/** The parts of a hash that another system made. */
export interface ImportedHash {
  readonly wrapping: string;
  /** The digest, a secret like the hash that it was in. */
  readonly digest: string;
}

/** The parameters that a hash was made with, without the hash. */
export interface HashParameters {
  readonly pepperVersion: string;
  /** The base-2 logarithm of bcrypt's rounds. */
  readonly cost: number;
  /** The scheme of an imported hash, such as `scrypt`. */
  readonly wraps?: string;
}
