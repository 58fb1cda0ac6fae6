import type { Tenant, UserId, UserName } from '../credential/name.ts';
import { adminEntry } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import { type ResetRules, settingsAt } from '../credential/tenant-settings.ts';
import { operatorAuthorityFor } from '../operation/authority.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from '../operation/dependency.ts';
import { retryOnConflict } from '../operation/retry.ts';
import { findUserById } from '../operation/target.ts';
import { planSettings } from '../operation/tenant-settings.ts';
import type { StoredUser } from '../port/store.ts';

export interface LoosenRequest {
  readonly tenant: Tenant;
  /** The version of the settings that the operator has seen; a dry run may have seen none. */
  readonly version: number | undefined;
  readonly isDryRun: boolean;
}

/** The rules of resets of a tenant before and after the act. */
export interface Loosened {
  /** The version of the settings before the act. */
  readonly version: number;
  readonly before: ResetRules;
  readonly after: ResetRules;
  /** The admin who requested the latter; undefined: none were pending. */
  readonly requestedBy: UserName | undefined;
}

/**
 * Finds the admin who requested the rules.
 * @throws {Refusal} `forbidden`: it is no global admin who counts any more
 */
async function requireRequester(
  { accounts }: Pick<Dependencies, 'accounts'>,
  tenant: Tenant,
  userId: UserId,
): Promise<StoredUser> {
  const user = await findUserById(accounts, tenant, userId);
  const entry = user && adminEntry(user.value);
  if (user === undefined || entry?.isGlobal !== true || !entry.isEffective) {
    throw new Refusal('forbidden');
  }
  return user;
}

/**
 * Lets the pending rules of resets of a tenant take effect at once, with an event of the operator.
 * Only what the operator has seen takes effect, and only while the admin who requested it is a
 * global admin who counts.
 * @throws {Refusal} `not-found` (the tenant never changed its settings), `precondition-failed`
 *   (the settings changed since), `forbidden`, `conflict`
 * @throws {Unavailable} it may have happened; repeating is safe
 */
export async function loosenSettings(
  dependencies: ChangeDependencies,
  { tenant, version: seen, isDryRun }: LoosenRequest,
  { requestId }: RequestContext,
): Promise<Loosened> {
  const { accounts, clock } = dependencies;
  return retryOnConflict(dependencies, async () => {
    const found = await accounts.findSettings(tenant);
    if (found === undefined) throw new Refusal('not-found');
    const before = settingsAt(found.value, clock.now());
    const { pending, reset, version } = before;
    if (pending === undefined) {
      return { version, before: reset, after: reset, requestedBy: undefined };
    }
    const isUnseen = isDryRun && seen === undefined;
    if (!isUnseen && seen !== version) throw new Refusal('precondition-failed');
    const admin = await requireRequester(dependencies, tenant, pending.by);
    const after = { ...before, reset: pending.reset, pending: undefined };
    if (!isDryRun) {
      const authority = operatorAuthorityFor(admin);
      const change = planSettings(dependencies, { tenant, before, after, authority, requestId });
      const outcome = await accounts.commitSettings({ ...change, etag: found.etag });
      if (outcome === 'conflict') return outcome;
    }
    const { userName } = admin.value;
    return { version, before: reset, after: after.reset, requestedBy: userName };
  });
}
