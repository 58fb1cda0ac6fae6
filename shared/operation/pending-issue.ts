import { encodeCrockford } from '../credential/crockford.ts';
import {
  generateSplitTemporaryPassword,
  generateTemporaryPassword,
} from '../credential/temporary-password.ts';
import type { TemporaryCredential, User } from '../credential/user.ts';
import type { ClientNetwork, PasswordHash, ProvenCaller } from '../port/hasher.ts';
import type { SignReceipt } from '../port/receipt.ts';
import type { Caller } from './authority.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import type { SplitInMaking } from './part-delivery.ts';

type PendingDependencies = Pick<
  Dependencies,
  'clock' | 'randomBytes' | 'hasher' | 'expiries' | 'receipts' | 'temporaryPasswordTtlMs'
>;

/** The password to issue. */
export interface PasswordRequest {
  /** The caller; undefined: the system. */
  readonly caller?: Caller;
  /**
   * The canonical password, from `generateTemporaryPassword`, if it had to be stored before its
   * issue.
   */
  readonly planned?: string;
  /** The life of the password; TEMPORARY_PASSWORD_TTL_SECONDS by default. */
  readonly lifetimeMs?: number | undefined;
}

const ISSUE_ID_BYTES = 16;

/** A password with its hash; a split one with its parts and its life. */
export interface MadePassword {
  readonly canonical: string;
  readonly hash: PasswordHash;
  readonly split: SplitInMaking | undefined;
}

/**
 * A temporary password that is made and hashed at most once for an operation, however often its
 * write is tried. Nothing is spent before `make`.
 */
export class PendingIssue {
  readonly #dependencies: PendingDependencies;
  readonly #network: ClientNetwork | undefined;
  readonly #proven: ProvenCaller | undefined;
  readonly #planned: string | undefined;
  readonly #lifetimeMs: number;
  #made: MadePassword | undefined;
  #given: User | undefined;
  #sign: SignReceipt | undefined;

  constructor(
    dependencies: PendingDependencies,
    { network }: RequestContext,
    { caller, planned, lifetimeMs }: PasswordRequest,
  ) {
    this.#dependencies = dependencies;
    this.#network = network;
    this.#proven = caller && { by: 'session', userId: caller.principal.user.value.userId };
    this.#planned = planned;
    this.#lifetimeMs = lifetimeMs ?? dependencies.temporaryPasswordTtlMs;
  }

  /** The password and its hash; available after {@link make}. */
  get made(): MadePassword {
    if (this.#made === undefined) throw new Error('no temporary password was made');
    return this.#made;
  }

  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /**
   * Returns the signer of receipts, obtained once.
   * @throws {Unavailable}
   */
  async signer(): Promise<SignReceipt> {
    this.#sign ??= await this.#dependencies.receipts.obtainSigner();
    return this.#sign;
  }

  /**
   * Makes and hashes the password. The life of a split one begins before the hash: its mail names
   * the end.
   * @throws {Refusal} `overloaded`
   * @throws {Unavailable}
   */
  async make({ isSplit }: { readonly isSplit: boolean }): Promise<void> {
    const { hasher, randomBytes, clock } = this.#dependencies;
    const issuedAtMs = clock.now();
    const slot = await hasher.acquire(this.#network, this.#proven);
    try {
      const parts = isSplit ? generateSplitTemporaryPassword(randomBytes) : undefined;
      const canonical = parts?.canonical ?? this.#planned ?? generateTemporaryPassword(randomBytes);
      const split = parts && { parts, issuedAtMs, expiresAtMs: issuedAtMs + this.#lifetimeMs };
      this.#made = { canonical, split, hash: await slot.hash(canonical) };
    } finally {
      slot.release();
    }
  }

  /**
   * Returns the user with a new temporary credential. The life of one that is shown starts now. The
   * entry of the expiry index is written first: no temporary password can exist without one. A
   * further try for the same version of the user takes the credential and the entry of the first.
   */
  async giveTo(user: User, issuedBy: User['userId'] | undefined): Promise<User> {
    const { clock, randomBytes, expiries } = this.#dependencies;
    const { userId, userName } = user;
    const credentialVersion = user.credentialVersion + 1;
    const given = this.#given;
    if (given?.credentialVersion === credentialVersion && given.userId === userId) {
      return withTemporaryCredential(user, given);
    }
    const nowMs = clock.now();
    const { issuedAtMs = nowMs } = this.made.split ?? {};
    const issued: TemporaryCredential = {
      kind: 'temporary',
      issueId: encodeCrockford(randomBytes(ISSUE_ID_BYTES)),
      issuedAtMs,
      expiresAtMs: issuedAtMs + this.#lifetimeMs,
      issuedBy,
      changedAtMs: user.credential.kind === 'none' ? undefined : user.credential.changedAtMs,
    };
    const { issueId, expiresAtMs } = issued;
    await expiries.add({ userId, userName, issueId, expiresAtMs, credentialVersion });
    this.#given = withTemporaryCredential(user, {
      credential: issued,
      credentialVersion,
      attemptsClearedAtMs: nowMs,
    });
    return this.#given;
  }
}

function withTemporaryCredential(
  user: User,
  {
    credential,
    credentialVersion,
    attemptsClearedAtMs,
  }: Pick<User, 'credential' | 'credentialVersion' | 'attemptsClearedAtMs'>,
): User {
  return {
    ...user,
    credential,
    credentialVersion,
    isLocked: false,
    isFrozen: false,
    disownedResetBy: undefined,
    supportCode: undefined,
    attemptsClearedAtMs,
    waitsEnded: [],
  };
}
