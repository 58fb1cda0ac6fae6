import { describeReset, type ResetTerms } from '../credential/reset.ts';
import type { User } from '../credential/user.ts';
import {
  composeChange,
  type DesiredChange,
  type EventDraft,
  planAdmins,
} from './account-change.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import type { OneCall } from './one-call.ts';
import { PartDelivery } from './part-delivery.ts';
import { type MadePassword, type PasswordRequest, PendingIssue } from './pending-issue.ts';
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
  | 'receipts'
  | 'callDigests'
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

/** The outcome of an issue. */
export interface Issued {
  readonly temporaryPassword: IssuedTemporaryPassword;
  readonly user: User;
  /** The receipt of a reset; undefined: the user was created. */
  readonly receipt: string | undefined;
}

/** The change that gives a temporary password to a user, without the new credential. */
export type IssueDraft = Omit<DesiredChange, 'requestId' | 'events'> & {
  /** The terms of a reset, whose event is the first; undefined: the user is created. */
  readonly reset?: ResetTerms;
  /** The other events; a creation has one. */
  readonly events: readonly EventDraft[];
};

/** The receiver of a temporary password, and its issuer. */
export interface IssueRequest extends PasswordRequest {
  /**
   * Judges and drafts the change. Called before the hash, so that a refused call costs none, again
   * after it, and each time when another write came between.
   */
  readonly judge: () => Promise<IssueDraft>;
  /** The call, if it has a key. */
  readonly once?: OneCall | undefined;
}

function describeIssue(
  { canonical, split }: MadePassword,
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
 * says so in the same transaction. The key of a reset's receipt is obtained before anything is
 * spent, and the receipt is signed before the write: it cannot fail after it. The order of a split
 * one is judgement, hash, mail, expiry index, commit: what fails before the commit leaves the old
 * password alive and a part of no use.
 * @throws {Refusal} the refusals of `judge`, `last-global-admin`, `conflict`, `overloaded`,
 * `too-many-attempts` (of mailed parts)
 * @throws {Unavailable} it may have happened
 */
export async function issueTemporaryPassword(
  dependencies: IssueDependencies,
  request: IssueRequest,
  context: RequestContext,
): Promise<Issued> {
  const { accounts } = dependencies;
  const { judge, caller, once } = request;
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
      if (judged.draft.reset !== undefined) await issue.signer();
      await issue.make({ isSplit: judged.draft.reset?.delivery === 'split' });
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
    const [after] = await Promise.all([issue.giveTo(draft.after, issuedBy), once?.announce()]);
    const { requestId } = context;
    const events = draftEvents(draft, after);
    const change = composeChange(dependencies, { ...draft, after, events, requestId }, admins);
    const { after: user, resets } = change;
    const receipt = resets?.made && (await (await issue.signer())(user.tenant, resets.made));
    const credential = { kind: 'issueTemporary', temporary: issue.made.hash } as const;
    const done = await once?.record(change);
    const outcome = await accounts.commit({ ...change, credential, done });
    if (outcome === 'conflict') return outcome;
    return { temporaryPassword: describeIssue(issue.made, user.credential, part), user, receipt };
  };
  return caller === undefined ? retryOnConflict(dependencies, tryOnce) : caller.retry(tryOnce);
}
