import { encodeCrockford } from '../credential/crockford.ts';
import type { EventDetails } from '../credential/event.ts';
import type { Tenant } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import {
  applySettingsPatch,
  changedSettings,
  DEFAULT_SETTINGS,
  RESET_RULES,
  type ResetRules,
  type SettingsPatch,
  settingsAt,
  settingsTag,
  type TenantSettings,
} from '../credential/tenant-settings.ts';
import { MAIL_LANE } from '../port/notice.ts';
import type { SettingsChange } from '../port/store.ts';
import { composeEvents, OPERATION_ID_BYTES } from './account-change.ts';
import type { Principal } from './authenticate.ts';
import { type Authority, Caller } from './authority.ts';
import { composeNotices } from './compose-notices.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from './dependency.ts';
import type { Precondition } from './target.ts';

/** The settings of a tenant as they are now, with their tag. */
export interface SettingsRead {
  readonly settings: TenantSettings;
  readonly tag: string;
}

function describe(stored: TenantSettings, nowMs: number): SettingsRead {
  return { settings: settingsAt(stored, nowMs), tag: settingsTag(stored, nowMs) };
}

/**
 * Reads the settings of a tenant.
 * @throws {Unavailable} the row cannot be read, which never means the default
 */
export async function readSettings(
  { accounts, clock }: Pick<Dependencies, 'accounts' | 'clock'>,
  tenant: Tenant,
): Promise<SettingsRead> {
  const found = await accounts.findSettings(tenant);
  return describe(found?.value ?? DEFAULT_SETTINGS, clock.now());
}

function listRules(rules: ResetRules): readonly string[] {
  return RESET_RULES.map((rule) => `${rule}=${rules[rule]}`);
}

function describeChange(before: TenantSettings, after: TenantSettings): EventDetails {
  const { pending } = after;
  return {
    changed: changedSettings(before, after),
    resetBefore: listRules(before.reset),
    resetAfter: listRules(after.reset),
    ...(pending && {
      pending: listRules(pending.reset),
      effectiveAt: new Date(pending.effectiveAtMs).toISOString(),
    }),
  };
}

/**
 * Requires a lane of mail for split delivery.
 * @throws {Refusal} `validation`
 */
function requireMail(
  { lanes }: Pick<Dependencies, 'lanes'>,
  before: TenantSettings,
  after: TenantSettings,
): void {
  const { delivery } = after.pending?.reset ?? after.reset;
  if (delivery === 'shown' || delivery === before.reset.delivery || lanes.includes(MAIL_LANE)) {
    return;
  }
  throw new Refusal('validation', {
    errors: [{ pointer: '/settings/reset/delivery', problem: 'mailMissing' }],
  });
}

export interface SettingsRequest {
  readonly principal: Principal;
  readonly patch: SettingsPatch;
  readonly ifMatch: Precondition | undefined;
}

/** A decided change of a tenant's settings. */
export interface DesiredSettings {
  readonly tenant: Tenant;
  /** The settings as they are now. */
  readonly before: TenantSettings;
  readonly after: TenantSettings;
  readonly authority: Authority;
  readonly requestId: string;
}

/** Plans the change with its event, whose subject is the tenant. */
export function planSettings(
  dependencies: ChangeDependencies,
  { tenant, before, after, authority: { actor, caller }, requestId }: DesiredSettings,
): Omit<SettingsChange, 'etag'> {
  const newId = () => encodeCrockford(dependencies.randomBytes(OPERATION_ID_BYTES));
  const [event] = composeEvents(dependencies, {
    drafts: [{ type: 'tenant.settings-changed', details: describeChange(before, after) }],
    ...{ last: before, actor, subject: { tenant }, requestId },
  });
  if (event === undefined) throw new Error('a change has an event');
  const { sequence: eventSequence, atMs: lastEventAtMs } = event;
  return {
    tenant,
    after: { ...after, version: before.version + 1, eventSequence, lastEventAtMs },
    event,
    notices: composeNotices(dependencies, tenant, [event]),
    authority: caller && { caller, newStamp: newId() },
    operationId: newId(),
  };
}

/**
 * Changes the settings of the caller's tenant. What tightens the rules of resets takes effect at
 * once, what loosens them a day later.
 * @throws {Refusal} `invalid-token`, `forbidden`, `precondition-failed`, `validation`, `conflict`
 * @throws {Unavailable} it may have happened; repeating is safe
 */
export async function updateSettings(
  dependencies: ChangeDependencies,
  { principal, patch, ifMatch }: SettingsRequest,
  context: RequestContext,
): Promise<SettingsRead> {
  const { accounts, clock } = dependencies;
  const { tenant } = principal.user.value;
  const caller = new Caller(dependencies, principal);
  return caller.retry(async () => {
    const judged = await caller.judgeBeside(() => accounts.findSettings(tenant));
    const { authority, rights, found } = judged;
    if (!rights.roles.includes('globalAdmin')) throw new Refusal('forbidden');
    const stored = found?.value ?? DEFAULT_SETTINGS;
    const nowMs = clock.now();
    const read = describe(stored, nowMs);
    if (ifMatch !== undefined && ifMatch !== '*' && !ifMatch.includes(read.tag)) {
      throw new Refusal('precondition-failed');
    }
    const after = applySettingsPatch(stored, patch, nowMs, rights.userId);
    requireMail(dependencies, read.settings, after);
    if (changedSettings(read.settings, after).length === 0) {
      return (await caller.isUnchanged()) ? read : 'conflict';
    }
    const { requestId } = context;
    const sides = { before: read.settings, after };
    const change = planSettings(dependencies, { tenant, ...sides, authority, requestId });
    const outcome = await accounts.commitSettings({ ...change, etag: found?.etag });
    return outcome === 'conflict' ? outcome : describe(change.after, nowMs);
  });
}
