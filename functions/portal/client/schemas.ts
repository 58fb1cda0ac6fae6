/** Made by infra/bundle/client-types.ts from the OpenAPI document: do not edit. */

export type ChangePasswordBody = {
  readonly newPassword: string;
  readonly currentPassword?: string;
};

export type CreateUserBody = {
  readonly userName: string;
  readonly displayName: string;
  readonly email?: string;
  readonly secondEmail?: string;
  readonly locale?: string;
  readonly roles: readonly (
    | 'globalAdmin'
    | 'userManagementAdmin'
    | 'accountAdmin'
    | 'billingAdmin'
    | 'adminAgent'
    | 'salesAgent'
    | 'helpdeskAgent'
  )[];
};

export type Credential = {
  readonly state: 'none' | 'temporary' | 'expired' | 'permanent' | 'locked';
  readonly changedAt?: string;
  readonly issuedAt?: string;
  readonly expiresAt?: string;
  readonly issuedBy?: string;
  readonly isFrozen?: true;
};

export type EmptyBody = Readonly<Record<string, never>>;

export type Event = {
  readonly eventId: string;
  readonly type:
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
    | 'credential.frozen'
    | 'sessions.ended'
    | 'tenant.settings-changed'
    | 'notice.undeliverable'
    | 'support-code.issued'
    | 'temporary-password.used-by-issuer';
  readonly at: string;
  readonly actor:
    | { readonly userId: string }
    | { readonly system: 'sweep' | 'bootstrap' | 'sign-in' | 'notice' | 'operator' };
  readonly subject: { readonly userId: string } | { readonly tenant: string };
  readonly requestId: string;
  readonly details: Readonly<Record<string, unknown>>;
};

export type EventPage = { readonly items: readonly Event[]; readonly next?: string };

export type Freeze = { readonly outcome: 'frozen' | 'sessionsEnded' | 'lapsed' };

export type FreezeBody = { readonly token: string };

export type Health = { readonly status: 'ok' };

export type JsonWebKeySet = { readonly keys: readonly Readonly<Record<string, unknown>>[] };

export type Me = {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly tenant: string;
  readonly roles: readonly {
    readonly id:
      | 'globalAdmin'
      | 'userManagementAdmin'
      | 'accountAdmin'
      | 'billingAdmin'
      | 'adminAgent'
      | 'salesAgent'
      | 'helpdeskAgent';
    readonly name: string;
    readonly description: string;
  }[];
  readonly credential: {
    readonly state: 'none' | 'temporary' | 'expired' | 'permanent' | 'locked';
    readonly changedAt: string;
    readonly expiresAt?: string;
  };
  readonly passwordInstructions: { readonly title: string; readonly steps: readonly string[] };
  readonly policy: Policy;
  readonly adminsWhoCanReset: readonly {
    readonly displayName: string;
    readonly userName: string;
  }[];
  readonly contact?: string;
};

export type PasswordChangeRequired = {
  readonly status: 'passwordChangeRequired';
  readonly reason: 'temporaryPassword';
  readonly changeToken: string;
  readonly expiresInSeconds: number;
  readonly temporaryPasswordExpiresAt: string;
  readonly policy: Policy;
};

export type PasswordResetAnswer = {
  readonly user: User;
  readonly temporaryPassword: TemporaryPassword | SplitTemporaryPassword;
  readonly receipt: string;
};

export type Policy = {
  readonly minLength: number;
  readonly maxLength: number;
  readonly history: number;
  readonly blocklist: true;
  readonly contextWords: true;
  readonly passwordRules: string;
  readonly rules: readonly string[];
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code:
    | 'malformed-request'
    | 'invalid-credentials'
    | 'temporary-password-expired'
    | 'invalid-token'
    | 'forbidden'
    | 'self-reset-forbidden'
    | 'not-found'
    | 'method-not-allowed'
    | 'user-name-taken'
    | 'last-global-admin'
    | 'conflict'
    | 'reset-required'
    | 'reset-requirements-unmet'
    | 'already-done'
    | 'length-required'
    | 'precondition-failed'
    | 'body-too-large'
    | 'unsupported-media-type'
    | 'validation'
    | 'verification-failed'
    | 'password-rejected'
    | 'too-many-attempts'
    | 'internal-error'
    | 'overloaded'
    | 'dependency-unavailable';
  readonly errors?: readonly (
    | { readonly pointer: string; readonly detail: string }
    | { readonly parameter: string; readonly detail: string }
  )[];
  readonly reasons?: readonly { readonly code: string; readonly detail: string }[];
  readonly requirements?: readonly { readonly code: string; readonly text: string }[];
  readonly receipt?: string;
  readonly user?: User;
  readonly parts?: readonly ('tables' | 'vault' | 'mail')[];
  readonly contact?: string;
};

export type Readiness = {
  readonly status: 'ok';
  readonly hashEngine: 'native' | 'bcryptjs';
  readonly version: string;
};

export type Reset = {
  readonly eventId: string;
  readonly at: string;
  readonly actor:
    | { readonly userId: string }
    | { readonly system: 'sweep' | 'bootstrap' | 'sign-in' | 'notice' | 'operator' };
  readonly reason?: string;
  readonly ticket?: string;
  readonly verification?: {
    readonly kind:
      | 'supportCode'
      | 'callBack'
      | 'video'
      | 'inPerson'
      | 'manager'
      | 'identityDocument';
    readonly reference?: string;
    readonly isProven: boolean;
  };
  readonly delivery?: 'shown' | 'split';
  readonly expiresAt?: string;
  readonly outcome: 'open' | 'used' | 'expired' | 'superseded' | 'frozen' | 'deleted';
  readonly outcomeAt?: string;
};

