import type { UserId } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { acceptTerms, type OfferedTerms } from '../credential/reset.ts';
import { unmetRequirements } from '../credential/reset-requirement.ts';
import { DEFAULT_SETTINGS, type TenantSettings } from '../credential/tenant-settings.ts';
import type { Admin, User } from '../credential/user.ts';
import type { DoneCall } from '../port/done-call.ts';
import { Caller } from './authority.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import {
  type IssueDependencies,
  type IssuedTemporaryPassword,
  issueTemporaryPassword,
} from './issue-temporary-password.ts';
import { type KeyedCall, OneCall } from './one-call.ts';
import { createAddressCheck } from './part-delivery.ts';
import { resetCase } from './reset-requirement.ts';
import { SupportCodeProof } from './support-code.ts';
import { requireAllowed, requirePrecondition, type TargetRequest, targetReader } from './target.ts';

/** The shortest life that a reset may ask for: CONTRACT.md, 60 s, or the TTL where it is less. */
const SHORTEST_LIFE_SECONDS = 60;

export type ResetDependencies = IssueDependencies & Pick<Dependencies, 'attempts' | 'supportCodes'>;

export interface ResetRequest extends TargetRequest {
  /** The terms that the call brings; none by default. */
  readonly terms?: OfferedTerms;
  /** The `Idempotency-Key` of the call, if it has one. */
  readonly once?: KeyedCall | undefined;
  /** The life of the password; the TTL by default. */
  readonly expiresInSeconds?: number | undefined;
}

export interface ResetDone {
  readonly temporaryPassword: IssuedTemporaryPassword;
  readonly user: User;
  readonly receipt: string;
  /** The settings of the tenant by which the reset was judged. */
  readonly settings: TenantSettings;
}

/**
 * Requires a life within the bounds.
 * @throws {Refusal} `validation`
 */
function requireLife(
  { temporaryPasswordTtlMs }: Pick<IssueDependencies, 'temporaryPasswordTtlMs'>,
  seconds: number | undefined,
): number | undefined {
  if (seconds === undefined) return undefined;
  const lifetimeMs = seconds * 1000;
  const shortestMs = Math.min(SHORTEST_LIFE_SECONDS * 1000, temporaryPasswordTtlMs);
  if (lifetimeMs >= shortestMs && lifetimeMs <= temporaryPasswordTtlMs) return lifetimeMs;
  throw new Refusal('validation', { errors: [{ pointer: '/expiresInSeconds', problem: 'range' }] });
}

/** Reads the admins for a user who disowned a reset of the caller: another one may have to act. */
async function readAdmins(
  { accounts }: Pick<IssueDependencies, 'accounts'>,
  target: User,
  callerId: UserId,
): Promise<readonly Admin[]> {
  if (target.disownedResetBy !== callerId) return [];
  return (await accounts.findAdmins(target.tenant))?.value ?? [];
}

/** Returns the call under its key, which answers the receipt of the reset when it is repeated. */
function onceOf(
  dependencies: IssueDependencies,
  { principal, userId, once }: ResetRequest,
): OneCall | undefined {
  if (once === undefined) return undefined;
  const { accounts, receipts } = dependencies;
  const caller = principal.user.value;
  const describe = async ({ userId: id, sequence }: DoneCall) => {
    const record = await accounts.findReset(caller.tenant, id, sequence);
    if (record === undefined) throw new Error('a reset has a record');
    const sign = await receipts.obtainSigner();
    return { receipt: await sign(caller.tenant, record) };
  };
  return new OneCall(dependencies, {
    ...once,
    ...{ name: 'resetPassword', target: userId, caller, describe },
  });
}

/**
 * Replaces a user's password by a temporary one. The write ends the old password, any earlier
 * temporary password and all tokens; attempts and lock are cleared. Everything is judged before
 * the hash and again after it, by the rows of that moment.
 * @throws {Refusal} `already-done`, `validation`, `not-found`, `self-reset-forbidden`, `forbidden`,
 * `precondition-failed`, `reset-requirements-unmet`, `verification-failed`, `last-global-admin`,
 * `too-many-attempts` (of wrong codes, of mailed parts), `conflict`, `overloaded`
 * @throws {Unavailable} the reset may have happened; repeating issues anew
 */
export async function resetPassword(
  dependencies: ResetDependencies,
  request: ResetRequest,
  context: RequestContext,
): Promise<ResetDone> {
  const { accounts } = dependencies;
  const { principal, terms = {} } = request;
  const lifetimeMs = requireLife(dependencies, request.expiresInSeconds);
  const caller = new Caller(dependencies, principal);
  const readTarget = targetReader(accounts, caller, request);
  const once = onceOf(dependencies, request);
  const requireSameAddress = createAddressCheck();
  const proof =
    terms.verification?.kind === 'supportCode'
      ? new SupportCodeProof(dependencies, context, terms.verification.code)
      : undefined;
  let settings = DEFAULT_SETTINGS;
  const judge = async () => {
    // A row that cannot be read never means that nothing is required.
    const stored = accounts.findSettings(principal.user.value.tenant);
    const [judged, found] = await Promise.all([readTarget(() => once?.requireFree()), stored]);
    settings = found?.value ?? DEFAULT_SETTINGS;
    const { authority, rights, target } = judged;
    const callerId = rights.userId;
    if (target.value.userId === callerId) throw new Refusal('self-reset-forbidden');
    requireAllowed(judged, 'resetPassword');
    requirePrecondition(request, target);
    if (terms.delivery === 'split') requireSameAddress(target.value);
    const requireMet = (admins: readonly Admin[]) => {
      const facts = resetCase(dependencies, { target: target.value, callerId, settings, admins });
      const requirements = unmetRequirements(facts, terms);
      if (requirements.length > 0) throw new Refusal('reset-requirements-unmet', { requirements });
    };
    requireMet(await readAdmins(dependencies, target.value, callerId));
    await proof?.require(target.value);
    const reset = acceptTerms(terms);
    const isDisowned = target.value.disownedResetBy === callerId;
    return {
      before: target,
      after: target.value,
      reset,
      events: [],
      authority,
      // The change is then held to the row of the admins.
      ...(isDisowned && { requireOfAdmins: requireMet }),
    } as const;
  };
  const issue = { judge, caller, lifetimeMs, once };
  const { receipt, ...issued } = await issueTemporaryPassword(dependencies, issue, context);
  if (receipt === undefined) throw new Error('a reset has a receipt');
  return { ...issued, receipt, settings };
}
