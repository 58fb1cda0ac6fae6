/** The answers of the HTTP contract that the portal reads; see /openapi.json. */

export const ROLES = [
  'globalAdmin',
  'userManagementAdmin',
  'accountAdmin',
  'billingAdmin',
  'adminAgent',
  'salesAgent',
  'helpdeskAgent',
] as const;
export type Role = (typeof ROLES)[number];

export const CREDENTIAL_STATES = ['permanent', 'temporary', 'expired', 'locked', 'none'] as const;
export type CredentialState = (typeof CREDENTIAL_STATES)[number];

export const STATUSES = ['active', 'disabled'] as const;
export type Status = (typeof STATUSES)[number];

export interface Policy {
  /** Code points after NFC. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly passwordRules: string;
  readonly rules: readonly string[];
}

export interface Me {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly tenant: string;
  readonly roles: readonly {
    readonly id: Role;
    readonly name: string;
    readonly description: string;
  }[];
  readonly credential: { readonly changedAt: string };
  readonly passwordInstructions: { readonly title: string; readonly steps: readonly string[] };
  readonly policy: Policy;
  readonly adminsWhoCanReset: readonly {
    readonly displayName: string;
    readonly userName: string;
  }[];
}

export interface SignedIn {
  readonly status: 'signedIn';
  readonly deviceToken: string;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly user: Me;
}

export interface PasswordChangeRequired {
  readonly status: 'passwordChangeRequired';
  readonly changeToken: string;
  readonly expiresInSeconds: number;
  readonly temporaryPasswordExpiresAt: string;
  readonly policy: Policy;
}

/** Wrong passwords in a row, tried without a known device. */
export interface AttemptsSeen {
  readonly since: string;
  readonly failures: number;
  readonly networks: number;
  readonly waitUntil?: string;
}

export interface User {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email?: string;
  readonly locale?: string;
  readonly roles: readonly Role[];
  readonly status: Status;
  readonly credential: {
    readonly state: CredentialState;
    readonly changedAt?: string;
    readonly issuedAt?: string;
    readonly expiresAt?: string;
    readonly issuedBy?: string;
  };
  readonly createdAt: string;
  readonly lastSignInAt?: string;
  /** In the answer about one user alone. */
  readonly attempts?: AttemptsSeen;
  readonly allowed: {
    readonly edit: boolean;
    readonly delete: boolean;
    readonly resetPassword: boolean;
    readonly unlock: boolean;
    readonly signOut: boolean;
  };
}

export interface TemporaryPassword {
  /** Groups of four symbols with hyphens between them. */
  readonly value: string;
  /** One word a symbol. */
  readonly spoken: readonly string[];
  readonly expiresAt: string;
}

export interface UserWithTemporaryPassword {
  readonly user: User;
  readonly temporaryPassword: TemporaryPassword;
}

export type EventType =
  | 'user.created'
  | 'user.updated'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.deleted'
  | 'password.reset'
  | 'password.changed'
  | 'temporary-password.used'
  | 'temporary-password.expired'
  | 'credential.locked'
  | 'credential.unlocked'
  | 'sessions.ended';

export interface AccountEvent {
  readonly eventId: string;
  readonly type: EventType;
  readonly at: string;
  readonly actor:
    | { readonly userId: string }
    | { readonly system: 'sweep' | 'bootstrap' | 'sign-in' | 'operator' };
  readonly subject: { readonly userId: string };
  readonly details: { readonly changed?: readonly string[] };
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** RFC 9457 with the contract's extension members. */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[];
  readonly reasons?: readonly { readonly code: string; readonly detail: string }[];
}