export type ResetPage = { readonly items: readonly Reset[]; readonly next?: string };

export type ResetPasswordBody = {
  readonly reason?: string;
  readonly ticket?: string;
  readonly verification?:
    | { readonly kind: 'supportCode'; readonly reference?: string; readonly code: string }
    | {
        readonly kind: 'callBack' | 'video' | 'inPerson' | 'manager' | 'identityDocument';
        readonly reference?: string;
      };
  readonly delivery?: 'shown' | 'split';
  readonly expiresInSeconds?: number;
};

export type SignInAnswer = SignedIn | PasswordChangeRequired;

export type SignInBody = {
  readonly userName: string;
  readonly password: string;
  readonly deviceToken?: unknown;
};

export type SignedIn = {
  readonly status: 'signedIn';
  readonly deviceToken: string;
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
  readonly user: Me;
};

export type SplitTemporaryPassword = {
  readonly part: 'told';
  readonly pair: string;
  readonly sentTo: string;
  readonly value: string;
  readonly spoken: readonly string[];
  readonly expiresAt: string;
  readonly expiresInSeconds: number;
  readonly instructions: string;
};

export type SupportCode = { readonly code: string; readonly expiresInSeconds: number };

export type TemporaryPassword = {
  readonly value: string;
  readonly spoken: readonly string[];
  readonly expiresAt: string;
  readonly expiresInSeconds: number;
  readonly instructions: string;
};

export type TenantSettings = {
  readonly tenant: string;
  readonly settings: {
    readonly contact?: string;
    readonly reset: {
      readonly reason: 'optional' | 'required';
      readonly ticket: 'optional' | 'required';
      readonly verification: 'optional' | 'requiredForAdmins' | 'required';
      readonly delivery: 'shown' | 'splitForAdmins' | 'split';
    };
    readonly pending?: {
      readonly reset: {
        readonly reason: 'optional' | 'required';
        readonly ticket: 'optional' | 'required';
        readonly verification: 'optional' | 'requiredForAdmins' | 'required';
        readonly delivery: 'shown' | 'splitForAdmins' | 'split';
      };
      readonly effectiveAt: string;
      readonly by: string;
    };
  };
};

export type UpdateTenantBody = {
  readonly settings: {
    readonly contact?: string | null;
    readonly reset?: {
      readonly reason?: 'optional' | 'required' | null;
      readonly ticket?: 'optional' | 'required' | null;
      readonly verification?: 'optional' | 'requiredForAdmins' | 'required' | null;
      readonly delivery?: 'shown' | 'splitForAdmins' | 'split' | null;
    } | null;
  };
};

export type UpdateUserBody = {
  readonly displayName?: string;
  readonly email?: string | null;
  readonly secondEmail?: string | null;
  readonly locale?: string | null;
  readonly roles?: readonly (
    | 'globalAdmin'
    | 'userManagementAdmin'
    | 'accountAdmin'
    | 'billingAdmin'
    | 'adminAgent'
    | 'salesAgent'
    | 'helpdeskAgent'
  )[];
  readonly status?: 'active' | 'disabled';
};

export type User = {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email?: string;
  readonly secondEmail?: string;
  readonly locale?: string;
  readonly roles: readonly (
    | 'globalAdmin'
    | 'userManagementAdmin'
    | 'accountAdmin'
    | 'billingAdmin'
    | 'adminAgent'
    | 'salesAgent'
    | 'helpdeskAgent'
  )[];
  readonly status: 'active' | 'disabled';
  readonly credential: Credential;
  readonly createdAt: string;
  readonly lastSignInAt?: string;
  readonly allowed: {
    readonly edit: boolean;
    readonly delete: boolean;
    readonly resetPassword: boolean;
    readonly unlock: boolean;
    readonly signOut: boolean;
  };
  readonly resetRequirements: readonly (
    | 'another-admin'
    | 'verification-required'
    | 'reason-required'
    | 'ticket-required'
    | 'split-required'
    | 'mail-missing'
    | 'address-missing'
    | 'address-too-new'
  )[];
};

export type UserPage = { readonly items: readonly User[]; readonly next?: string };

export type UserSummary = {
  readonly total: number;
  readonly disabled: number;
  readonly frozen: number;
  readonly states: {
    readonly none: number;
    readonly temporary: number;
    readonly expired: number;
    readonly permanent: number;
    readonly locked: number;
  };
  readonly expiringWithinADay: number;
  readonly globalAdminsWhoCount: number;
  readonly asOf: string;
  readonly isComplete: boolean;
};

export type UserWithAttempts = {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email?: string;
  readonly secondEmail?: string;
  readonly locale?: string;
  readonly roles: readonly (
    | 'globalAdmin'
    | 'userManagementAdmin'
    | 'accountAdmin'
    | 'billingAdmin'
    | 'adminAgent'
    | 'salesAgent'
    | 'helpdeskAgent'
  )[];
  readonly status: 'active' | 'disabled';
  readonly credential: Credential;
  readonly createdAt: string;
  readonly lastSignInAt?: string;
  readonly allowed: {
    readonly edit: boolean;
    readonly delete: boolean;
    readonly resetPassword: boolean;
    readonly unlock: boolean;
    readonly signOut: boolean;
  };
  readonly resetRequirements: readonly (
    | 'another-admin'
    | 'verification-required'
    | 'reason-required'
    | 'ticket-required'
    | 'split-required'
    | 'mail-missing'
    | 'address-missing'
    | 'address-too-new'
  )[];
  readonly attempts?: {
    readonly since: string;
    readonly failures: number;
    readonly networks: number;
    readonly waitUntil?: string;
  };
};

export type UserWithTemporaryPassword = {
  readonly user: User;
  readonly temporaryPassword: TemporaryPassword;
};
