import type { AccountEvent } from '../credential/event.ts';
import type { Tenant } from '../credential/name.ts';
import { type PasswordPolicy, passwordRules } from '../credential/policy/password-policy.ts';
import { judgeAllowed } from '../credential/rank.ts';
import type { ResetRequirement } from '../credential/reset-requirement.ts';
import { credentialState, isTemporary } from '../credential/state.ts';
import { groupPart, groupTemporaryPassword, spokenForm } from '../credential/temporary-password.ts';
import type { TenantSettings } from '../credential/tenant-settings.ts';
import type { Admin, User } from '../credential/user.ts';
import type { IssuedTemporaryPassword } from '../operation/issue-temporary-password.ts';
import type { ResetSeen } from '../operation/list-resets.ts';
import type { AttemptsSeen } from '../operation/read-user.ts';
import type { SignedIn } from '../operation/sign-in.ts';
import type { UserCounts } from '../port/summary.ts';
import type { Catalogue } from './text/en.ts';

/** Formats a time by RFC 3339, in UTC with milliseconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

function optionalInstant<Name extends string>(name: Name, ms: number | undefined) {
  return optional(name, ms === undefined ? undefined : instant(ms));
}

function viewCredential(user: User, nowMs: number) {
  const { credential } = user;
  const state = {
    state: credentialState(user, nowMs),
    ...optional('isFrozen', user.isFrozen || undefined),
  };
  if (credential.kind === 'none') return { ...state };
  if (!isTemporary(credential)) return { ...state, changedAt: instant(credential.changedAtMs) };
  return {
    ...state,
    ...optionalInstant('changedAt', credential.changedAtMs),
    issuedAt: instant(credential.issuedAtMs),
    expiresAt: instant(credential.expiresAtMs),
    ...optional('issuedBy', credential.issuedBy),
  };
}

/** Makes the contract's `User`, without the acts that a caller may do. */
export function viewUserRecord(user: User, nowMs: number) {
  return {
    userId: user.userId,
    userName: user.userName,
    displayName: user.displayName,
    ...optional('email', user.email),
    ...optional('secondEmail', user.secondEmail),
    ...optional('locale', user.locale),
    roles: user.roles,
    status: user.status,
    credential: viewCredential(user, nowMs),
    createdAt: instant(user.createdAtMs),
    ...optionalInstant('lastSignInAt', user.lastSignInAtMs),
  };
}

/** Makes the contract's `User`, as this caller sees it. */
export function viewUser(
  user: User,
  {
    caller,
    resetRequirements,
    nowMs,
  }: {
    readonly caller: User;
    readonly resetRequirements: readonly ResetRequirement[];
    readonly nowMs: number;
  },
) {
  return {
    ...viewUserRecord(user, nowMs),
    allowed: judgeAllowed(caller, user),
    resetRequirements,
  };
}

/** Makes the contract's `User.attempts`. */
export function viewAttempts(seen: AttemptsSeen) {
  const { sinceMs, failures, networks, waitUntilMs } = seen;
  const since = instant(sinceMs);
  return { since, failures, networks, ...optionalInstant('waitUntil', waitUntilMs) };
}

/**
 * Makes the contract's `Policy`: the numbers and the sentences derive from the object that judges.
 */
export function viewPolicy(policy: PasswordPolicy, text: Catalogue) {
  const { minLength, maxLength, history } = policy;
  const rule = text.policyRule;
  return {
    minLength,
    maxLength,
    history,
    blocklist: true,
    contextWords: true,
    passwordRules: passwordRules(policy),
    rules: [
      rule.length(minLength, maxLength),
      rule.composition,
      history > 0 ? rule.historySome(history) : rule.historyNone,
      rule.common,
      rule.context,
      rule.pattern,
    ],
  };
}

interface MeParts {
  readonly user: User;
  readonly admins: readonly Admin[];
  readonly contact: string | undefined;
  readonly policy: PasswordPolicy;
  readonly text: Catalogue;
  readonly nowMs: number;
}

/** Makes the contract's `Me`. */
export function viewMe({ user, admins, contact, policy, text, nowMs }: MeParts) {
  const { credential } = user;
  const changedAtMs = credential.kind === 'none' ? undefined : credential.changedAtMs;
  return {
    userId: user.userId,
    userName: user.userName,
    displayName: user.displayName,
    tenant: user.tenant,
    roles: user.roles.map((id) => ({ id, ...text.role[id] })),
    credential: {
      state: credentialState(user, nowMs),
      changedAt: instant(changedAtMs ?? user.createdAtMs),
    },
    passwordInstructions: text.passwordInstructions,
    policy: viewPolicy(policy, text),
    adminsWhoCanReset: admins.map(({ displayName, userName }) => ({ displayName, userName })),
    ...optional('contact', contact),
  };
}

/** Makes the answer of `GET /api/users/summary`. */
export function viewSummary({ asOfMs, isComplete, ...counts }: UserCounts) {
  return { ...counts, asOf: instant(asOfMs), isComplete };
}

/** Makes the answer of a sign-in and of a completed change. */
export function viewSignedIn(
  result: SignedIn,
  parts: Omit<MeParts, 'user' | 'admins' | 'contact'>,
) {
  return {
    status: result.status,
    deviceToken: result.deviceToken,
    accessToken: result.access.token,
    tokenType: 'Bearer',
    expiresInSeconds: result.access.expiresInSeconds,
    user: viewMe({ ...parts, user: result.user, admins: result.admins, contact: result.contact }),
  };
}

/** Makes the contract's `TemporaryPassword`, which this one answer holds and no other, ever. */
export function viewTemporaryPassword(issued: IssuedTemporaryPassword, text: Catalogue) {
  const { canonical, split, expiresAtMs, expiresInSeconds } = issued;
  const life = { expiresAt: instant(expiresAtMs), expiresInSeconds };
  const spoken = spokenForm(canonical, text.spokenDigits);
  if (split === undefined) {
    const instructions = text.temporaryPasswordInstructions;
    return { value: groupTemporaryPassword(canonical), spoken, ...life, instructions };
  }
  const [pair, sentTo] = [split.pair, maskAddress(split.sentTo)];
  const instructions = text.splitInstructions(pair, sentTo);
  return { part: 'told', pair, value: groupPart(canonical), spoken, sentTo, ...life, instructions };
}

/** Hides the local part of an address but for its first character. */
function maskAddress(address: string): string {
  return `${address.charAt(0)}…${address.slice(address.lastIndexOf('@'))}`;
}

/** The answer of `GET /api/tenant`. */
export function viewSettings(tenant: Tenant, { contact, reset, pending }: TenantSettings) {
  const later = pending && {
    reset: pending.reset,
    effectiveAt: instant(pending.effectiveAtMs),
    by: pending.by,
  };
  return {
    tenant,
    settings: { ...optional('contact', contact), reset, ...optional('pending', later) },
  };
}

/** Makes an item of the list of resets; one from before 1.1 lacks what it did not have. */
export function viewReset({ eventId, atMs, actor, terms, ...reset }: ResetSeen) {
  return {
    eventId,
    at: instant(atMs),
    actor,
    ...terms,
    ...optionalInstant('expiresAt', reset.expiresAtMs),
    outcome: reset.outcome,
    ...optionalInstant('outcomeAt', reset.outcomeAtMs),
  };
}

export function viewEvent(event: AccountEvent) {
  const { eventId, type, atMs, actor, subject, requestId, details } = event;
  return { eventId, type, at: instant(atMs), actor, subject, requestId, details };
}
