import { hasAnotherWhoMayReset } from '../credential/rank.ts';
import type { ResetCase } from '../credential/reset-requirement.ts';
import { type ResetRequirement, unmetRequirements } from '../credential/reset-requirement.ts';
import type { Rights } from '../credential/rights.ts';
import { settingsAt, type TenantSettings } from '../credential/tenant-settings.ts';
import type { Admin, User } from '../credential/user.ts';
import { MAIL_LANE } from '../port/notice.ts';
import type { Dependencies } from './dependency.ts';

type RequirementDependencies = Pick<Dependencies, 'clock' | 'lanes'>;

interface Judged {
  readonly target: User;
  readonly callerId: Rights['userId'];
  readonly settings: TenantSettings;
  /** The admins of the tenant; only a target who disowned a reset of the caller needs them. */
  readonly admins: readonly Admin[];
}

/** Gathers the facts by which a reset of the target by the caller is judged now. */
export function resetCase(
  { clock, lanes }: RequirementDependencies,
  { target, callerId, settings, admins }: Judged,
): ResetCase {
  const nowMs = clock.now();
  return {
    target,
    callerId,
    rules: settingsAt(settings, nowMs).reset,
    hasAnotherAdmin: hasAnotherWhoMayReset(target, admins, callerId),
    hasMail: lanes.includes(MAIL_LANE),
    nowMs,
  };
}

/**
 * Lists the requirements of a reset of a user, for display. The admins are read only for a user
 * who disowned a reset of this caller.
 * @throws {Unavailable}
 */
export async function listRequirements(
  dependencies: RequirementDependencies & Pick<Dependencies, 'accounts'>,
  { target, callerId, settings }: Omit<Judged, 'admins'>,
): Promise<readonly ResetRequirement[]> {
  const isDisowned = target.disownedResetBy === callerId;
  const admins = isDisowned ? await dependencies.accounts.listRecentAdmins(target.tenant) : [];
  return unmetRequirements(resetCase(dependencies, { target, callerId, settings, admins }), {});
}
