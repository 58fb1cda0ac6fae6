/** Made by infra/bundle/client-types.ts from the OpenAPI document: do not edit. */

import type {
  ChangePasswordBody,
  CreateUserBody,
  EmptyBody,
  EventPage,
  Freeze,
  FreezeBody,
  Health,
  JsonWebKeySet,
  Me,
  PasswordResetAnswer,
  Policy,
  Readiness,
  ResetPage,
  ResetPasswordBody,
  SignedIn,
  SignInAnswer,
  SignInBody,
  SupportCode,
  TenantSettings,
  UpdateTenantBody,
  UpdateUserBody,
  User,
  UserPage,
  UserSummary,
  UserWithAttempts,
  UserWithTemporaryPassword,
} from './schemas.ts';

/** Every call by method and path: its query, its body and its answer. */

export interface Operations {
  'POST /api/sign-in': {
    query: Readonly<Record<string, never>>;
    body: SignInBody;
    answer: SignInAnswer;
  };
  'POST /api/me/password': {
    query: Readonly<Record<string, never>>;
    body: ChangePasswordBody;
    answer: SignedIn;
  };
  'GET /api/me': { query: Readonly<Record<string, never>>; body: undefined; answer: Me };
  'POST /api/me/sign-out-everywhere': {
    query: Readonly<Record<string, never>>;
    body: EmptyBody;
    answer: undefined;
  };
  'POST /api/me/support-code': {
    query: Readonly<Record<string, never>>;
    body: EmptyBody;
    answer: SupportCode;
  };
  'GET /api/password-policy': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: Policy;
  };
  'POST /api/freeze': { query: Readonly<Record<string, never>>; body: FreezeBody; answer: Freeze };
  'GET /api/users': {
    query: {
      readonly userName?: string;
      readonly search?: string;
      readonly role?:
        | 'globalAdmin'
        | 'userManagementAdmin'
        | 'accountAdmin'
        | 'billingAdmin'
        | 'adminAgent'
        | 'salesAgent'
        | 'helpdeskAgent';
      readonly status?: 'active' | 'disabled';
      readonly credentialState?: 'none' | 'temporary' | 'expired' | 'permanent' | 'locked';
      readonly expiresBefore?: string;
      readonly isFrozen?: 'true';
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: UserPage;
  };
  'POST /api/users': {
    query: Readonly<Record<string, never>>;
    body: CreateUserBody;
    answer: UserWithTemporaryPassword;
  };
  'GET /api/users/summary': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: UserSummary;
  };
  'GET /api/users/{userId}': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: UserWithAttempts;
  };
  'PATCH /api/users/{userId}': {
    query: Readonly<Record<string, never>>;
    body: UpdateUserBody;
    answer: User;
  };
  'DELETE /api/users/{userId}': {
    query: Readonly<Record<string, never>>;
    body: EmptyBody;
    answer: undefined;
  };
  'POST /api/users/{userId}/password-reset': {
    query: Readonly<Record<string, never>>;
    body: ResetPasswordBody;
    answer: PasswordResetAnswer;
  };
  'POST /api/users/{userId}/unlock': {
    query: Readonly<Record<string, never>>;
    body: EmptyBody;
    answer: User;
  };
  'POST /api/users/{userId}/sign-out': {
    query: Readonly<Record<string, never>>;
    body: EmptyBody;
    answer: undefined;
  };
  'GET /api/users/{userId}/resets': {
    query: { readonly limit?: number; readonly after?: string };
    body: undefined;
    answer: ResetPage;
  };
  'GET /api/users/{userId}/events': {
    query: {
      readonly type?: string;
      readonly actor?: string;
      readonly from?: string;
      readonly to?: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: EventPage;
  };
  'GET /api/events': {
    query: {
      readonly type?: string;
      readonly actor?: string;
      readonly from?: string;
      readonly to?: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: EventPage;
  };
  'GET /api/tenant': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: TenantSettings;
  };
  'PATCH /api/tenant': {
    query: Readonly<Record<string, never>>;
    body: UpdateTenantBody;
    answer: TenantSettings;
  };
  'GET /api/health/live': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: Health;
  };
  'GET /api/health/ready': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: Readiness;
  };
  'GET /.well-known/jwks.json': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: JsonWebKeySet;
  };
  'GET /.well-known/receipt-keys.json': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: JsonWebKeySet;
  };
  'GET /.well-known/change-password': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: undefined;
  };
  'GET /openapi.json': { query: Readonly<Record<string, never>>; body: undefined; answer: unknown };
  'GET /problems/{code}': {
    query: Readonly<Record<string, never>>;
    body: undefined;
    answer: undefined;
  };
}
