import { encodeCrockford } from '../credential/crockford.ts';
import { describeReset, type ResetTerms } from '../credential/reset.ts';
import {
  generateSplitTemporaryPassword,
  generateTemporaryPassword,
} from '../credential/temporary-password.ts';
import type { TemporaryCredential, User } from '../credential/user.ts';
import type { ClientNetwork, PasswordHash } from '../port/hasher.ts';
import {
  composeChange,
  type DesiredChange,
  type EventDraft,
  planAdmins,
} from './account-change.ts';
import type { Caller } from './authority.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { PartDelivery, type SplitInMaking } from './part-delivery.ts';
import { retryOnConflict } from './retry.ts';

export type IssueDependencies = Pick<
  Dependencies,
  | 'accounts'
  | 'clock'
  | 'randomBytes'
  | 'pause'
  | 'lanes'
  | 'hasher'
  | 'expiries'
  | 'partMailer'
  | 'temporaryPasswordTtlMs'
>;

/** A temporary password in the clear. It exists in this one place and is returned in one answer. */
export interface IssuedTemporaryPassword {
  /** The canonical spelling of what the answer shows: the whole password, or the admin's part. */
  readonly canonical: string;
  /** The pair and the address of the other part; undefined: the password is shown whole. */
  readonly split: { readonly pair: string; readonly sentTo: string } | undefined;
  readonly expiresAtMs: number;
  readonly expiresInSeconds: number;
}

const ISSUE_ID_BYTES = 16;

/** The change that gives a temporary password to a user, without the new credential. */
export type IssueDraft = Omit<DesiredChange, 'requestId' | 'events'> & {
  /** The terms of a reset, whose event is the first; undefined: the user is created. */
  readonly reset?: ResetTerms;
  /** The other events; a creation has one. */
  readonly events: readonly EventDraft[];
};

/** The receiver of a temporary password, and its issuer. */
export interface IssueRequest {
  /**
   * Judges and drafts the change. Called before the hash, so that a refused call costs none, again
   * after it, and each time when another write came between.
   */
  readonly judge: () => Promise<IssueDraft>;
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

/** A password with its hash; a split one with its parts and its life. */
interface Made {
  readonly canonical: string;
  readonly hash: PasswordHash;
  readonly split: SplitInMaking | undefined;
}

/**
 * A temporary password that is made and hashed at most once for an operation, however often its
 * write is tried. Nothing is spent before `make`.
 */
class PendingIssue {
  readonly #dependencies: IssueDependencies;
  readonly #network: ClientNetwork | undefined;
  readonly #planned: string | undefined;
  readonly #lifetimeMs: number;
  #made: Made | undefined;
  #given: User | undefined;

  constructor(
    dependencies: IssueDependencies,
    { network }: RequestContext,
    { planned, lifetimeMs }: IssueRequest,
  ) {
    this.#dependencies = dependencies;
    this.#network = network;
    this.#planned = planned;
    this.#lifetimeMs = lifetimeMs ?? dependencies.temporaryPasswordTtlMs;
  }

  /** The password and its hash; available after {@link make}. */
  get made(): Made {
    if (this.#made === undefined) throw new Error('no temporary password was made');
    return this.#made;
  }

  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /**
   * Makes and hashes the password. The life of a split one begins before the hash: its mail names
   * the end.
   * @throws {Refusal} `overloaded`
   * @throws {Unavailable}
   */
  async make({ reset }: IssueDraft): Promise<void> {
    const { hasher, randomBytes, clock } = this.#dependencies;
    const issuedAtMs = clock.now();
    const slot = await hasher.acquire(this.#network);
    try {
      const isSplit = reset?.delivery === 'split';
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
    attemptsClearedAtMs,
    waitsEnded: [],
  };
}

function describeIssue(
  { canonical, split }: Made,
  credential: User['credential'],
  part: PartDelivery,
): IssuedTemporaryPassword {
  if (credential.kind !== 'temporary') throw new Error('a temporary password was not issued');
  const { issuedAtMs, expiresAtMs } = credential;
  return {
    canonical: split?.parts.told ?? canonical,
    split: split && { pair: split.parts.pair, sentTo: part.sentTo },
    expiresAtMs,
    expiresInSeconds: Math.floor((expiresAtMs - issuedAtMs) / 1000),
  };
}

/** Returns the events of the issue, that of a reset first; its details are of this one place. */
function draftEvents(
  { reset, events, before }: IssueDraft,
  { credential }: User,
): readonly [EventDraft, ...EventDraft[]] {
  if (credential.kind !== 'temporary') throw new Error('a temporary password was not issued');
  const lifetimeMs = credential.expiresAtMs - credential.issuedAtMs;
  const clearedLock = before?.value.isLocked === true;
  const [first, ...others] = [
    ...(reset === undefined
      ? []
      : [
          {
            type: 'password.reset',
            details: describeReset(reset, { lifetimeMs, clearedLock }),
          } as const,
        ]),
    ...events,
  ];
  if (first === undefined) throw new Error('an issue has an event');
  return [first, ...others];
}

/**
 * Issues a temporary password to a user. Earlier counts against the name are void: the user's row
 * says so in the same transaction. The order of a split one is judgement, hash, mail, expiry index,
 * commit: what fails before the commit leaves the old password alive and a part of no use.
 * @throws {Refusal} the refusals of `judge`, `last-global-admin`, `conflict`, `overloaded`,
 * `too-many-attempts` (of mailed parts)
 * @throws {Unavailable} it may have happened
 */
export async function issueTemporaryPassword(
  dependencies: IssueDependencies,
  request: IssueRequest,
  context: RequestContext,
): Promise<{ readonly temporaryPassword: IssuedTemporaryPassword; readonly user: User }> {
  const { accounts } = dependencies;
  const { judge, caller } = request;
  const issue = new PendingIssue(dependencies, context, request);
  const part = new PartDelivery(dependencies, context);
  const judgeAll = async () => {
    const draft = await judge();
    const after: User = { ...draft.after, credential: { kind: 'none' } };
    const admins = await planAdmins(dependencies, { ...draft, after });
    if (draft.reset?.delivery === 'split') part.require(draft.after);
    return { draft, admins };
  };
  const tryOnce = async () => {
    let judged = await judgeAll();
    if (!issue.isMade) {
      await issue.make(judged.draft);
      // The judgement from before the hash is as old as the wait for it.
      judged = await judgeAll();
    }
    const { split } = issue.made;
    if (split !== undefined && !part.isSent) {
      if ((await part.send(judged.draft, split)) === 'conflict') return 'conflict';
      judged = await judgeAll();
    }
    const { draft, admins } = judged;
    const { actor } = draft.authority;
    const issuedBy = 'userId' in actor ? actor.userId : undefined;
    const after = await issue.giveTo(draft.after, issuedBy);
    const { requestId } = context;
    const events = draftEvents(draft, after);
    const change = composeChange(dependencies, { ...draft, after, events, requestId }, admins);
    const credential = { kind: 'issueTemporary', temporary: issue.made.hash } as const;
    const outcome = await accounts.commit({ ...change, credential });
    if (outcome === 'conflict') return outcome;
    const { after: user } = change;
    return { temporaryPassword: describeIssue(issue.made, user.credential, part), user };
  };
  return caller === undefined ? retryOnConflict(dependencies, tryOnce) : caller.retry(tryOnce);
}
