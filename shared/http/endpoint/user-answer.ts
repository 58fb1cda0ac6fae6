import { tenantOf } from '../../credential/name.ts';
import { DEFAULT_SETTINGS, type TenantSettings } from '../../credential/tenant-settings.ts';
import type { User } from '../../credential/user.ts';
import type { Principal } from '../../operation/authenticate.ts';
import type { IssuedTemporaryPassword } from '../../operation/issue-temporary-password.ts';
import type { AttemptsSeen } from '../../operation/read-user.ts';
import { listRequirements } from '../../operation/reset-requirement.ts';
import { entityTag } from '../../operation/target.ts';
import type { AccessClaims } from '../../port/token.ts';
import type { Answer, Services } from '../endpoint.ts';
import type { Catalogue } from '../text/en.ts';
import { viewAttempts, viewTemporaryPassword, viewUser } from '../view.ts';

/** The parts of every answer that shows users to a caller. */
export interface Viewing {
  readonly services: Services;
  readonly principal: Principal;
  /** The settings of the tenant, by which {@link viewFor} says what a reset requires. */
  readonly settings: TenantSettings;
}

interface UserAnswerParts extends Viewing {
  readonly user: User;
  readonly attempts?: AttemptsSeen | undefined;
}

/**
 * Reads the settings that a user's answer needs, beside the read of the caller: the `prefetch` of
 * an endpoint. After a write nothing is left that could fail.
 * @throws {Unavailable}
 */
export async function prefetchSettings(
  { accounts }: Services,
  { userName }: AccessClaims,
): Promise<TenantSettings> {
  const found = await accounts.findSettings(tenantOf(userName));
  return found?.value ?? DEFAULT_SETTINGS;
}

/**
 * Returns the view of a user; callers who changed themselves are shown their new rights.
 * @throws {Unavailable}
 */
export async function viewFor({ services, principal, settings }: Viewing, user: User) {
  const before = principal.user.value;
  const caller = before.userId === user.userId ? user : before;
  const about = { target: user, callerId: caller.userId, settings };
  const resetRequirements = await listRequirements(services, about);
  return viewUser(user, { caller, resetRequirements, nowMs: services.clock.now() });
}

/** Answers 200 with the user and its entity tag. */
export async function userAnswer({ user, attempts, ...viewing }: UserAnswerParts): Promise<Answer> {
  const view = await viewFor(viewing, user);
  return {
    status: 200,
    body: { ...view, ...(attempts && { attempts: viewAttempts(attempts) }) },
    headers: { ETag: entityTag(user) },
  };
}

/** Answers with the user beside the temporary password, the one answer that ever holds it. */
export async function temporaryPasswordAnswer({
  user,
  text,
  ...parts
}: UserAnswerParts & {
  readonly temporaryPassword: IssuedTemporaryPassword;
  readonly text: Catalogue;
  /** The receipt, if this is a reset. */
  readonly receipt?: string | undefined;
}): Promise<Answer> {
  const temporaryPassword = viewTemporaryPassword(parts.temporaryPassword, text);
  return {
    status: 200,
    body: { user: await viewFor(parts, user), temporaryPassword, receipt: parts.receipt },
    headers: { ETag: entityTag(user) },
  };
}
