/** The answers that the portal reads, by the API's own schemas, and the values of its lists. */
import type * as z from 'zod';
import type * as answer from '../../../shared/http/answer-schema.ts';

export type Policy = z.output<typeof answer.Policy>;
export type Me = z.output<typeof answer.Me>;
export type SignedIn = z.output<typeof answer.SignedIn>;
export type PasswordChangeRequired = z.output<typeof answer.PasswordChangeRequired>;
export type TemporaryPassword = z.output<typeof answer.TemporaryPassword>;
export type UserWithTemporaryPassword = z.output<typeof answer.UserWithTemporaryPassword>;

/** `attempts` is in the answer about one user alone. */
export type User = z.output<typeof answer.UserWithAttempts>;
export type Role = User['roles'][number];
export type Status = User['status'];
export type CredentialState = User['credential']['state'];
/** Wrong passwords in a row, tried without a known device. */
export type AttemptsSeen = NonNullable<User['attempts']>;

export type AccountEvent = z.output<typeof answer.Event> & {
  readonly details: { readonly changed?: readonly string[] };
};

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** RFC 9457 with the contract's extension members; the service may know more codes than we do. */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[];
  readonly reasons?: readonly { readonly code: string; readonly detail: string }[];
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

export const STATUSES = listOf<Status>({ active: true, disabled: true });
