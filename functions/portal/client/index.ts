/** The client of the HTTP contract, and the shapes of its answers. */
import type * as schema from './schemas.ts';

export * from './client.ts';
export type { Operations } from './operations.ts';
export type {
  Me,
  PasswordChangeRequired,
  Policy,
  Reset,
  SignedIn,
  SplitTemporaryPassword,
  TemporaryPassword,
  UpdateUserBody,
  UserSummary,
  UserWithTemporaryPassword,
} from './schemas.ts';

/** `attempts` is in the answer about one user alone. */
export type User = schema.UserWithAttempts;
export type Role = User['roles'][number];
export type Status = User['status'];
export type CredentialState = User['credential']['state'];
/** Wrong passwords in a row, tried without a known device. */
export type AttemptsSeen = NonNullable<User['attempts']>;
export type Settings = schema.TenantSettings['settings'];
export type ResetRules = Settings['reset'];
export type ResetRule = keyof ResetRules;
export type ResetTerms = schema.ResetPasswordBody;
export type VerificationKind = NonNullable<ResetTerms['verification']>['kind'];
export type FreezeOutcome = schema.Freeze['outcome'];
export type AccountEvent = schema.Event;
export type EventType = AccountEvent['type'];

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** A value that is missing in `values` does not compile. */
function listOf<Value extends string>(values: Readonly<Record<Value, true>>): readonly Value[] {
  return Object.keys(values) as Value[];
}

/** In the order in which people read them. */
export const ROLES = listOf<Role>({
  globalAdmin: true,
  userManagementAdmin: true,
  accountAdmin: true,
  billingAdmin: true,
  adminAgent: true,
  salesAgent: true,
  helpdeskAgent: true,
});

export const CREDENTIAL_STATES = listOf<CredentialState>({
  permanent: true,
  temporary: true,
  expired: true,
  locked: true,
  none: true,
});

export const RESET_RULES = listOf<ResetRule>({
  reason: true,
  ticket: true,
  verification: true,
  delivery: true,
});

/** The one that the service proves is first; the others are the word of an admin. */
export const VERIFICATION_KINDS = listOf<VerificationKind>({
  supportCode: true,
  callBack: true,
  video: true,
  inPerson: true,
  manager: true,
  identityDocument: true,
});

export const EVENT_TYPES = listOf<EventType>({
  'password.reset': true,
  'password.changed': true,
  'user.created': true,
  'user.updated': true,
  'user.disabled': true,
  'user.enabled': true,
  'user.deleted': true,
  'sessions.ended': true,
  'temporary-password.used': true,
  'temporary-password.expired': true,
  'credential.locked': true,
  'credential.unlocked': true,
  'credential.frozen': true,
  'tenant.settings-changed': true,
  'notice.undeliverable': true,
  'support-code.issued': true,
  'temporary-password.used-by-issuer': true,
});

export const STATUSES = listOf<Status>({ active: true, disabled: true });
