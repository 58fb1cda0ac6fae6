import { encodeCrockford } from '../credential/crockford.ts';
import { issueTemporaryPassword } from '../credential/temporary-password.ts';
import type { TemporaryCredential, User } from '../credential/user.ts';
import type { HashPlace, PasswordHash } from '../port.ts';
import {
  composeChange,
  type DesiredChange,
  planAdmins,
  retryOnConflict,
} from './account-change.ts';
import type { Dependencies, Occasion } from './dependency.ts';

export type IssueDependencies = Pick<
  Dependencies,
  'accounts' | 'clock' | 'randomBytes' | 'hasher' | 'expiries' | 'temporaryPasswordTtlMs'
>;

/** The one place where a temporary password exists in the clear; it goes into one answer. */
export interface IssuedTemporaryPassword {
  readonly canonical: string;
  readonly expiresAtMs: number;
  readonly expiresInSeconds: number;
}

const ISSUE_ID_BYTES = 16;

/**
 * Makes and hashes a temporary password at most once for an operation, however often its write is
 * tried. Nothing is spent before the first `obtain`, so a refused call costs no hash.
 */
class TemporaryPasswordIssue {
  readonly #dependencies: IssueDependencies;
  readonly #network: string | undefined;
  readonly #planned: string | undefined;
  #place: HashPlace | undefined;
  #made: { readonly canonical: string; readonly hash: PasswordHash } | undefined;

  constructor(dependencies: IssueDependencies, { network }: Occasion, planned: string | undefined) {
    this.#dependencies = dependencies;
    this.#network = network;
    this.#planned = planned;
  }

  /** @throws {Refusal} `overloaded` @throws {Unavailable} */
  async obtain(): Promise<{ readonly canonical: string; readonly hash: PasswordHash }> {
    if (this.#made !== undefined) return this.#made;
    this.#place ??= await this.#dependencies.hasher.admit(this.#network);
    const { randomBytes } = this.#dependencies;
    const canonical = this.#planned ?? issueTemporaryPassword(randomBytes).canonical;
    const hash = await this.#place.hash(canonical);
    this.#made = { canonical, hash };
    return this.#made;
  }

  leave(): void {
    this.#place?.leave();
  }
}

/**
 * The user with a new temporary credential. Its life starts now, after the hash. The entry of the
 * expiry index is written first: no temporary password can exist without one.
 */
async function withTemporaryCredential(
  dependencies: IssueDependencies,
  user: User,
  issuedBy: User['userId'] | undefined,
): Promise<User> {
  const nowMs = dependencies.clock.now();
  const { credential } = user;
  const issued: TemporaryCredential = {
    kind: 'temporary',
    issueId: encodeCrockford(dependencies.randomBytes(ISSUE_ID_BYTES)),
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + dependencies.temporaryPasswordTtlMs,
    issuedBy,
    changedAtMs: credential.kind === 'none' ? undefined : credential.changedAtMs,
  };
  const after: User = {
    ...user,
    credential: issued,
    credentialVersion: user.credentialVersion + 1,
    isLocked: false,
    attemptsClearedAtMs: nowMs,
    waitsEnded: [],
  };
  await dependencies.expiries.add({
    userId: after.userId,
    userName: after.userName,
    issueId: issued.issueId,
    expiresAtMs: issued.expiresAtMs,
    credentialVersion: after.credentialVersion,
  });
  return after;
}

function describeIssue(canonical: string, credential: User['credential']): IssuedTemporaryPassword {
  if (credential.kind !== 'temporary') throw new Error('a temporary password was not issued');
  const { issuedAtMs, expiresAtMs } = credential;
  return {
    canonical,
    expiresAtMs,
    expiresInSeconds: Math.floor((expiresAtMs - issuedAtMs) / 1000),
  };
}

/**
 * Gives a user a temporary password: `judge` says to whom (without the new credential), and is
 * asked again when another write came between. Whatever was counted against the name is void: the
 * user's row says so in the same transaction.
 * @param planned canonical, of `issueTemporaryPassword`, where it had to be kept before it counts
 * @throws {Refusal} what `judge` refuses, `last-global-admin`, `conflict`, `overloaded`
 * @throws {Unavailable} it may have happened
 */
export async function giveTemporaryPassword(
  dependencies: IssueDependencies,
  judge: () => Promise<Omit<DesiredChange, 'requestId'>>,
  occasion: Occasion,
  planned?: string,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const { accounts } = dependencies;
  const issue = new TemporaryPasswordIssue(dependencies, occasion, planned);
  try {
    return await retryOnConflict(async () => {
      const desired = { ...(await judge()), requestId: occasion.requestId };
      const { after, actor } = desired;
      // The rule of the last global admin is judged before a hash or an index entry is spent.
      const admins = await planAdmins(dependencies, {
        ...desired,
        after: { ...after, credential: { kind: 'none' } },
      });
      const { canonical, hash } = await issue.obtain();
      const issuedBy = 'userId' in actor ? actor.userId : undefined;
      const user = await withTemporaryCredential(dependencies, after, issuedBy);
      const planned = composeChange(dependencies, { ...desired, after: user }, admins);
      const outcome = await accounts.commit({
        ...planned,
        credential: { kind: 'issueTemporary', temporary: hash },
      });
      if (outcome === 'conflict') return outcome;
      return {
        temporaryPassword: describeIssue(canonical, planned.after.credential),
        user: planned.after,
      };
    });
  } finally {
    issue.leave();
  }
}
