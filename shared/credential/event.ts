import type { Tenant, UserId } from './name.ts';

export const EVENT_TYPES = [
  'user.created',
  'user.updated',
  'user.disabled',
  'user.enabled',
  'user.deleted',
  'password.reset',
  'password.changed',
  'temporary-password.used',
  'temporary-password.expired',
  'credential.locked',
  'credential.unlocked',
  'credential.frozen',
  'sessions.ended',
  'tenant.settings-changed',
  'notice.undeliverable',
  'support-code.issued',
  'temporary-password.used-by-issuer',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export const SYSTEM_ACTORS = ['sweep', 'bootstrap', 'sign-in', 'notice', 'operator'] as const;

export type SystemActor = (typeof SYSTEM_ACTORS)[number];

export type Actor = { readonly userId: UserId } | { readonly system: SystemActor };

type Scalar = string | number | boolean;

/** JSON-safe words and numbers about a change; never a secret. */
export type EventDetails = Readonly<
  Record<string, Scalar | readonly string[] | { readonly [name: string]: Scalar | undefined }>
>;

export type Subject = { readonly userId: UserId } | { readonly tenant: Tenant };

export interface AccountEvent {
  readonly eventId: string;
  readonly type: EventType;
  readonly atMs: number;
  readonly actor: Actor;
  /** The user, or the tenant where its settings changed. */
  readonly subject: Subject;
  /** The position among the events of the subject, from 1. */
  readonly sequence: number;
  readonly requestId: string;
  readonly details: EventDetails;
}
