import type { UserId } from './name.ts';

/** The choices of each rule of resets, from the loosest, which is the default, to the strictest. */
export const RESET_RULE_CHOICES = {
  reason: ['optional', 'required'],
  ticket: ['optional', 'required'],
  verification: ['optional', 'requiredForAdmins', 'required'],
  delivery: ['shown', 'splitForAdmins', 'split'],
} as const;

export type ResetRule = keyof typeof RESET_RULE_CHOICES;
export type ResetRules = {
  readonly [Rule in ResetRule]: (typeof RESET_RULE_CHOICES)[Rule][number];
};

export const RESET_RULES = Object.keys(RESET_RULE_CHOICES) as readonly ResetRule[];

export const DEFAULT_RESET_RULES: ResetRules = {
  reason: 'optional',
  ticket: 'optional',
  verification: 'optional',
  delivery: 'shown',
};

/** The longest contact: CONTRACT.md "GET /api/tenant". */
export const CONTACT_MAX_CODE_POINTS = 200;
/** The wait before looser rules take effect, in which another admin can stop them: 24 h. */
export const LOOSENING_DELAY_MS = 24 * 60 * 60 * 1000;
/** The time for which a new contact is shown with the one before: 24 h. */
const NEW_CONTACT_MS = 24 * 60 * 60 * 1000;

/** The rules that take effect later. */
export interface PendingRules {
  readonly reset: ResetRules;
  readonly effectiveAtMs: number;
  readonly by: UserId;
}

export interface TenantSettings {
  readonly contact: string | undefined;
  readonly contactSinceMs: number;
  /** The last contact that was in force for a day. */
  readonly contactBefore: string | undefined;
  readonly reset: ResetRules;
  readonly pending: PendingRules | undefined;
  /** The ETag of the contract. Raised with each change. */
  readonly version: number;
  /** The number and time of the tenant's last event; later events are never earlier. */
  readonly eventSequence: number;
  readonly lastEventAtMs: number;
}

/** The settings of a tenant that never changed any. */
export const DEFAULT_SETTINGS: TenantSettings = {
  contact: undefined,
  contactSinceMs: 0,
  contactBefore: undefined,
  reset: DEFAULT_RESET_RULES,
  pending: undefined,
  version: 0,
  eventSequence: 0,
  lastEventAtMs: 0,
};

/** A member that is not there stays as it is; null is the default. */
export interface SettingsPatch {
  readonly contact?: string | null | undefined;
  readonly reset?:
    | { readonly [Rule in ResetRule]?: ResetRules[Rule] | null | undefined }
    | null
    | undefined;
}

/** Returns the rules whose choices differ. */
export function changedRules(one: ResetRules, other: ResetRules): readonly ResetRule[] {
  return RESET_RULES.filter((rule) => one[rule] !== other[rule]);
}

export function isSameRules(one: ResetRules, other: ResetRules): boolean {
  return changedRules(one, other).length === 0;
}

/** Returns the settings at a moment, with the pending rules that took effect by then. */
export function settingsAt(settings: TenantSettings, nowMs: number): TenantSettings {
  const { pending } = settings;
  if (pending === undefined || nowMs < pending.effectiveAtMs) return settings;
  return { ...settings, reset: pending.reset, pending: undefined };
}

/** Returns the strong entity tag of settings at a moment (RFC 9110 section 8.8.3). */
export function settingsTag(settings: TenantSettings, nowMs: number): string {
  const hasTakenEffect = settingsAt(settings, nowMs) !== settings;
  return `"${settings.version}${hasTakenEffect ? '-effective' : ''}"`;
}

/** Returns the contacts that a notice names: a new one with the one before. */
export function contactsOf(settings: TenantSettings, nowMs: number): readonly string[] {
  const { contact, contactSinceMs, contactBefore } = settings;
  const isNew = nowMs - contactSinceMs < NEW_CONTACT_MS;
  return [contact, isNew ? contactBefore : undefined].filter((text) => text !== undefined);
}

function strictness(rule: ResetRule, rules: ResetRules): number {
  return (RESET_RULE_CHOICES[rule] as readonly string[]).indexOf(rules[rule]);
}

function mergeRules(before: ResetRules, patch: SettingsPatch['reset']): ResetRules {
  const named = RESET_RULES.flatMap((rule) => {
    const value = patch === null ? null : patch?.[rule];
    return value === undefined ? [] : [[rule, value ?? DEFAULT_RESET_RULES[rule]]];
  });
  return { ...before, ...Object.fromEntries(named) };
}

/** Returns the stricter choice of each rule. */
function strictest(one: ResetRules, other: ResetRules): ResetRules {
  const choose = (rule: ResetRule) => {
    return strictness(rule, one) >= strictness(rule, other) ? one[rule] : other[rule];
  };
  return Object.fromEntries(RESET_RULES.map((rule) => [rule, choose(rule)])) as ResetRules;
}

/** Applies rules. They replace pending ones; the same rules again do not wait anew. */
function applyRules(
  now: TenantSettings,
  patch: SettingsPatch['reset'],
  nowMs: number,
  by: UserId,
): Pick<TenantSettings, 'reset' | 'pending'> {
  if (patch === undefined) return { reset: now.reset, pending: now.pending };
  const wanted = mergeRules(now.reset, patch);
  const reset = strictest(now.reset, wanted);
  if (isSameRules(reset, wanted)) return { reset, pending: undefined };
  const { pending } = now;
  if (pending !== undefined && isSameRules(pending.reset, wanted)) return { reset, pending };
  return { reset, pending: { reset: wanted, effectiveAtMs: nowMs + LOOSENING_DELAY_MS, by } };
}

function applyContact(
  now: TenantSettings,
  patch: SettingsPatch['contact'],
  nowMs: number,
): Pick<TenantSettings, 'contact' | 'contactSinceMs' | 'contactBefore'> {
  const contact = patch === undefined ? now.contact : patch?.trim() || undefined;
  if (contact === now.contact) return now;
  // One that was there for less than a day, an intruder's say, does not take the place of another.
  const isSettled = nowMs - now.contactSinceMs >= NEW_CONTACT_MS;
  return {
    contact,
    contactSinceMs: nowMs,
    contactBefore: isSettled ? now.contact : now.contactBefore,
  };
}

/** Returns the settings with the members of the patch; looser rules are pending. */
export function applySettingsPatch(
  before: TenantSettings,
  patch: SettingsPatch,
  nowMs: number,
  by: UserId,
): TenantSettings {
  const now = settingsAt(before, nowMs);
  return {
    ...now,
    ...applyContact(now, patch.contact, nowMs),
    ...applyRules(now, patch.reset, nowMs, by),
  };
}

/** Returns the names of the settings that differ, for the event. */
export function changedSettings(before: TenantSettings, after: TenantSettings): readonly string[] {
  const rules = changedRules(before.reset, after.reset);
  const isPending = JSON.stringify(before.pending) !== JSON.stringify(after.pending);
  return [
    ...(before.contact === after.contact ? [] : ['contact']),
    ...rules.map((rule) => `reset.${rule}`),
    ...(isPending ? ['pending'] : []),
  ];
}
