import { type Addressed, countsForDelivery, receivingAddress } from './address.ts';
import type { UserId } from './name.ts';
import type { OfferedTerms } from './reset.ts';
import { rankOf } from './role.ts';
import { isTemporary } from './state.ts';
import type { ResetRules } from './tenant-settings.ts';
import type { User } from './user.ts';

/** The requirements that a reset can lack, in the order in which an admin works. */
export const RESET_REQUIREMENTS = [
  'another-admin',
  'verification-required',
  'reason-required',
  'ticket-required',
  'split-required',
  'mail-missing',
  'address-missing',
  'address-too-new',
] as const;

export type ResetRequirement = (typeof RESET_REQUIREMENTS)[number];

/** The time for which the rules for admins hold after the role is gone: 24 h. */
const ADMIN_KEPT_MS = 24 * 60 * 60 * 1000;

export type ResetTarget = Addressed &
  Pick<User, 'roles' | 'credential' | 'adminUntilMs' | 'disownedResetBy'>;

/** The facts by which a reset is judged, all of one moment. */
export interface ResetCase {
  readonly target: ResetTarget;
  readonly callerId: UserId;
  /** The rules of the tenant at `nowMs`. */
  readonly rules: ResetRules;
  /** True if another admin who counts may reset this user. */
  readonly hasAnotherAdmin: boolean;
  /** True if the service has a channel of mail. */
  readonly hasMail: boolean;
  readonly nowMs: number;
}

/** Judges whether the rules for admins cover a user: an admin now, or within the last 24 h. */
function isGuardedAsAdmin({ roles, adminUntilMs }: ResetTarget, nowMs: number): boolean {
  if (rankOf(roles) > 0) return true;
  return adminUntilMs !== undefined && nowMs - adminUntilMs < ADMIN_KEPT_MS;
}

/** Judges whether a user ever chose a password, or an operator imported one. */
function hadOwnPassword({ credential }: ResetTarget): boolean {
  if (credential.kind === 'none') return false;
  return !isTemporary(credential) || credential.changedAtMs !== undefined;
}

function addressProblem(target: ResetTarget, nowMs: number): ResetRequirement | undefined {
  const address = receivingAddress(target);
  if (address === undefined) return 'address-missing';
  if (!hadOwnPassword(target)) return undefined;
  return countsForDelivery(target.addressHistory, address, nowMs) ? undefined : 'address-too-new';
}

/**
 * Lists the requirements of a reset that the call does not bring. A split delivery that the call
 * chose itself requires an address and a channel of mail too.
 */
export function unmetRequirements(
  { target, callerId, rules, hasAnotherAdmin, hasMail, nowMs }: ResetCase,
  offered: OfferedTerms,
): readonly ResetRequirement[] {
  const isAdmin = isGuardedAsAdmin(target, nowMs);
  const needsProof =
    rules.verification === 'required' || (rules.verification === 'requiredForAdmins' && isAdmin);
  const needsSplit = rules.delivery === 'split' || (rules.delivery === 'splitForAdmins' && isAdmin);
  const isSplit = offered.delivery === 'split';
  const willSplit = needsSplit || isSplit;
  const unmet: readonly (ResetRequirement | false | undefined)[] = [
    target.disownedResetBy === callerId && hasAnotherAdmin && 'another-admin',
    needsProof && offered.verification === undefined && 'verification-required',
    rules.reason === 'required' && offered.reason === undefined && 'reason-required',
    rules.ticket === 'required' && offered.ticket === undefined && 'ticket-required',
    needsSplit && !isSplit && 'split-required',
    willSplit && !hasMail && 'mail-missing',
    willSplit && addressProblem(target, nowMs),
  ];
  return unmet.filter((code) => code !== false && code !== undefined);
}
